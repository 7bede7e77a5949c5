"""The script of a job array: each task executes the worker of one run."""

import shlex
from collections.abc import Sequence

from mjbench.api.launcher import Job
from mjbench.runner.claim import STALE_S
from mjbench.runner.command import STOPPED

UNSEEN = 72
"""Exit status of a task that does not find its run's private folder."""
TRY_AGAIN_S = 30
TRIES = int(STALE_S // TRY_AGAIN_S) + 2
"""A worker that was killed on another node keeps its claim for ``STALE_S``."""

# USR1 comes before the time limit, to this shell alone. TERM comes to the worker too: before pre-emption, and from
# scancel. A signal ends ``wait`` early; the last one gives the worker's own status. A job that its worker has left
# while Slurm still counts it as running goes back into the queue.
_BODY = """
cd "$folder" && exec >> "$log" 2>&1 || exit {unseen}
signalled= status={stopped}
trap 'signalled=1; kill -TERM $worker 2> /dev/null' USR1
trap 'signalled=1' TERM
for try in $(seq {tries}); do
  "$@" < /dev/null &
  worker=$!
  wait $worker
  while kill -0 $worker 2> /dev/null; do wait $worker; done
  wait $worker
  status=$?
  [ $status = {stopped} ] && [ -z "$signalled" ] && [ $try -lt {tries} ] || break
  sleep {pause} & wait $!
  [ -z "$signalled" ] || break
done
me=${{SLURM_ARRAY_JOB_ID}}_$SLURM_ARRAY_TASK_ID
if [ $status = {stopped} ] && [ -n "$signalled" ] && [ "$(squeue --noheader --jobs=$me -o %T)" = RUNNING ]; then
  scontrol requeue $me && sleep 60
fi
exit $status
"""


def script(jobs: Sequence[Job]) -> str:
    """Text for ``sbatch``; task number N does ``jobs[N]``."""
    cases = "\n".join(f"{number})\n{_case(job)};;" for number, job in enumerate(jobs))
    body = _BODY.format(unseen=UNSEEN, stopped=STOPPED, tries=TRIES, pause=TRY_AGAIN_S)
    return f"#!/bin/bash\ncase $SLURM_ARRAY_TASK_ID in\n{cases}\nesac{body}"


def _case(job: Job) -> str:
    variables = " ".join(f"{name}={shlex.quote(value)}" for name, value in job.environment.items())
    places = f"folder={shlex.quote(str(job.folder))} log={shlex.quote(str(job.log))}"
    return f"# {job.run.label}\n{places}\nexport {variables}\nset -- {shlex.join(job.command)}"
