"""Our packages by what they bring, so that a name whose package is not installed can say which one is missing."""

from collections.abc import Iterable

PACKAGES = {
    "task": {
        "gymnasium": "mjbench-gymnasium",
        "dm_control": "mjbench-dmcontrol",
        "quadruped": "mjbench-quadruped",
        "franka": "mjbench-franka",
        "humanoid": "mjbench-humanoid",
        "envpool": "mjbench-envpool",
    },
    "suite": {
        "quickstart": "mjbench-gymnasium",
        "gymnasium-mujoco": "mjbench-gymnasium",
        "gymnasium-mujoco-100k": "mjbench-gymnasium",
        "dmc": "mjbench-dmcontrol",
        "control": "mjbench-dmcontrol",
        "locomotion": "mjbench-dmcontrol",
        "locomotion-100k": "mjbench-dmcontrol",
        "manipulation": "mjbench-dmcontrol",
        "quadruped": "mjbench-quadruped",
        "quadruped-off-policy": "mjbench-quadruped",
        "quadruped-variants": "mjbench-quadruped",
        "franka": "mjbench-franka",
        "humanoid": "mjbench-humanoid",
        "humanoid-stages": "mjbench-humanoid",
        "parity": "mjbench-fast",
        "parity-off-policy": "mjbench-fast",
        "tuning": "mjbench-fast",
        "upc-study": "mjbench-fast",
        "warp-parity": "mjbench-warp",
        "warp-quadruped": "mjbench-warp",
    },
    "algorithm": {
        **dict.fromkeys(("ppo", "sac", "td3", "a2c", "ddpg", "sac+her"), "mjbench-sb3"),
        **dict.fromkeys(("fast-ppo", "fast-sac", "fast-td3"), "mjbench-fast"),
        **dict.fromkeys(("sbx-ppo", "sbx-sac", "sbx-td3", "sbx-crossq", "sbx-tqc"), "mjbench-sbx"),
        "warp-ppo": "mjbench-warp",
    },
    "launcher": {"slurm": "mjbench-slurm", "ray": "mjbench-ray"},
    "tracker": dict.fromkeys(("tensorboard", "wandb", "trackio", "mlflow"), "mjbench-trackers"),
    "command": {**dict.fromkeys(("pull", "push"), "mjbench-hub"), "tune": "mjbench-optuna"},
    "exporter": dict.fromkeys(("onnx", "tensorrt", "torchscript"), "mjbench-export"),
}
"""For tasks the names are namespaces."""
COMMANDS = {
    "pull": "Add records and policies from the Hugging Face Hub.",
    "push": "Publish records and policies on the Hugging Face Hub.",
    "tune": "Search hyperparameters, and count what the search cost.",
}
"""What the commands of our packages do; asking a package would import it."""
NEEDS = {
    "mjbench-quadruped": ("mjbench-legged",),
    "mjbench-franka": ("mjbench-legged",),
    "mjbench-humanoid": ("mjbench-legged",),
    "mjbench-fast": ("mjbench-sb3",),
    "mjbench-sbx": ("mjbench-sb3",),
    "mjbench-warp": ("mjbench-legged", "mjbench-quadruped"),
}
"""Packages of ours that other ones are built on."""
STARTERS = {
    "task": "mjbench-gymnasium",
    "suite": "mjbench-gymnasium",
    "algorithm": "mjbench-sb3",
    "exporter": "mjbench-export",
}
"""What to install first where there is nothing of a kind."""


def package_of(kind: str, name: str) -> str | None:
    """The package of ours that brings ``name``: ``package_of("suite", "dmc")`` is ``"mjbench-dmcontrol"``."""
    return PACKAGES.get(kind, {}).get(name)


def command_text(name: str, distribution: str) -> str:
    """A line on the command ``name`` of a package."""
    return COMMANDS[name] if package_of("command", name) == distribution else f"From {distribution}."


def install_command(packages: Iterable[str]) -> str:
    """The command that installs packages of ours and those that they need: folders of a clone, which PyPI has not."""
    names = dict.fromkeys(need for name in packages for need in (*NEEDS.get(name, ()), name))
    return f"pip install {' '.join(f'./plugins/{name}' for name in names)} (in a clone of mjbench)"
