"""Every task that is offered, as data: a test holds this table to dm_control and to shimmy's list."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Domain:
    """One model of ``dm_control.suite`` and what is asked of it."""

    tasks: dict[str, str]
    """Name and description of each task."""
    tags: tuple[str, ...] = ()
    budget: int = 1_000_000
    task_tags: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """More tags for single tasks."""
    camera: int = 0
    """Which of the model's cameras to look through."""


SUITE_LIMIT = 1000
"""Control steps of an episode in every suite domain; lqr has no limit of its own and is given this one."""

SUITE = {
    "acrobot": Domain(
        {
            "swingup": "Swing a double pendulum up by its elbow and balance it",
            "swingup_sparse": "Swing a double pendulum up; reward only at the top",
        },
        ("classic", "balance"),
        task_tags={"swingup_sparse": ("sparse",)},
    ),
    "ball_in_cup": Domain({"catch": "Swing a ball on a string into a cup"}, ("classic", "sparse"), 500_000),
    "cartpole": Domain(
        {
            "balance": "A cart keeps a pole upright",
            "balance_sparse": "A cart keeps a pole upright; reward only while it stands in the middle",
            "swingup": "A cart swings a hanging pole up and keeps it there",
            "swingup_sparse": "A cart swings a hanging pole up; reward only at the top",
            "two_poles": "A cart swings up two poles, one on top of the other",
            "three_poles": "A cart swings up three poles, one on top of the other",
        },
        ("classic", "balance"),
        500_000,
        {"balance_sparse": ("sparse",), "swingup_sparse": ("sparse",)},
    ),
    "cheetah": Domain({"run": "A planar two-legged cheetah runs at 10 m/s"}, ("locomotion", "planar", "cheetah")),
    "dog": Domain(
        {
            "stand": "A dog with 38 muscle groups stands up",
            "walk": "A dog walks at 1 m/s",
            "trot": "A dog trots at 3 m/s",
            "run": "A dog runs at 9 m/s",
            "fetch": "A dog carries a ball to a target",
        },
        ("locomotion", "quadruped", "dog"),
    ),
    "finger": Domain(
        {
            "spin": "A finger keeps a free spinner turning",
            "turn_easy": "A finger turns a spinner to a large target",
            "turn_hard": "A finger turns a spinner to a small target",
        },
        ("classic", "manipulation", "planar"),
        500_000,
        {"spin": ("sparse",)},
    ),
    "fish": Domain(
        {"upright": "A fish rights itself in water", "swim": "A fish swims to a target"}, ("locomotion", "swimmer")
    ),
    "hopper": Domain(
        {"stand": "A planar one-legged robot stands up", "hop": "A planar one-legged robot hops forward at 2 m/s"},
        ("locomotion", "planar", "hopper"),
    ),
    "humanoid": Domain(
        {
            "stand": "A humanoid with 21 joints stands up",
            "walk": "A humanoid walks at 1 m/s",
            "run": "A humanoid runs at 10 m/s",
            "run_pure_state": "A humanoid runs at 10 m/s, observing positions and velocities only",
        },
        ("locomotion", "humanoid"),
    ),
    "humanoid_CMU": Domain(
        {
            "stand": "A humanoid with 56 joints stands up",
            "walk": "A humanoid with 56 joints walks at 1 m/s",
            "run": "A humanoid with 56 joints runs at 10 m/s",
        },
        ("locomotion", "humanoid"),
    ),
    "lqr": Domain(
        {
            "lqr_2_1": "Bring a chain of 2 masses to rest by pushing one of them",
            "lqr_6_2": "Bring a chain of 6 masses to rest by pushing two of them",
        },
        ("classic", "linear"),
        500_000,
    ),
    "manipulator": Domain(
        {
            "bring_ball": "A planar arm carries a ball to a target",
            "bring_peg": "A planar arm carries a peg to a target pose",
            "insert_ball": "A planar arm puts a ball into a basket",
            "insert_peg": "A planar arm puts a peg into a slot",
        },
        ("manipulation", "planar"),
    ),
    "pendulum": Domain(
        {"swingup": "Swing a pendulum up with too little torque to do it at once"},
        ("classic", "balance", "sparse"),
        500_000,
    ),
    "point_mass": Domain(
        {
            "easy": "Two motors move a point mass to the centre",
            "hard": "Two motors move a point mass to the centre, along directions drawn in each episode",
        },
        ("classic",),
        500_000,
    ),
    "quadruped": Domain(
        {
            "walk": "A four-legged robot walks at 0.5 m/s",
            "run": "A four-legged robot runs at 5 m/s",
            "escape": "A four-legged robot climbs out of a rough bowl",
            "fetch": "A four-legged robot dribbles a ball to a target",
        },
        ("locomotion", "quadruped"),
        task_tags={"escape": ("heavy",)},
        camera=2,  # the first one stays behind
    ),
    "reacher": Domain(
        {
            "easy": "A planar two-joint arm reaches a large target",
            "hard": "A planar two-joint arm reaches a small target",
        },
        ("classic", "manipulation", "planar", "sparse"),
        500_000,
    ),
    "stacker": Domain(
        {"stack_2": "A planar arm stacks two boxes", "stack_4": "A planar arm stacks four boxes"},
        ("manipulation", "planar"),
    ),
    "swimmer": Domain(
        {
            "swimmer6": "A planar six-link snake swims to a target",
            "swimmer15": "A planar fifteen-link snake swims to a target",
        },
        ("locomotion", "planar", "swimmer"),
    ),
    "walker": Domain(
        {
            "stand": "A planar two-legged robot stands up",
            "walk": "A planar two-legged robot walks at 1 m/s",
            "run": "A planar two-legged robot runs at 8 m/s",
        },
        ("locomotion", "planar", "walker"),
    ),
}

