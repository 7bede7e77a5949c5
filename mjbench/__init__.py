"""mjbench: a registry of MuJoCo tasks, standard baselines over seeds, leaderboards that can be rebuilt."""

__version__ = "0.1.0"
