"""Two studies of PPO that trains in MuJoCo Warp, scored on the reference simulator.

A published suite never changes: what would change it makes a new version.
"""

from mjbench.spec.suite import Suite

WARP_PARITY = Suite(
    name="warp-parity",
    tasks=("quadruped/Go1Walk-v0",),
    description="PPO that trains in MuJoCo Warp beside PPO that trains in the reference simulator",
    algorithms=("fast-ppo", "warp-ppo"),
    seeds=5,
    steps=300_000,
)

WARP_QUADRUPED = Suite(
    name="warp-quadruped",
    tasks=("quadruped/Go1Walk-v0", "quadruped/AnymalWalk-v0"),
    description="PPO with thousands of worlds on one GPU: how soon do quadrupeds walk?",
    algorithms=("warp-ppo",),
    seeds=5,
    steps=20_000_000,
)
