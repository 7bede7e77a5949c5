"""What other packages may build on: training of any class that has the interface of stable-baselines3's algorithms.

mjbench-sbx does. The names below stay as they are, or change together with the packages that use them. All other
modules of this package but ``algorithms``, which holds the presets, are private.

``construct`` builds a model from a run's hyperparameters, and ``learn`` trains it under a ``Report``. A subclass of
``Report`` replaces ``policy``, ``capture`` and ``restore`` where the networks are not torch's. The other names serve
such a subclass and its warm start.
"""

from mjbench_sb3.export import observation_statistics
from mjbench_sb3.model import construct
from mjbench_sb3.snapshot import capture, restore
from mjbench_sb3.train import Report, learn
from mjbench_sb3.warm_start import start_statistics

__all__ = ["Report", "capture", "construct", "learn", "observation_statistics", "restore", "start_statistics"]
