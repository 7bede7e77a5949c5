"""Boards of a few made-up records, built by the command."""

from collections.abc import Iterable
from pathlib import Path

from click.testing import CliRunner

from mjbench.cli.leaderboard import leaderboard_command
from mjbench.spec.record import Evaluations, RunRecord
from mjbench.spec.run import RunSpec
from mjbench.spec.suite import EvalProtocol
from mjbench.store.store import ResultStore

TASK = "gymnasium/Hopper-v5"
PROTOCOL = EvalProtocol(checkpoints=1, episodes=1, final_episodes=2)


def spec(preset: str = "", gamma: float = 0.99, seed: int = 0) -> RunSpec:
    values = {"gamma": gamma, "size": 3}
    return RunSpec(
        task=TASK, algorithm="mine", hyperparameters=values, seed=seed, steps=10, protocol=PROTOCOL, preset=preset
    )


def add(root: Path, runs: Iterable[RunSpec]) -> None:
    for run in runs:
        evaluations = Evaluations([10, 10], [1_000_000, 1_000_001], [1.0 + run.seed, 2.0], [5, 5])
        ResultStore(root).write(RunRecord(run=run, status="completed", evaluations=evaluations))


def built(root: Path) -> str:
    result = CliRunner().invoke(
        leaderboard_command,
        ["--results", str(root), "--out", str(root / "boards"), "--submissions", str(root / "none")],
    )
    assert result.exit_code == 0, result.output + str(result.exception)
    return result.output


def board(root: Path, suffix: str = "") -> Path:
    (folder,) = (path for path in (root / "boards").iterdir() if path.is_dir())
    return folder / suffix
