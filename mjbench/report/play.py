"""The final policy of a run, played for its report: one evaluation episode as arrays and as pictures."""

import base64
import io
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass

import numpy as np

from mjbench.envs.rendering import check_backend, require_rendering
from mjbench.errors import MjbenchError, in_words
from mjbench.evaluation.episode_player import Film
from mjbench.evaluation.filming import pictures_at
from mjbench.evaluation.recording import Recording, record_episode
from mjbench.registry.lookup import Registry
from mjbench.stats.gait import cycle
from mjbench.store.store import Found

FRAMES = 8
WIDTH = 400
"""Of a frame in pixels, at most."""
QUALITY = 82
"""Of the JPEG pictures."""


@dataclass(frozen=True)
class Frame:
    """One picture of the episode."""

    source: str
    """A ``data:`` address."""
    time_s: float


@dataclass(frozen=True)
class Played:
    """What playing gave, and why something is not there."""

    episode: int = 0
    seed: int = 0
    recording: Recording | None = None
    """None with ``problem``."""
    same: bool = True
    """Whether the return is the recorded one."""
    frames: tuple[Frame, ...] = ()
    stride: bool = False
    """Whether the frames show one stride, and not the episode."""
    problem: str = ""
    """Why nothing was played."""
    unseen: str = ""
    """Why there are no frames."""


def play(found: Found, registry: Registry, episode: int) -> Played:
    """Play an episode of a completed run, once for the arrays and, where pictures can be drawn, once for the frames.

    Raises:
        MjbenchError: the final evaluation has no such episode, or ``MUJOCO_GL`` is none.
    """
    count = found.record.run.protocol.final_episodes
    if episode >= count:
        raise MjbenchError(
            f"{found.record.run.label} has final episodes 0 to {count - 1}; episode {episode} does not exist"
        )
    check_backend()
    try:
        unseen = ""
        require_rendering()
    except MjbenchError as error:
        unseen = str(error)
    try:
        film = Film(found, registry, episode)
    except Exception as error:  # a plugin that is missing, or whatever it raises
        return Played(problem=str(error) if isinstance(error, MjbenchError) else in_words(error))
    with closing(film):
        try:
            recording = record_episode(film)
        except Exception as error:
            return Played(problem=f"the episode cannot be played: {in_words(error)}")
        total = float(recording.reward.sum())
        same = abs(total - film.recorded) <= 1e-6 * max(1.0, abs(film.recorded))
        steps, stride = _shown(recording)
        frames: tuple[Frame, ...] = ()
        try:
            if not unseen:
                pictures = pictures_at(film, steps)
                frames = tuple(
                    Frame(_jpeg(pixels), step * recording.step_s) for pixels, step in zip(pictures, steps, strict=True)
                )
        except Exception as error:
            unseen = f"{found.record.run.task} cannot be drawn: {in_words(error)}"
        return Played(episode, film.seed, recording, same, frames, stride, unseen=unseen)


def _shown(recording: Recording) -> tuple[Sequence[int], bool]:
    """Steps of the frames, and whether they are those of a stride."""
    span = None
    for strides in (1, 2, 3):
        span = None if recording.contact is None else cycle(recording.contact, strides)
        if span is None or span[1] - span[0] >= FRAMES - 1:
            break
    first, last = (0, len(recording.reward)) if span is None else (span[0] + 1, span[1] + 1)
    even = (count for count in range(FRAMES, FRAMES - 3, -1) if (last - first) % (count - 1) == 0)
    count = min(next(even, FRAMES), last - first + 1)
    return [first + round(k * (last - first) / max(1, count - 1)) for k in range(count)], span is not None


def _jpeg(pixels: np.ndarray) -> str:
    from PIL import Image

    picture, body = Image.fromarray(pixels), io.BytesIO()
    picture.thumbnail((WIDTH, 4 * WIDTH))
    picture.save(body, "JPEG", quality=QUALITY)
    return "data:image/jpeg;base64," + base64.b64encode(body.getvalue()).decode()
