"""What an update of PPO says of itself, under stable-baselines3's names; computed only for those who listen."""

import numpy as np

from mjbench_fast.nn.gaussian import HALF_LOG_2PI
from mjbench_fast.ppo.options import PpoOptions
from mjbench_fast.ppo.rollout import Rollout


class Losses:
    """Means over the minibatches of one update. It reads what the update computes, and changes none of it.

    Args:
        options: hyperparameters.
    """

    def __init__(self, options: PpoOptions) -> None:
        self._options = options
        self._rows: list[tuple[float, ...]] = []

    def add(
        self, actions: np.ndarray, mean: np.ndarray, value: np.ndarray, log_std: np.ndarray, scalars: np.ndarray
    ) -> None:
        """A minibatch of B rows, before the step on it.

        Args:
            actions: (B, A).
            mean: (B, A).
            value: (B, 1).
            log_std: (A,).
            scalars: (3 or more, B) old log density, advantage, return.
        """
        options = self._options
        z = (actions - mean) / np.exp(log_std)
        log_ratio = -0.5 * (z * z).sum(axis=1) - (log_std + HALF_LOG_2PI).sum() - scalars[0]
        ratio = np.exp(log_ratio)
        low, high = 1 - options.clip_range, 1 + options.clip_range
        policy = -np.minimum(scalars[1] * ratio, scalars[1] * np.clip(ratio, low, high)).mean()
        values = ((scalars[2] - value[:, 0]) ** 2).mean()
        entropy = -(log_std + HALF_LOG_2PI + 0.5).sum()
        clipped = (np.abs(ratio - 1) > options.clip_range).mean()
        divergence = (ratio - 1 - log_ratio).mean()
        loss = policy + options.ent_coef * entropy + options.vf_coef * values
        self._rows.append((policy, values, entropy, divergence, clipped, loss))

    def scalars(self, rollout: Rollout, log_std: np.ndarray, rate: float) -> dict[str, float]:
        """All of the update that is over; ``train/loss`` is the last minibatch's, as in stable-baselines3."""
        policy, values, entropy, divergence, clipped, _ = np.mean(self._rows, axis=0).tolist()
        spread = float(rollout.returns.var())
        unexplained = float((rollout.returns - rollout.values[:, :-1]).var())
        return {
            "train/policy_gradient_loss": policy,
            "train/value_loss": values,
            "train/entropy_loss": entropy,
            "train/approx_kl": divergence,
            "train/clip_fraction": clipped,
            "train/loss": float(self._rows[-1][-1]),
            "train/explained_variance": 1 - unexplained / spread if spread else float("nan"),
            "train/std": float(np.exp(log_std).mean()),
            "train/learning_rate": rate,
            "train/clip_range": self._options.clip_range,
        }
