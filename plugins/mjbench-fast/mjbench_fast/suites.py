"""Studies: this package's algorithms beside those of mjbench-sb3 that they are equal to, tuned presets, the UPC study.

A published suite never changes: what would change it makes a new version.
"""

from mjbench.spec.suite import EvalProtocol, Suite

TASKS = ("gymnasium/HalfCheetah-v5", "gymnasium/Hopper-v5", "gymnasium/Reacher-v5", "gymnasium/Swimmer-v5")
PROTOCOL = EvalProtocol(checkpoints=5, episodes=5, final_episodes=20)

PARITY = Suite(
    name="parity",
    tasks=TASKS,
    description="PPO of mjbench-fast beside that of mjbench-sb3",
    algorithms=("ppo", "fast-ppo"),
    steps=300_000,
    protocol=PROTOCOL,
)

PARITY_OFF_POLICY = Suite(
    name="parity-off-policy",
    tasks=TASKS,
    description="SAC and TD3 of mjbench-fast beside those of mjbench-sb3",
    algorithms=("sac", "fast-sac", "td3", "fast-td3"),
    steps=20_000,
    protocol=PROTOCOL,
)

TUNING = Suite(
    name="tuning",
    tasks=("gymnasium/Reacher-v5", "gymnasium/InvertedPendulum-v5"),
    description="PPO of mjbench-fast with presets that mjbench tune has found, beside the default one",
    algorithms=("fast-ppo",),
    steps=10_000,
    protocol=PROTOCOL,
)

UPC_STUDY = Suite(
    name="upc-study",
    tasks=("gymnasium/HalfCheetah-v5", "quadruped/AnymalForward-v0", "quadruped/AnymalStep-v0"),
    description="What a study at UPC trained with PPO: HalfCheetah, an ANYmal C ahead, and over a step by transfer",
    algorithms=("fast-ppo",),
    seeds=5,
)
