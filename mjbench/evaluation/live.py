"""A policy played in real time, episode after episode; keys pause it, restart it, push the robot."""

import queue
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from mjbench.errors import MjbenchError
from mjbench.evaluation.camera import ANGLES, View
from mjbench.evaluation.episode_player import Film, Moment
from mjbench.evaluation.scene import find_robot, find_scene, push

SPEEDS = (0.1, 0.25, 0.5, 1.0, 2.0, 4.0)
"""Times real time."""
FPS = 30
"""Pictures a second, at most."""
HOLD_S = 1.5
"""How long the end of an episode is shown."""
BACKLOG_S = 0.5
"""A player that is later than this gives up the lost time: it is slower than real time, and says so."""
LONGEST_S = 0.25
"""Without a picture; a task that is slower than real time is shown all the same."""
WINDOW_S = 2.0
"""Over which the speed is measured."""
DIRECTIONS = {"left": (-1, 0), "right": (1, 0), "away": (0, 1), "near": (0, -1)}
"""In the picture: to the right, and away from the camera."""


@dataclass(frozen=True)
class Status:
    """What a page shows beside the picture."""

    label: str
    seed: int
    episode: int
    episodes: int
    step: int
    episode_return: float
    recorded: float
    """Return of this episode in the record."""
    over: bool
    success: bool | None
    paused: bool
    speed: float
    """As chosen, times real time."""
    measured: float | None
    """As reached; None before it is known."""
    camera: str
    push_m_s: float
    """Velocity that an arrow key adds; 0 where nothing is pushed."""
    pushes: int
    """In this episode."""


class Player:
    """Plays a film's episodes, from the one that it is at, and obeys keys, which may come from other threads.

    Args:
        film: the run.
        episodes: how many to play; None plays on, and begins again after the last.
        push_m_s: velocity that an arrow key adds; 0 for none.

    Raises:
        MjbenchError: the robot is to be pushed and is fixed to the world.
    """

    def __init__(self, film: Film, episodes: int | None = None, push_m_s: float = 0.0) -> None:
        self._film, self._left, self._push_m_s = film, episodes, push_m_s
        self._keys: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._speed, self._paused, self._pushes = SPEEDS.index(1.0), False, 0
        self._past: deque[float] = deque()
        """Clock at each step of the last WINDOW_S."""
        scene = find_scene(film.env)
        robot = find_robot(scene.model) if scene is not None else None
        if push_m_s and robot is None:
            raise MjbenchError(f"{film.run.task} has no robot that can be pushed; leave out --disturb")
        angle = np.radians(ANGLES[robot.planar if robot is not None else ""][0])
        self._right = np.array([np.sin(angle), -np.cos(angle)])
        self._away = np.array([np.cos(angle), np.sin(angle)])
        self._moments: Iterator[Moment] = iter(())
        self._begin(film.episode)

    def send(self, key: str) -> None:
        """Take a key: ``pause``, ``next``, ``faster``, ``slower``, ``camera``, ``quit``, ``left``, ``right``, ``away``
        or ``near``; any other does nothing."""
        self._keys.put(key)

    @property
    def status(self) -> dict[str, Any]:
        """What is going on, as JSON values."""
        film, moment = self._film, self._moment
        status = Status(
            film.run.label, film.seed, film.episode, film.episodes, moment.step, moment.episode_return, film.recorded,
            moment.over, moment.success, self._paused, SPEEDS[self._speed], self._measured(),
            film.camera.view.camera or "follows the robot", self._push_m_s, self._pushes,
        )  # fmt: skip
        return asdict(status)

    def play(self, show: Callable[[], bool]) -> None:
        """Play until the last episode is over, ``quit`` comes or ``show`` gives False.

        Args:
            show: draws what is to be seen now; called at most FPS times a second.
        """
        due = next_picture = 0.0
        ended: float | None = None
        while True:
            now = time.perf_counter()
            if not self._obey():
                return
            if ended is not None and not self._moment.over:  # a key has begun another episode
                ended = None
            if self._moment.over:
                ended = ended or now
                if now - ended >= HOLD_S and not self._paused:
                    if not self._go_on():
                        return
                    ended = None
            if self._paused or self._moment.over:
                due = now
            due = max(due, now - BACKLOG_S)
            while due <= now and not self._paused and not self._moment.over:
                self._moment = next(self._moments)
                self._past.append(time.perf_counter())
                due += 1 / (self._film.rate * SPEEDS[self._speed])
                if time.perf_counter() - now > LONGEST_S:
                    break
            now = time.perf_counter()
            if now >= next_picture:
                if not show():
                    return
                # Drawing leaves time to play: slow pictures come less often.
                next_picture = now + max(1 / FPS, 1.5 * (time.perf_counter() - now))
            time.sleep(max(0.001, min(due, next_picture) - time.perf_counter()))

    def _begin(self, episode: int) -> None:
        self._film.choose(episode % self._film.episodes)
        self._moments = iter(self._film)
        self._moment = next(self._moments)
        self._pushes = 0
        self._past.clear()

    def _go_on(self) -> bool:
        """Begin the next episode; False after the last."""
        if self._left is not None:
            self._left -= 1
            if self._left <= 0:
                return False
        self._begin(self._film.episode + 1)
        return True

    def _obey(self) -> bool:
        """Do what the keys say; False where nothing more is to be played."""
        while not self._keys.empty():
            key = self._keys.get()
            if key == "quit" or (key == "next" and not self._go_on()):
                return False
            if key == "pause":
                self._paused = not self._paused
                self._past.clear()
            elif key in ("faster", "slower"):
                self._speed = min(max(self._speed + (1 if key == "faster" else -1), 0), len(SPEEDS) - 1)
                self._past.clear()
            elif key == "camera":
                names, view = ["", *self._film.camera.names], self._film.camera.view
                camera = names[(names.index(view.camera) + 1) % len(names)] if view.camera in names else ""
                size = None if camera == "task" else view.size
                self._film.camera.look(View(camera, size, None if camera else view.distance_m))
            elif key in DIRECTIONS and self._push_m_s and not self._moment.over:
                right, away = DIRECTIONS[key]
                if push(self._film.env, self._push_m_s * (right * self._right + away * self._away)):
                    self._pushes += 1
        return True

    def _measured(self) -> float | None:
        """Simulated time over time, of the last WINDOW_S."""
        past = self._past
        while len(past) > 2 and past[-1] - past[0] > WINDOW_S:
            past.popleft()
        if len(past) < 2 or past[-1] - past[0] < WINDOW_S / 4:
            return None
        return (len(past) - 1) / self._film.rate / (past[-1] - past[0])
