"""A native batch of environments against the single ones."""

import pickle
from dataclasses import replace
from typing import Any

import numpy as np

from mjbench.envs.vector import RESET_MASK, make_batch
from mjbench.snapshot.mujoco_state import Unresumable
from mjbench.snapshot.object_state import capture, restore
from mjbench.spec.curriculum import LEVEL
from mjbench.testing.case import Case, Skipped, Violation

COUNT = 4
SEED = 7
BEFORE = 20


def batch(case: Case) -> None:
    """The batch of the vector entry point agrees bit for bit with single environments, also where some are reset."""
    task = case.task
    if not task.vector_entry_point:
        raise Skipped("the task has no vector entry point")
    keys = dict.fromkeys([*(metric.key for metric in task.metrics), *filter(None, [task.success])])
    single = make_batch(replace(task, vector_entry_point=""), COUNT, tuple(keys))
    native = make_batch(task, COUNT)
    try:
        for name in ("observation_space", "action_space"):
            one, other = getattr(single, f"single_{name}"), getattr(native, f"single_{name}")
            if one != other:
                raise Violation(f"the single {name} of the batch is {other}, that of an environment {one}")
        for seed in (SEED, [SEED + 3 * i for i in range(COUNT)]):
            _compare(case, native, single, seed, tuple(keys))
    finally:
        single.close()
        native.close()


def batch_state(case: Case) -> None:
    """State of a batch that is saved, disturbed and restored continues identically, also in a batch built afresh."""
    task = case.task
    if not task.vector_entry_point:
        raise Skipped("the task has no vector entry point")
    if task.stateless_reason:
        raise Skipped(f"runs restart instead of resuming: {task.stateless_reason}")
    batches = [make_batch(task, COUNT), make_batch(task, COUNT)]
    try:
        _play(case, batches[0], BEFORE, SEED)
        try:
            saved = pickle.dumps(capture(batches[0]))
        except Unresumable as error:
            raise Violation(f"the state cannot be saved: {error}; or declare a stateless_reason") from error
        expected = _play(case, batches[0], case.steps)
        for target, place in zip(batches, ("after a disturbance", "in a batch built afresh"), strict=True):
            _play(case, target, 3, SEED + 1)
            try:
                restore(target, pickle.loads(saved))
            except Unresumable as error:
                raise Violation(f"the state cannot be restored {place}: {error}") from error
            for step, (one, other) in enumerate(zip(expected, _play(case, target, case.steps), strict=True)):
                if not np.array_equal(one, other, equal_nan=True):
                    raise Violation(f"state restored {place} continues differently at step {step}")
    finally:
        for env in batches:
            env.close()


def _actions(case: Case, env: Any, steps: int) -> np.ndarray:
    """Uniform actions (steps, N, action size)."""
    space = env.single_action_space
    draws = np.random.default_rng(0).uniform(space.low, space.high, (steps, COUNT, *space.shape))
    return draws.astype(space.dtype)


def _compare(case: Case, native: Any, single: Any, seed: Any, keys: tuple[str, ...]) -> None:
    """Play both alike. An episode that has ended is reset a step later; until then its row means nothing."""
    _same(f"reset(seed={seed})", native.reset(seed=seed)[0], single.reset(seed=seed)[0])
    lengths, ended = np.zeros(COUNT, np.int64), np.zeros(COUNT, bool)
    levels = np.arange(COUNT)
    for step, action in enumerate(_actions(case, single, case.steps)):
        mask = ended.copy()
        mask[step % COUNT] |= step % 13 == 12  # episodes under way are begun anew, too
        if mask.any():
            options: dict[str, Any] = {RESET_MASK: mask}
            if case.task.curriculum is not None and step % 2:
                levels = (levels + 1) % case.task.curriculum.levels
                options[LEVEL] = levels.copy()
            begun = [env.reset(options=dict(options))[0] for env in (native, single)]
            _same(f"step {step}: reset with the mask {mask.tolist()}", begun[0][mask], begun[1][mask])
            lengths[mask], ended[mask] = 0, False
        lengths += 1
        answers = [env.step(action.copy()) for env in (native, single)]
        past = lengths >= case.task.episode_limit
        going = ~ended
        for part, one, other in zip(("observations", "rewards", "terminated"), *answers, strict=False):
            _same(f"step {step}: {part}", one[going], other[going])
        _same(f"step {step}: truncated", (answers[0][3] | past)[going], (answers[1][3] | past)[going])
        for key in keys:
            if key not in answers[0][4]:
                raise Violation(f"step {step}: infos of the batch lack {key!r}; they have {list(answers[0][4])}")
            one, other = (np.asarray(answer[4][key], np.float64) for answer in answers)
            _same(f"step {step}: infos[{key!r}]", one[going], other[going])
        ended |= answers[1][2] | answers[1][3] | past


def _play(case: Case, env: Any, steps: int, seed: int | None = None) -> list[np.ndarray]:
    seen = [] if seed is None else [env.reset(seed=seed)[0]]
    for step, action in enumerate(_actions(case, env, steps)):
        observations, rewards, terminated, truncated, _ = env.step(action)
        mask = terminated | truncated
        mask[step % COUNT] |= step % 13 == 12
        seen += [observations, rewards, terminated, truncated]
        if mask.any():
            seen.append(env.reset(options={RESET_MASK: mask})[0][mask])
    return seen


def _same(where: str, one: np.ndarray, other: np.ndarray) -> None:
    if one.shape != other.shape:
        raise Violation(f"{where}: the batch gives the shape {one.shape}, single environments {other.shape}")
    if not np.array_equal(one, other, equal_nan=True):
        at = tuple(int(axis[0]) for axis in np.nonzero(one != other))
        raise Violation(f"{where}: the batch gives {one[at]!r} at {at}, single environments {other[at]!r}")
