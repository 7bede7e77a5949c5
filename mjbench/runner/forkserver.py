"""``python -m mjbench.runner.forkserver``: a process that has imported what workers need, and forks one for each line.

A line of standard input is a JSON object: ``arguments`` of ``mjbench.runner.worker``, ``folder`` to work in, ``log`` to
append to. For each the server answers with a line ``{"pid": ...}``, and with ``{"pid": ..., "status": ...}`` when that
worker has ended. It ends with its standard input, and when nothing was wanted for ``IDLE_S``.

The first worker imports what its algorithm and task need, and tells the server the names. Later workers have these
packages from the start. The server itself only imports: it runs nothing and has one thread, so a forked worker is in
the state of a fresh process that has imported the same. Where an import starts a thread, the server ends, and workers
start as processes of their own.
"""

import atexit
import contextlib
import importlib
import json
import os
import select
import signal
import sys
import threading
import traceback
from pathlib import Path
from typing import Any

from mjbench.runner import worker

IDLE_S = 10.0
LOOK_S = 0.05
UNFIT = {"jax"}
"""Packages that do not allow to fork."""


def main() -> int:
    """Serve until there is nothing to do."""
    import mjbench.runner.execute  # seconds of imports that every worker needs
    import mjbench.runner.trackers  # noqa: F401

    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)
    children: dict[int, int] = {}
    learned, rest, idle = False, b"", 0.0
    while True:
        ready = select.select([0], [], [], LOOK_S)[0]
        if ready:
            data = os.read(0, 2**16)
            if not data:
                return 0
            *lines, rest = (rest + data).split(b"\n")
            for line in lines:
                if _threads() != 1:
                    return 0
                pid, names = _fork(json.loads(line), [answers.fileno(), *children.values()])
                children[pid] = names
                print(json.dumps({"pid": pid}), file=answers)
        for pid in list(children):
            ended, status = os.waitpid(pid, os.WNOHANG)
            if ended:
                names = _read(children.pop(pid))
                print(json.dumps({"pid": pid, "status": os.waitstatus_to_exitcode(status)}), file=answers)
                if names and not learned:
                    learned = True
                    if UNFIT.intersection(names) or not _import(names):
                        return 0
        idle = 0.0 if ready or children else idle + LOOK_S
        if idle >= IDLE_S:
            return 0


def _fork(job: dict[str, Any], foreign: list[int]) -> tuple[int, int]:
    """The worker's process, and where it will write the names of what it has imported.

    Args:
        job: a line of input.
        foreign: descriptors of the server that a worker must not keep open.
    """
    reading, writing = os.pipe()
    pid = os.fork()
    if pid:
        os.close(writing)
        return pid, reading
    status = 1
    try:
        os.setsid()
        for descriptor in (reading, *foreign):
            os.close(descriptor)
        os.chdir(job["folder"])
        sys.path[0] = job["folder"]
        if "numpy" in sys.modules:
            sys.modules["numpy"].random.seed()  # a fresh process has a state of its own; the random module sees to it
        with open(os.devnull, "rb") as nothing, open(job["log"], "ab") as log:
            for number, file in ((0, nothing), (1, log), (2, log)):
                os.dup2(file.fileno(), number)
        before = set(sys.modules)
        status = worker.main(job["arguments"])
        fresh = sorted({name for name in set(sys.modules) - before if "." not in name} - sys.stdlib_module_names)
        os.write(writing, json.dumps(fresh).encode()[: 2**15])
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:
        traceback.print_exc()
    finally:
        with contextlib.suppress(BaseException):
            threading._shutdown()  # pyright: ignore[reportAttributeAccessIssue]  waits as the end of a process does
            atexit._run_exitfuncs()
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(status)


def _read(descriptor: int) -> list[str]:
    with os.fdopen(descriptor, "rb") as file:
        try:
            return json.loads(file.read() or b"[]")
        except ValueError:
            return []


def _import(names: list[str]) -> bool:
    """Import what a worker has; whether a worker may still be forked."""
    for name in names:
        with contextlib.suppress(Exception):
            importlib.import_module(name)
    return _threads() == 1 and not UNFIT & sys.modules.keys()


def _threads() -> int:
    """Threads of this process, those of libraries too."""
    return len(list(Path("/proc/self/task").iterdir()))


if __name__ == "__main__":
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)
    sys.exit(main())
