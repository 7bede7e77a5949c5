"""A played episode to a file: a video, or a row of pictures."""

from collections.abc import Container, Iterable, Iterator
from contextlib import closing
from pathlib import Path

import numpy as np

from mjbench.envs.rendering import require_rendering
from mjbench.errors import MjbenchError
from mjbench.evaluation.episode_player import Film, Moment
from mjbench.evaluation.video import require_encoder, side_by_side, write_mp4, write_png
from mjbench.registry.lookup import Registry
from mjbench.store.store import Found


def write_film(film: Film, out: Path, frames: int = 6, span: tuple[int, int] | None = None) -> Moment:
    """Write the film, or ``frames`` pictures of it, evenly from first to last; returns the episode's last moment.

    Args:
        film: the episode.
        out: an .mp4 or a .png.
        frames: pictures in a .png.
        span: first and last step to show; None shows all.

    Raises:
        MjbenchError: the episode ends before the span begins.
    """
    first, last = span or (0, film.length)
    if first >= film.length:
        raise MjbenchError(f"the episode of {film.run.label} has {film.length:,} steps; step {first:,} does not exist")
    seen: list[Moment] = []

    def drawn(due: Container[int]) -> Iterator[np.ndarray]:
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


def film_runs(wanted: Iterable[tuple[Found, Path]], registry: Registry) -> Iterator[tuple[Found, Path, str]]:
    """Write a video of each run: the run, the video's path, and why there is none, empty where there is one.

    Args:
        wanted: runs with the videos to write; their folders are made.
        registry: knows the tasks and the algorithms.

    Raises:
        MjbenchError: rendering or encoding does not work here, or a folder cannot be written.
    """
    require_encoder()
    require_rendering()
    for found, path in wanted:
        problem = ""
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with closing(Film(found, registry)) as film:
                write_film(film, path)
        except MjbenchError as error:
            problem = str(error)
        except OSError as error:
            raise MjbenchError(f"cannot write {path}: {error.strerror or error}; choose another --out") from error
        yield found, path, problem
