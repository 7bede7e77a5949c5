"""One study: PPO that trains in MuJoCo Warp beside PPO on the reference simulator, both scored on the reference.

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
