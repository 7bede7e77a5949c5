"""``mjbench video``: an episode of a run's final policy, as a video or a row of pictures."""

import re
import sys
from contextlib import ExitStack, closing
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mjbench.cli.terminal.number import Number
from mjbench.errors import MjbenchError

if TYPE_CHECKING:
    from mjbench.evaluation.episode_player import Film, Moment

SUFFIXES = (".mp4", ".png")
LARGEST = 4096
"""Pixels in a row or a column."""


@click.command("video")
@click.argument("runs", metavar="RUN...", nargs=-1, required=True)
@click.option("--out", required=True, type=click.Path(path_type=Path, dir_okay=False), help="FILE.mp4 or FILE.png.")
@click.option(
    "--frames", type=click.IntRange(1, 100), help="Number of pictures in a PNG, from first to last step  [default: 6]"
)
@click.option("--steps", metavar="FIRST-LAST", help="Only these steps of the episode, such as one stride.")
@click.option(
    "--episode", type=click.IntRange(min=0), default=0, show_default=True, help="Episode of the final evaluation."
)
@click.option(
    "--camera",
    default="",
    metavar="NAME|ID",
    help="A camera of the model, or task for the task's own picture  [default: follows the robot]",
)
@click.option("--size", metavar="WxH", help="Width and height in pixels  [default: 640x480]")
@click.option("--distance", type=Number(min=0, min_open=True), metavar="M", help="From the camera to the robot.")
@click.option("--results", type=click.Path(path_type=Path, file_okay=False), default=Path("results"), show_default=True)
def video_command(
    runs: tuple[str, ...],
    out: Path,
    frames: int | None,
    steps: str | None,
    episode: int,
    camera: str,
    size: str | None,
    distance: float | None,
    results: Path,
) -> None:
    """Replay an evaluation episode of a run's final policy and save it.

    RUN is the folder of a run, or the first digits of its run id. The episode starts from its published seed, so it is
    the recorded one. Several runs are shown side by side, each above its label.

    \b
    mjbench video 600742 --out run.mp4
    mjbench video 600742 74e74e --size 480x480 --out both.mp4

    The camera follows the robot. A task whose robot is fixed to the world shows its own picture.
    """
    from mjbench.envs.rendering import require_rendering
    from mjbench.evaluation.camera import View
    from mjbench.evaluation.episode_player import Film
    from mjbench.evaluation.filming import write_films
    from mjbench.evaluation.video import require_encoder
    from mjbench.registry.lookup import Registry
    from mjbench.store.find import find_run

    if out.suffix not in SUFFIXES:
        raise MjbenchError(f"--out {out} must end in .mp4, for a video, or in .png, for a row of pictures")
    if frames and out.suffix != ".png":
        raise MjbenchError(f"--frames needs a .png; --out is {out}")
    span, view = _span(steps), View(camera, parse_size(size), distance)
    if not out.parent.is_dir():
        raise MjbenchError(f"the folder {out.parent} does not exist")
    found = [find_run(run, results) for run in runs]
    if out.suffix == ".mp4":
        require_encoder()
    require_rendering()
    registry = Registry()
    with ExitStack() as stack:
        films = [stack.enter_context(closing(Film(item, registry, episode, view))) for item in found]
        moments = write_films(films, out, frames or 6, span, _progress)
    lines = [_outcome(film, last) for film, last in zip(films, moments, strict=True)]
    click.echo(f"wrote {out}: {lines[0]}" if len(lines) == 1 else "\n  ".join([f"wrote {out}:", *lines]))


def parse_size(text: str | None) -> tuple[int, int] | None:
    """``640x480`` as width and height.

    Raises:
        MjbenchError: anything else.
    """
    if text is None:
        return None
    found = re.fullmatch(r"(\d{1,5})x(\d{1,5})", text.strip().lower())
    if not found or not all(16 <= int(side) <= LARGEST for side in found.groups()):
        raise MjbenchError(f"--size {text!r} is not of the form WxH, such as 640x480, each side 16 to {LARGEST} pixels")
    return int(found[1]), int(found[2])


def _progress(done: int, count: int) -> None:
    """A line in the terminal that is written again and again; drawing takes minutes without a graphics card."""
    if sys.stderr.isatty():
        line = f"{done:,} of {count:,} pictures drawn"
        click.echo(f"\r{line}" if done < count else f"\r{' ' * len(line)}\r", err=True, nl=False)


def _outcome(film: "Film", last: "Moment") -> str:
    same = abs(last.episode_return - film.recorded) <= 1e-6 * max(1.0, abs(film.recorded))
    outcome = f"{film.run.label}, evaluation seed {film.seed:,}: {last.step:,} steps, return {last.episode_return:,.6g}"
    return f"{outcome}{', as recorded' if same else f'; recorded: {film.recorded:,.6g}'}"


def _span(text: str | None) -> tuple[int, int] | None:
    if text is None:
        return None
    found = re.fullmatch(r"(\d+)-(\d+)", text.strip())
    if not found or int(found[1]) >= int(found[2]):
        raise MjbenchError(f"--steps {text!r} is not of the form FIRST-LAST, such as 100-130")
    return int(found[1]), int(found[2])
