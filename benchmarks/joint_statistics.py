"""Joint statistics of a trained policy over the episodes of its final evaluation, as a table and a picture.

    python benchmarks/joint_statistics.py RUN [RUN ...] [--out joints.png]

RUN is the folder or the id of a run on a task that records the mean and the standard deviation of each joint in each
episode, as the tasks of mjbench-quadruped do. Nothing is played again: the numbers are in the record.
"""

import argparse
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from mjbench.errors import MjbenchError
from mjbench.leaderboard.plots.print_style import METADATA, STYLE, colour
from mjbench.store.find import find_completed

MEAN, STD = "_mean_rad", "_std_rad"


@dataclass(frozen=True)
class JointStatistics:
    """The joints of one run, in E episodes; angles in rad."""

    label: str
    joints: list[str]
    means: np.ndarray
    """(joints, E) mean angle in each episode."""
    stds: np.ndarray
    """(joints, E) standard deviation within each episode."""


def read(run: str) -> JointStatistics:
    """What the record of a run says of its joints.

    Raises:
        MjbenchError: there is no such run, it has no evaluation, or its task records no joints.
    """
    record = find_completed(run, Path("results")).record
    evaluations = record.evaluations
    final = np.asarray(evaluations.step) == max(evaluations.step)
    joints = [name.removesuffix(MEAN) for name in evaluations.metrics if name.endswith(MEAN)]
    if not joints:
        raise MjbenchError(f"{record.run.task} records no joint angles; tasks of mjbench-quadruped do")
    means, stds = (
        np.array([np.asarray(evaluations.metrics[joint + kind], float)[final] for joint in joints])
        for kind in (MEAN, STD)
    )
    return JointStatistics(f"{record.run.task}, {record.run.entry}, seed {record.run.seed}", joints, means, stds)


def table(found: JointStatistics) -> str:
    """A row for each joint."""
    lines = [
        f"{found.label}: {found.means.shape[1]} episodes",
        f"{'joint':8} {'mean (rad)':>11} {'of episodes':>18} {'std within an episode (rad)':>28} {'of episodes':>16}",
    ]
    for joint, means, stds in zip(found.joints, found.means, found.stds, strict=True):
        ends = f"{means.min():+.3f} to {means.max():+.3f}", f"{stds.min():.3f} to {stds.max():.3f}"
        lines.append(f"{joint:8} {means.mean():+11.3f} {ends[0]:>18} {stds.mean():28.3f} {ends[1]:>16}")
    return "\n".join(lines)


def draw(runs: list[JointStatistics], out: Path) -> None:
    """For each joint the mean angle with one standard deviation within an episode, and dots for single episodes."""
    import matplotlib

    matplotlib.use("agg")
    from matplotlib import pyplot

    rc: Any = dict(STYLE)
    with matplotlib.rc_context(rc):
        figure, axes = pyplot.subplots(figsize=(6.75, 2.8), layout="constrained")
        for i, run in enumerate(runs):
            places = np.arange(len(run.joints)) + (i - (len(runs) - 1) / 2) * 0.25
            axes.errorbar(places, run.means.mean(1), run.stds.mean(1), fmt="o", color=colour(i), label=run.label)
            axes.plot(np.repeat(places, run.means.shape[1]) + 0.09, run.means.ravel(), ".", color=colour(i), ms=1.5)
        axes.set_xticks(range(len(runs[0].joints)), [joint.replace("_", " ") for joint in runs[0].joints])
        axes.set_ylabel("angle (rad)")
        axes.axhline(0, color="0.8", linewidth=0.5, zorder=0)
        figure.legend(loc="outside upper center", ncols=2)
        figure.savefig(out, dpi=150, metadata=METADATA["png"])


def main() -> None:
    """See the module."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("runs", nargs="+", metavar="RUN")
    parser.add_argument("--out", type=Path, help="a picture (PNG)")
    options = parser.parse_args()
    try:
        runs = [read(run) for run in options.runs]
    except MjbenchError as error:
        parser.error(str(error))
    print("\n\n".join(map(table, runs)))
    if options.out and any(run.joints != runs[0].joints for run in runs):
        parser.error("these robots have different joints, so one picture cannot show them all; draw each by itself")
    if options.out:
        draw(runs, options.out)


if __name__ == "__main__":
    main()
