"""Played episodes to a file: a video, or rows of pictures; several runs side by side."""

from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import closing
from itertools import islice
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_limits

from mjbench.envs.rendering import require_rendering
from mjbench.errors import MjbenchError
from mjbench.evaluation.episode_player import Film, Moment
from mjbench.evaluation.video import below, captioned, require_encoder, side_by_side, write_mp4, write_png
from mjbench.registry.lookup import Registry
from mjbench.store.store import Found


def write_films(
    films: Sequence[Film],
    out: Path,
    frames: int = 6,
    span: tuple[int, int] | None = None,
    progress: Callable[[int, int], None] = lambda done, count: None,
) -> list[Moment]:
    """Write the films, or ``frames`` pictures of each, evenly from first to last; returns each episode's last moment.

    Several films play at the same simulated time, each above its label. One that is over keeps its last picture.

    Args:
        films: at least one.
        out: an .mp4 or a .png.
        frames: pictures of each film in a .png.
        span: first and last step to show; None shows all.
        progress: called with the pictures of a video that are drawn, and their number.

    Raises:
        MjbenchError: an episode ends before the span begins.
    """
    ends = []
    for film in films:
        first, last = span or (0, film.length)
        if first >= film.length:
            raise MjbenchError(
                f"the episode of {film.run.label} has {film.length:,} steps; step {first:,} does not exist"
            )
        ends.append(min(last, film.length))
    first = span[0] if span else 0
    seen: list[Moment | None] = [None] * len(films)
    # The films are played in turns: without this the first to end would give the others back all threads.
    with threadpool_limits(films[0].run.threads, user_api="blas"):
        if out.suffix == ".mp4":
            fps = min(film.fps for film in films)
            seconds = max((end - first) / film.rate for film, end in zip(films, ends, strict=True))
            count = int(seconds * fps + 1e-6) + 1
            plays = [
                _pictures(film, [first + round(k * film.rate / fps) for k in range(count)], end, seen, place)
                for place, (film, end) in enumerate(zip(films, ends, strict=True))
            ]
            rows = _counted(zip(*plays, strict=True), count, progress)
            write_mp4(out, (side_by_side(_labelled(films, row)) for row in rows), fps)
        else:
            strips = []
            for place, (film, end) in enumerate(zip(films, ends, strict=True)):
                due = [first + round(k * (end - first) / max(1, frames - 1)) for k in range(frames)]
                strips.append(side_by_side(list(_pictures(film, due, end, seen, place))))
            write_png(out, below(_labelled(films, strips)))
    return [moment for moment in seen if moment is not None]


def pictures_at(film: Film, steps: Sequence[int]) -> list[np.ndarray]:
    """The pictures of these steps of the film's episode, ascending; (height, width, 3) uint8 each."""
    with closing(_pictures(film, steps, film.length, [None], 0)) as pictures:
        return list(islice(pictures, len(steps)))


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
                write_films([film], path)
        except MjbenchError as error:
            problem = str(error)
        except OSError as error:
            raise MjbenchError(f"cannot write {path}: {error.strerror or error}; choose another --out") from error
        yield found, path, problem


def _counted(
    rows: Iterable[tuple[np.ndarray, ...]], count: int, progress: Callable[[int, int], None]
) -> Iterator[tuple[np.ndarray, ...]]:
    progress(0, count)
    for done, row in enumerate(rows, start=1):
        progress(done, count)
        yield row


def _pictures(film: Film, due: Sequence[int], end: int, seen: list[Moment | None], place: int) -> Generator[np.ndarray]:
    """A picture for each step of ``due``, ascending; after step ``end`` that of step ``end``. Plays to the end."""
    waiting, last = iter(due), np.zeros((1, 1, 3), np.uint8)
    step = next(waiting, None)
    for moment in film:
        seen[place] = moment
        drawn = False
        while step is not None and min(step, end) == moment.step:
            if not drawn:
                last, drawn = moment.draw(), True
            yield last
            step = next(waiting, None)
        if moment.step == 0 and not drawn:  # some tasks aim their camera when they first draw
            moment.draw()
    while step is not None:  # the episode was shorter than the record says
        yield last
        step = next(waiting, None)


def _labelled(films: Sequence[Film], pictures: Sequence[np.ndarray]) -> list[np.ndarray]:
    """The pictures, each above its run's label where there are several."""
    if len(films) == 1:
        return list(pictures)
    return [
        captioned(picture, (f"{film.run.entry}, seed {film.run.seed}", film.run.task))
        for film, picture in zip(films, pictures, strict=True)
    ]
