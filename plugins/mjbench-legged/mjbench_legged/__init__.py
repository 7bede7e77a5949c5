"""What batched robot tasks share. ``simulator.py`` takes any robot, the rest robots that walk."""
