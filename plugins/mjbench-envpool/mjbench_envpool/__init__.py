"""EnvPool's MuJoCo tasks for mjbench."""