LQR_OPTIMUM = {"lqr_2_1": (848.17, 2.44), "lqr_6_2": (765.40, 5.84)}
"""Return and standard error of the optimal controller, ``dm_control.suite.lqr_solver``, over 100 episodes."""


@dataclass(frozen=True)
class Example:
    """One of ``dm_control.locomotion.examples``, without its camera image."""

    module: str
    episode_limit: int
    description: str
    tags: tuple[str, ...]
    bounded: bool = True
    """Whether the reward of a step lies in [0, 1]."""
    rebuild: bool = False
    """The task draws from numpy's global generator."""


# dm_control stops at the first step whose time, a sum of rounded steps, reaches the limit: hence 1001.
# cmu_humanoid_tracking is no part of shimmy's list: it needs motion capture data.
LOCOMOTION = {
    "cmu_humanoid_run_walls": Example(
        "basic_cmu_2019", 1001, "A humanoid runs down a corridor between walls, blind", ("humanoid", "blind")
    ),
    "cmu_humanoid_run_gaps": Example(
        "basic_cmu_2019", 1001, "A humanoid runs down a corridor over gaps, blind", ("humanoid", "blind")
    ),
    "cmu_humanoid_go_to_target": Example(
        "basic_cmu_2019", 1001, "A humanoid walks to a target that moves on when reached", ("humanoid",)
    ),
    "cmu_humanoid_maze_forage": Example(
        "basic_cmu_2019",
        1001,
        "A humanoid collects targets in a random maze, blind",
        ("humanoid", "blind"),
        bounded=False,
        rebuild=True,
    ),
    "cmu_humanoid_heterogeneous_forage": Example(
        "basic_cmu_2019",
        834,
        "A humanoid collects the right kind of targets in a room, blind",
        ("humanoid", "blind"),
        bounded=False,
        rebuild=True,
    ),
    "rodent_escape_bowl": Example(
        "basic_rodent_2020", 1000, "A rat climbs out of a rough bowl, blind", ("quadruped", "blind")
    ),
    "rodent_run_gaps": Example(
        "basic_rodent_2020", 1500, "A rat runs down a corridor over gaps, blind", ("quadruped", "blind")
    ),
    "rodent_maze_forage": Example(
        "basic_rodent_2020",
        1500,
        "A rat collects targets in a random maze, blind",
        ("quadruped", "blind"),
        bounded=False,
        rebuild=True,
    ),
    "rodent_two_touch": Example(
        "basic_rodent_2020",
        1500,
        "A rat touches balls twice at a set interval, blind",
        ("quadruped", "blind"),
        bounded=False,
        rebuild=True,
    ),
}

MANIPULATION_LIMIT = 250
"""Control steps of an episode of every manipulation task."""

# The ``_vision`` variants observe pixels; a policy here takes a vector.
MANIPULATION = {
    "lift_brick_features": "An arm lifts a brick",
    "lift_large_box_features": "An arm lifts a box that is too large for its hand",
    "place_brick_features": "An arm places a brick on a pedestal",
    "place_cradle_features": "An arm places a cradle on a pedestal",
    "reach_duplo_features": "An arm reaches a brick",
    "reach_site_features": "An arm reaches a point in space",
    "reassemble_3_bricks_fixed_order_features": "An arm reverses the order of three stacked bricks",
    "reassemble_5_bricks_random_order_features": "An arm restacks five bricks in a given order",
    "stack_2_bricks_features": "An arm stacks a brick on one that is fixed",
    "stack_2_bricks_moveable_base_features": "An arm stacks a brick on one that can move",
    "stack_2_of_3_bricks_random_order_features": "An arm stacks two bricks of three in a given order",
    "stack_3_bricks_features": "An arm stacks three bricks",
    "stack_3_bricks_random_order_features": "An arm stacks three bricks in a given order",
}

MANIPULATION_REBUILD = ("reassemble_5_bricks_random_order_features",)
"""Shuffles in place the order that the episode before left."""
