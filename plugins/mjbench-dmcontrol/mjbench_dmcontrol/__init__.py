"""dm_control's tasks for mjbench."""
