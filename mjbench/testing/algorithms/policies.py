"""The policy that a run leaves: it plays alike from its file, in the action space, for one row or many."""

import tempfile
from pathlib import Path

import numpy as np

from mjbench.api.policy import Policy
from mjbench.envs.make import make_env
from mjbench.errors import RecordError, in_words
from mjbench.io.strict import parse_json, read_file
from mjbench.io.tensors import read_tensors
from mjbench.testing.algorithms.case import AlgorithmCase, Trained, completed
from mjbench.testing.algorithms.tasks import LINE
from mjbench.testing.case import Violation

ROWS = 64
ROUNDING = 1e-5
"""Of single precision: a matrix product may round differently for another number of rows."""
JSON_LIMIT = 2**20


def policy(case: AlgorithmCase) -> None:
    """The policy loads from its file and acts the same, finite and in the action space, for one row or many."""
    _check(case, case.first())
    _check(case, completed(case.train(case.spec(task_id=LINE, steps=case.steps // 2))))


def _check(case: AlgorithmCase, trained: Trained) -> None:
    env = make_env(case.registry.task(trained.record.run.task))
    space, size = env.action_space, env.observation_space.shape[0]
    env.close()
    rows = np.random.default_rng(0).normal(0, 3, (ROWS, size)).astype(env.observation_space.dtype)
    _files(trained.folder)
    try:
        loaded = case.algorithm.load_policy(trained.folder)
    except Exception as error:
        raise Violation(f"load_policy does not read what save has written: {in_words(error)}") from error
    before = rows.copy()
    actions = _act(loaded, rows, (ROWS, space.shape[0]))
    if not np.array_equal(rows, before):
        raise Violation("act writes into the observations that it is given; work on a copy")
    if not np.array_equal(_act(loaded, rows, actions.shape), actions):
        raise Violation("act gives another action for the same observation; return the mode and draw no random number")
    live = trained.watch.policy
    if live is not None and not np.array_equal(_act(live, rows, actions.shape), actions):
        raise Violation("the policy that is loaded acts otherwise than the one that was saved; save all that act uses")
    span = space.high - space.low
    if (actions < space.low - ROUNDING * span).any() or (actions > space.high + ROUNDING * span).any():
        worst = actions.flat[int(np.argmax(np.maximum(space.low - actions, actions - space.high)))]
        raise Violation(f"act gives {worst:.4g}, outside of the action space {space}; clip or squash it to its bounds")
    alone = np.concatenate([_act(loaded, rows[i : i + 1], (1, space.shape[0])) for i in range(ROWS)])
    if not np.allclose(alone, actions, rtol=0, atol=ROUNDING * float(span.max())):
        raise Violation("a row alone gets another action than among others; act must treat each row by itself")
    _saved_again(loaded, trained.folder)


def _act(policy: Policy, rows: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    try:
        actions = np.asarray(policy.act(rows))
    except Exception as error:
        raise Violation(f"act breaks for {len(rows)} rows of {rows.dtype}: {in_words(error)}") from error
    if actions.shape != shape:
        raise Violation(f"act gives the shape {actions.shape} for {len(rows)} rows; it must be {shape}")
    if not np.isfinite(actions).all():
        raise Violation("act gives numbers that are not finite; raise mjbench.api.session.Diverged in training")
    return actions


def _files(folder: Path) -> None:
    """Hold the files to formats that run no code."""
    for path in sorted(folder.iterdir()):
        if path.name == "record.json":
            continue
        try:
            if path.suffix == ".safetensors":
                read_tensors(path)
            elif path.suffix == ".json":
                parse_json(read_file(path, JSON_LIMIT))
            else:
                raise Violation(f"save writes {path.name}; write .safetensors (float32) and .json only, never a pickle")
        except RecordError as error:
            raise Violation(f"save writes {path.name}, which a reviewer cannot read: {error}") from error


def _saved_again(loaded: Policy, folder: Path) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        loaded.save(Path(scratch))
        for path in Path(scratch).iterdir():
            saved = folder / path.name
            if not saved.exists() or path.read_bytes() != saved.read_bytes():
                raise Violation(
                    f"a policy that is loaded and saved again gives another {path.name}; save what is loaded"
                )
