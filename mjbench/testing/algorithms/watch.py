"""What an algorithm does with its session, seen from outside."""

from collections.abc import Callable
from typing import Any

from mjbench.api.policy import Policy


class Watch:
    """Counts the steps of all environments that a session gives out, and what it hears of them."""

    def __init__(self) -> None:
        self.envs: list[Any] = []
        self.calls = 0
        """Of ``on_step``."""
        self.wrong = ""
        """The first number of steps given to ``on_step`` that was not so."""
        self.policy: Policy | None = None
        """What training returned."""

    @property
    def taken(self) -> int:
        """Environment steps."""
        return sum(env.taken for env in self.envs)

    @property
    def at_once(self) -> int:
        """Environments that are stepped together."""
        return sum(getattr(env, "num_envs", 1) for env in self.envs)

    def attach(self, session: Any) -> None:
        """Watch a session that is about to begin; see ``on_start`` of ``mjbench.runner.execute.execute``."""
        self.envs, self.calls, self.wrong = [], 0, ""
        make_env, make_batch = session.make_env, session.make_batch
        on_step, finish = session.on_step, session.finish

        def kept(env: Any) -> Any:
            self.envs.append(env)
            return env

        def watched(step: int, policy: Callable[[], Policy]) -> None:
            self.calls += 1
            if step != self.taken and not self.wrong:
                self.wrong = f"session.on_step was given {step:,} after {self.taken:,} environment steps"
            on_step(step, policy)

        def finished(policy: Policy) -> None:
            self.policy = policy
            finish(policy)

        session.make_env = lambda index=0: kept(make_env(index))
        session.make_batch = lambda count: kept(make_batch(count))
        session.on_step, session.finish = watched, finished
