"""The suites of this package. A published suite never changes: what would change it makes a new version."""

from mjbench.spec.suite import EvalProtocol, Suite

QUICKSTART_1 = Suite(
    name="quickstart",
    tasks=("gymnasium/InvertedPendulum-v5", "gymnasium/Reacher-v5"),
    description="Minutes on a laptop: two small tasks on which learning is visible",
    seeds=3,
    steps=8_000,
    protocol=EvalProtocol(checkpoints=8, episodes=5, final_episodes=20),
)

QUICKSTART_2 = Suite(
    name="quickstart",
    version=2,
    tasks=("gymnasium/InvertedPendulum-v5", "gymnasium/Reacher-v5"),
    description="Minutes on a laptop: two small tasks on which learning is visible",
    algorithms=("fast-ppo", "fast-sac", "fast-td3"),
    seeds=3,
    steps=6_000,
    protocol=EvalProtocol(checkpoints=6, episodes=5, final_episodes=20),
)
QUICKSTART = (QUICKSTART_1, QUICKSTART_2)

GYMNASIUM_MUJOCO = Suite(
    name="gymnasium-mujoco",
    tasks=(
        "gymnasium/Ant-v5",
        "gymnasium/HalfCheetah-v5",
        "gymnasium/Hopper-v5",
        "gymnasium/Humanoid-v5",
        "gymnasium/HumanoidStandup-v5",
        "gymnasium/InvertedDoublePendulum-v5",
        "gymnasium/InvertedPendulum-v5",
        "gymnasium/Pusher-v5",
        "gymnasium/Reacher-v5",
        "gymnasium/Swimmer-v5",
        "gymnasium/Walker2d-v5",
    ),
    description="The eleven Gymnasium MuJoCo tasks at a million steps",
    seeds=10,
    steps=1_000_000,
)

GYMNASIUM_MUJOCO_100K = Suite(
    name="gymnasium-mujoco-100k",
    tasks=(
        "gymnasium/Ant-v5",
        "gymnasium/HalfCheetah-v5",
        "gymnasium/Hopper-v5",
        "gymnasium/Walker2d-v5",
    ),
    description="Four walkers of Gymnasium at a hundred thousand steps, where off-policy algorithms already differ",
    algorithms=("sac", "td3"),
    seeds=5,
    steps=100_000,
)
