"""A real Slurm of two nodes on this machine, in a temporary folder; it needs root and the packages of ``PACKAGES``.

    python small_slurm.py mjbench run --suite quickstart --launcher slurm

runs a command while it is up, and takes it down again.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

PACKAGES = ("slurmctld", "slurmd", "slurm-client", "munge")
PROGRAMS = ("munged", "slurmctld", "slurmd", "sbatch")
NODES = ("tiny0", "tiny1")
CONFIGURATION = """
ClusterName=tiny
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={port}
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket={folder}/munge/socket,cred_expire=5
CredType=cred/munge
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool-%n
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd-%n.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd-%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU_Memory
SchedulerType=sched/backfill
SchedulerParameters=batch_sched_delay=0,sched_interval=2,bf_interval=2,sched_min_interval=0
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
MpiDefault=none
ReturnToService=1
PreemptType=preempt/partition_prio
PreemptMode=REQUEUE
KillWait=20
MinJobAge=3600
InactiveLimit=0
SlurmdTimeout=20
OverTimeLimit=0
{nodes}
PartitionName=cpu Nodes=ALL Default=YES MaxTime=1-00:00:00 DefaultTime=60 PriorityTier=1 GraceTime=2
PartitionName=short Nodes=ALL MaxTime=10 DefaultTime=5 PriorityTier=1
PartitionName=urgent Nodes=ALL MaxTime=60 DefaultTime=5 PriorityTier=9 PreemptMode=off
"""


def why_not() -> str:
    """What keeps it from running here; empty where nothing does."""
    missing = [name for name in PROGRAMS if shutil.which(name, path=_path()) is None]
    if missing:
        return f"{', '.join(missing)} not installed: apt-get install {' '.join(PACKAGES)}"
    return "" if os.geteuid() == 0 else "Slurm's daemons need root"


@contextmanager
def small_slurm(cpus: int = 2) -> Iterator[Path]:
    """Slurm with two nodes of ``cpus`` processors each; its folder. ``SLURM_CONF`` is set while it is up."""
    folder = Path(tempfile.mkdtemp(prefix="small-slurm-"))
    folder.chmod(0o755)
    daemons: list[subprocess.Popen[bytes]] = []
    before = os.environ.get("SLURM_CONF")
    try:
        os.environ["SLURM_CONF"] = str(_configure(folder, cpus))
        _start(daemons, folder, *_munge(folder))
        _wait(lambda: (folder / "munge" / "socket").exists(), folder)
        _start(daemons, folder, "slurmctld", "-D", "-i")
        _wait(lambda: _says("scontrol", "ping").count("UP") == 1, folder)
        for node in NODES:
            _start(daemons, folder, "slurmd", "-D", "-N", node)
        _wait(lambda: _says("sinfo", "-h", "-p", "cpu", "-o", "%D %t").split() == ["2", "idle"], folder)
        yield folder
    finally:
        subprocess.run(["scancel", "--full", "-u", "root"], capture_output=True)
        _wait(lambda: not _says("squeue", "-h"), folder, must=False)
        for daemon in reversed(daemons):
            daemon.send_signal(signal.SIGTERM)
        for daemon in daemons:
            try:
                daemon.wait(15)
            except subprocess.TimeoutExpired:
                daemon.kill()
                daemon.wait()
        os.environ.pop("SLURM_CONF")
        if before is not None:
            os.environ["SLURM_CONF"] = before
        shutil.rmtree(folder, ignore_errors=True)


def _configure(folder: Path, cpus: int) -> Path:
    for name in ("munge", "state", *(f"spool-{node}" for node in NODES)):
        (folder / name).mkdir()
    first = _free_port()
    host = socket.gethostname()
    nodes = "\n".join(
        f"NodeName={node} NodeHostname={host} NodeAddr=127.0.0.1 Port={first + 1 + number} CPUs={cpus} RealMemory=8000"
        for number, node in enumerate(NODES)
    )
    path = folder / "slurm.conf"
    path.write_text(CONFIGURATION.format(host=host, port=first, folder=folder, nodes=nodes))
    return path


def _munge(folder: Path) -> list[str]:
    home = folder / "munge"
    (home / "key").write_bytes(os.urandom(128))
    (home / "key").chmod(0o400)
    files = [f"--{name}-file={home / name}" for name in ("key", "log", "pid", "seed")]
    return ["munged", "--foreground", f"--socket={home / 'socket'}", *files, "--force"]


def _start(daemons: list[subprocess.Popen[bytes]], folder: Path, *command: str) -> None:
    with open(folder / f"{len(daemons)}-{command[0]}.txt", "wb") as log:
        environment = {**os.environ, "PATH": _path()}
        daemons.append(subprocess.Popen(command, stdout=log, stderr=log, env=environment, start_new_session=True))


def _path() -> str:
    return os.environ.get("PATH", "") + os.pathsep + "/usr/sbin"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return min(probe.getsockname()[1], 65000)


def _says(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True).stdout.strip()


def _wait(condition: Callable[[], bool], folder: Path, patience_s: float = 60.0, must: bool = True) -> None:
    deadline = time.monotonic() + patience_s
    while not condition():
        if time.monotonic() > deadline:
            if not must:
                return
            logs = "\n".join(path.read_text()[-2000:] for path in folder.glob("*.[tl][xo][tg]"))
            raise RuntimeError(f"Slurm did not come up:\n{logs}")
        time.sleep(0.2)


if __name__ == "__main__":
    if reason := why_not():
        sys.exit(reason)
    with small_slurm():
        sys.exit(subprocess.run(sys.argv[1:]).returncode)
