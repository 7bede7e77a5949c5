"""``mjbench video``: the final policy of a run, seen."""

import re
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mjbench.errors import MjbenchError, nearest_names

if TYPE_CHECKING:
    from collections.abc import Container, Iterator

    import numpy as np

    from mjbench.evaluation.episode_player import Film, Moment
    from mjbench.leaderboard.board import Board
    from mjbench.registry.lookup import Registry
    from mjbench.store.store import Found

SUFFIXES = (".mp4", ".png")


@click.command("video")
@click.argument("run")
@click.option("--out", required=True, type=click.Path(path_type=Path, dir_okay=False), help="FILE.mp4 or FILE.png.")
@click.option("--frames", type=click.IntRange(1, 100), help="Pictures in a PNG, side by side, first to last step. [6]")
@click.option("--steps", metavar="FIRST-LAST", help="Only these steps of the episode, such as one stride.")
@click.option("--episode", type=click.IntRange(min=0), default=0, show_default=True, help="Of the final evaluation.")
@click.option("--results", type=click.Path(path_type=Path, file_okay=False), default=Path("results"), show_default=True)
def video_command(run: str, out: Path, frames: int | None, steps: str | None, episode: int, results: Path) -> None:
    """Play an evaluation episode of a run's final policy again and write what is seen.

    RUN is the folder of a run, or the first digits of its run id. The episode begins from its published seed, so it is
    the one that the record counts.
    """
    from mjbench.evaluation.episode_player import Film
    from mjbench.evaluation.video import require_encoder
    from mjbench.registry.lookup import Registry

    if out.suffix not in SUFFIXES:
        raise MjbenchError(f"--out {out} must end in .mp4, for a video, or in .png, for a row of pictures")
    if frames and out.suffix != ".png":
        raise MjbenchError(f"--frames makes a row of pictures, a .png, where --out is {out}")
    span = _span(steps)
    if not out.parent.is_dir():
        raise MjbenchError(f"there is no folder {out.parent} to write {out.name} into")
    found = find_run(run, results)
    if out.suffix == ".mp4":
        require_encoder()
    require_rendering()
    with closing(Film(found, Registry(), episode)) as film:
        last = write(film, out, frames or 6, span)
    told = f"{film.run.label}, evaluation seed {film.seed:,}: {last.step:,} steps, return {last.episode_return:,.6g}"
    same = abs(last.episode_return - film.recorded) <= 1e-6 * max(1.0, abs(film.recorded))
    click.echo(f"wrote {out}: {told}{', as recorded' if same else f', where {film.recorded:,.6g} was recorded'}")


def film_boards(boards: "list[Board]", registry: "Registry", found: "list[Found]", out: Path) -> None:
    """Film the lowest completed seed of each entry on each task of each board, unless its video is there already.

    A run that cannot be filmed is named and left out.

    Raises:
        MjbenchError: nothing can be drawn or encoded here, or the folder cannot be written.
    """
    from mjbench.evaluation.episode_player import Film
    from mjbench.evaluation.video import require_encoder
    from mjbench.leaderboard.publish import video_path

    require_encoder()
    require_rendering()
    by_id = {item.record.run.run_id: item for item in found}
    for board in boards:
        first: dict[tuple[str, str], str] = {}
        for run in board.runs:  # ascending by seed
            if run.score.status == "completed":
                first.setdefault((run.entry, run.task), run.score.run_id)
        for run_id in first.values():
            path = video_path(out, board, run_id)
            if path.exists():
                continue
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                with closing(Film(by_id[run_id], registry)) as film:
                    write(film, path)
                click.echo(f"wrote {path}: {film.run.label}")
            except MjbenchError as error:
                click.echo(f"no video of {by_id[run_id].record.run.label}: {error}", err=True)
            except OSError as error:
                raise MjbenchError(f"cannot write {path}: {error.strerror or error}; choose another --out") from error


def require_rendering() -> None:
    """Name a backend that needs no display; raise MjbenchError, with the cure, where MuJoCo cannot draw."""
    from mjbench.envs.rendering import CURE, choose_backend, no_rendering

    choose_backend()
    if cause := no_rendering():
        raise MjbenchError(f"nothing can be drawn here ({cause}); {CURE}")


def find_run(text: str, results: Path) -> "Found":
    """The run in the folder ``text``, or the one under ``results`` whose id begins with it.

    Raises:
        MjbenchError: there is none, there are several, or its record cannot be read.
    """
    from mjbench.store.store import Found, ResultStore
    from mjbench.store.walk import RECORD

    if (Path(text) / RECORD).exists():
        return Found(Path(text), ResultStore(Path(text)).read(Path(text)))
    if not re.fullmatch(r"[0-9a-f]{1,12}", text):
        raise MjbenchError(f"{text} is neither the folder of a run, with a {RECORD} in it, nor the id of one")
    by_id = {item.record.run.run_id: item for item in ResultStore(results).current(training=False)[0]}
    fits = [run_id for run_id in by_id if run_id.startswith(text)]
    if len(fits) != 1:
        near = ", ".join(fits[:3] or nearest_names(text, by_id)[:3])
        hint = f"; near it: {near}" if near else ""
        raise MjbenchError(f"{len(fits) or 'no'} runs under {results} have an id that begins with {text}{hint}")
    return by_id[fits[0]]


def _span(text: str | None) -> tuple[int, int] | None:
    if text is None:
        return None
    found = re.fullmatch(r"(\d+)-(\d+)", text.strip())
    if not found or int(found[1]) >= int(found[2]):
        raise MjbenchError(f"--steps {text!r} is not of the form FIRST-LAST, such as 100-130")
    return int(found[1]), int(found[2])


def write(film: "Film", out: Path, frames: int = 6, span: tuple[int, int] | None = None) -> "Moment":
    """Write the film, or ``frames`` pictures of it, evenly from first to last; returns the episode's last moment.

    Args:
        film: the episode.
        out: an .mp4 or a .png.
        frames: pictures in a .png.
        span: first and last step to show; None shows all.

    Raises:
        MjbenchError: the episode ends before the span begins.
    """
    from mjbench.evaluation.video import side_by_side, write_mp4, write_png

    first, last = span or (0, film.length)
    if first >= film.length:
        raise MjbenchError(f"the episode of {film.run.label} is over after {film.length:,} steps, so none is {first:,}")
    seen: list[Moment] = []

    def drawn(due: "Container[int]") -> "Iterator[np.ndarray]":
        for moment in film:
            seen[:] = [moment]
            if moment.step in due:
                yield moment.draw()
            elif moment.step == 0:  # some tasks aim their camera when they first draw
                moment.draw()

    last = min(last, film.length)
    if out.suffix == ".mp4":
        write_mp4(out, drawn(range(first, last + 1, film.stride)), film.fps)
    else:
        due = {first + round(place * (last - first) / max(1, frames - 1)) for place in range(frames)}
        write_png(out, side_by_side(list(drawn(due))))
    return seen[-1]
