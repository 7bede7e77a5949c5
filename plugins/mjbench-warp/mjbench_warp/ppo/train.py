"""One training run with PPO."""

import torch
import warp

from mjbench.algorithms.device import problem, resolved
from mjbench.algorithms.options import read
from mjbench.api.policy import Policy
from mjbench.api.session import Session
from mjbench.errors import SpecError
from mjbench_warp import runtime
from mjbench_warp.ppo.learner import Ppo
from mjbench_warp.ppo.options import PpoOptions
from mjbench_warp.ppo.warm_start import start_from


def train(session: Session) -> Policy:
    """Train for exactly the run's budget; steps of a rollout that it cuts short are not learned from.

    Raises:
        Diverged: parameters that are not finite.
        SpecError: a hyperparameter that is not supported, a device that is not here, or a policy to start from that
            does not fit.
        Stopped: from the session.
    """
    torch.set_num_threads(session.run.threads)
    options = read(PpoOptions, session.run)
    if wrong := problem(options.device, torch):
        raise SpecError(wrong)
    device = resolved(options.device, torch)
    if device != "cpu":
        _refuse_without_cuda()
        torch.cuda.set_device(device)
        torch.cuda.set_stream(torch.cuda.Stream(device))  # nothing can be captured on the default one
        session.refuse_snapshots("a GPU sums in no fixed order, so a resumed run would end elsewhere")
    learner = Ppo(session, options, session.make_training_batch(options.n_envs, device))
    source = session.source_policy()
    if source is not None:
        start_from(learner, source)
    learner.reset()
    state = session.restore()
    if state is not None:
        learner.restore(state)
    while learner.collect():  # acts, steps, computes returns
        learner.improve()
        if learner.steps >= learner.budget:
            break
        if session.snapshot_due():
            session.save(learner.steps, learner.capture())
    return learner.policy()


def _refuse_without_cuda() -> None:
    """Warp has a CUDA of its own beside that of torch.

    Raises:
        SpecError: it finds no GPU.
    """
    runtime.start()
    if not warp.is_cuda_available():
        cuda = ".".join(map(str, warp.get_cuda_toolkit_version() or ("none",)))
        raise SpecError(
            f"torch finds a GPU and Warp {warp.__version__} does not: its CUDA ({cuda}) may need a newer driver; "
            "update the driver, or train on the CPU with --set device=cpu"
        )
