"""Episodes a second of mjbench's evaluation against ``evaluate_policy`` of stable-baselines3 with one environment.

python benchmarks/evaluate.py [--episodes 50] [--tasks Hopper-v5,Ant-v5]

Both sides play the same committed final policy of gymnasium-mujoco, seed 0, on one core, one after the other in the
same run. stable-baselines3 gets it as a PPO model of its own with the same weights, the observations normalised by its
VecNormalize, as its users have it. Rates are over processor time, start-up left out. The last column is what
a step of a single environment takes alone, without any policy: no evaluation on one core can be faster.
"""

import argparse
import os
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
import torch
from stable_baselines3 import PPO
from stable_baselines3.common.env_util import make_vec_env
from stable_baselines3.common.evaluation import evaluate_policy
from stable_baselines3.common.vec_env import VecNormalize

from mjbench.envs.make import make_env
from mjbench.evaluation.evaluating import evaluate
from mjbench.evaluation.subject import Subject, load_subject
from mjbench.policies.mlp import MlpPolicy
from mjbench.registry.lookup import Registry
from mjbench.store.membership import members
from mjbench.store.store import Found, ResultStore

RESULTS = Path(__file__).parents[1] / "results"


def timed(play: Callable[[], Any]) -> tuple[float, Any]:
    """Processor seconds and result."""
    start = time.process_time()
    result = play()
    return time.process_time() - start, result


def sb3_model(policy: MlpPolicy, name: str) -> tuple[PPO, Any]:
    """A PPO model with the policy's weights, and its environment."""
    venv: Any = make_vec_env(name, 1, seed=1_000_000)
    if policy.observation_mean is not None and policy.observation_std is not None:
        venv = VecNormalize(venv, training=False, norm_reward=False, clip_obs=policy.observation_clip, epsilon=0.0)
        venv.obs_rms.mean = policy.observation_mean.astype(np.float64)
        venv.obs_rms.var = policy.observation_std.astype(np.float64) ** 2
    hidden = [len(bias) for bias in policy.biases[:-1]]
    activation = {"tanh": torch.nn.Tanh, "relu": torch.nn.ReLU, "elu": torch.nn.ELU}[policy.activation]
    model = PPO("MlpPolicy", venv, policy_kwargs={"net_arch": hidden, "activation_fn": activation}, device="cpu")
    own: Any = model.policy
    linear = [layer for layer in own.mlp_extractor.policy_net if isinstance(layer, torch.nn.Linear)] + [own.action_net]
    with torch.no_grad():
        for layer, weight, bias in zip(linear, policy.weights, policy.biases, strict=True):
            layer.weight.copy_(torch.from_numpy(weight.copy()))
            layer.bias.copy_(torch.from_numpy(bias.copy()))
    return model, venv


def floor(subject: Subject, episodes: int) -> float:
    """Processor seconds that a step of one environment alone takes, its actions those of the policy."""
    env: Any = make_env(subject.task)
    taken: list[list[np.ndarray]] = []
    for seed in range(1_000_000, 1_000_000 + episodes):
        observation, _ = env.reset(seed=seed)
        taken.append([])
        ended = False
        while not ended:
            taken[-1].append(subject.policy.act(observation[None])[0])
            observation, _, terminated, truncated, _ = env.step(taken[-1][-1])
            ended = terminated or truncated
    spent = 0.0
    for i, actions in enumerate(taken):
        env.reset(seed=1_000_000 + i)
        spent += timed(lambda actions=actions: [env.step(action) for action in actions])[0]
    env.close()
    return spent / sum(map(len, taken))


def policies(registry: Registry) -> dict[str, Found]:
    """Seed 0 of the suite, by task."""
    suite = registry.suite("gymnasium-mujoco")
    found = members(ResultStore(RESULTS).current(training=False)[0], suite, registry.tasks)
    return {item.record.run.task: item for item in found if item.record.run.seed == 0}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--episodes", type=int, default=50)
    parser.add_argument("--tasks", default="", help="Gymnasium ids, separated by commas")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    warnings.filterwarnings("ignore")
    registry = Registry()
    heads = [
        "sb3 ep/s",
        "ours ep/s",
        "times",
        "return sb3",
        "return ours",
        "sb3 us/step",
        "ours us/step",
        "alone us/step",
    ]
    print(f"{'task':26}" + "".join(f"{head:>15}" for head in heads))
    for task_id, found in sorted(policies(registry).items()):
        name = task_id.partition("/")[2]
        if not arguments.tasks or name in arguments.tasks.split(","):
            numbers = measured(load_subject(found, registry), name, arguments.episodes)
            print(f"{name:26}" + "".join(f"{number:15.2f}" for number in numbers), flush=True)


def measured(subject: Subject, name: str, episodes: int) -> list[float]:
    """A row of the table."""
    assert isinstance(subject.policy, MlpPolicy)
    model, venv = sb3_model(subject.policy, name)
    evaluate(subject, 1)
    evaluate_policy(model, venv, 1)
    theirs, episodes_of_theirs = timed(lambda: evaluate_policy(model, venv, episodes, return_episode_rewards=True))
    returns, lengths = episodes_of_theirs
    ours, played = timed(lambda: evaluate(subject, episodes))
    steps = sum(played.episode_length)
    row = [episodes / theirs, episodes / ours, theirs / ours, np.mean(returns), np.mean(played.episode_return)]
    return [*map(float, row), 1e6 * theirs / sum(lengths), 1e6 * ours / steps, 1e6 * floor(subject, 2)]


if __name__ == "__main__":
    main()
