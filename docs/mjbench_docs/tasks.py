"""A page for each task, from its ``TaskSpec``, what its environment says, and the committed boards."""

from collections.abc import Iterator

from mjbench.registry.lookup import Registry
from mjbench.spec.suite import Suite
from mjbench.spec.task import Reference, TaskSpec
from mjbench_docs.curves import curves_of, drawing
from mjbench_docs.looked import Looked, look_at, paged, picture_of, read_looked
from mjbench_docs.pages import code, plain, prose, table, toctree

MOST_BOARDS = 3
"""Boards whose curves a page shows."""
ABOUT = {
    "quadruped": "Robots and rewards are explained in {doc}`/quadruped`.",
    "franka": "Robot and rewards are explained in {doc}`/franka`.",
    "humanoid": "Robot and rewards are explained in {doc}`/humanoid`.",
    "gymnasium": "Tasks of [Gymnasium](https://gymnasium.farama.org/environments/mujoco/), unchanged.",
    "dm_control": "Tasks of [dm_control](https://github.com/google-deepmind/dm_control), unchanged.",
    "envpool": "Tasks of other packages in the engine of [EnvPool](https://github.com/sail-sg/envpool), "
    "with a MuJoCo of its own. They have no pages here: the page of the original has their rewards.",
}
"""What is said of a namespace."""


def task_pages() -> dict[str, str | bytes]:
    """``index.md``, a page for each namespace, and a page with its drawings for each task."""
    registry = Registry()
    suites = [suite for name in registry.names("suite") for suite in registry.suites(name)]
    looked, tasks = read_looked(), paged(registry)
    packages = {plugin.name: plugin.distribution for plugin in registry.plugins if plugin.kind == "task"}
    pages: dict[str, str | bytes] = {}
    for task in tasks:
        seen = looked.get(task.id) or look_at(task, picture=False)[0]
        pages |= _page(task, seen, packages[task.namespace], suites)
    spaces = sorted({task.namespace for task in registry.tasks.values()} - {"adhoc"})
    for name in spaces:
        pages[f"{name}.md"] = _namespace(name, [t for t in registry.tasks.values() if t.namespace == name], tasks)
    counts = [
        [f"[{name}]({name}.md)", f"{sum(t.namespace == name for t in registry.tasks.values())}"] for name in spaces
    ]
    pages["index.md"] = (
        "# Tasks\n\nEvery task has a page: observations, actions, rewards, metrics, references, and the curves\n"
        "of our boards. The pages are written from the installed packages, as `mjbench list tasks` is.\n\n"
        + table(("namespace", "tasks"), counts)
        + toctree(spaces)
    )
    return pages


def _namespace(name: str, tasks: list[TaskSpec], with_page: list[TaskSpec]) -> str:
    own = [task for task in tasks if task in with_page]
    text = f"# {name}\n\n{ABOUT.get(name, '')}\n\n"
    if not own:
        rows = [[f"`{task.id}`", plain(task.description), f"{task.budget:,}"] for task in tasks]
        return text + table(("task", "description", "budget"), rows)
    cards = []
    for task in own:
        short = task.id.partition("/")[2]
        picture = f"![]({_image(task, 1)})" if picture_of(task.id).exists() else ""
        cards.append([picture, f"[{short}]({name}/{short}.md)<br>{plain(task.description)}", f"{task.budget:,}"])
    links = [f"{short} <{name}/{short}>" for short in (task.id.partition("/")[2] for task in own)]
    return text + table(("", "task", "budget"), cards, align=True) + toctree(links)


def _image(task: TaskSpec, depth: int) -> str:
    return f"{'../' * depth}images/tasks/{task.id}.webp"


def _page(task: TaskSpec, looked: Looked, package: str, suites: list[Suite]) -> dict[str, str | bytes]:
    drawings = {
        f"{task.id}-{curves.board}.svg": (curves.board, drawing(curves, task))
        for curves in curves_of(task.id)[:MOST_BOARDS]
    }
    text = f"# {task.id}\n\n{plain(task.description)}.\n\n"
    if picture_of(task.id).exists():
        text += f"![The first state of an episode]({_image(task, 2)})\n\n"
    text += table(("", ""), list(_facts(task, looked, package, suites)))
    text += "".join(_rewards(task, looked)) + "".join(_metrics(task))
    text += "".join(_references(task)) + "".join(_curves({k: board for k, (board, _) in drawings.items()}))
    text += "".join(_commands(task))
    return {f"{task.id}.md": text, **{name: svg.encode() for name, (_, svg) in drawings.items()}}


def _facts(task: TaskSpec, looked: Looked, package: str, suites: list[Suite]) -> Iterator[list[str]]:
    bounds = looked.bounds
    within = "; ".join(f"{low:g} to {high:g}" for low, high in bounds[:3]) + ("; …" if len(bounds) > 3 else "")
    yield ["package", f"`{package}`"]
    yield ["observation", f"{looked.observation:,} numbers"]
    yield ["action", f"{looked.action:,} numbers, {within}"]
    yield ["episode limit", f"{task.episode_limit:,} steps"]
    yield ["budget", f"{task.budget:,} steps, where neither suite nor command sets it"]
    yield ["success", f"`{task.success}` at the last step" if task.success else "not defined"]
    if task.reward_range:
        yield ["reward of a step", "{:g} to {:g}".format(*task.reward_range)]
    if task.curriculum:
        found = task.curriculum
        rule = f"up above {found.rise:g}, down below {found.fall:g}"
        yield ["curriculum", f"{found.levels} levels by `{found.score}`, {rule}: {{doc}}`/curricula`"]
    if task.warm_start:
        yield ["warm start", f"training starts from the policy of {_link(task.warm_start)}"]
    yield ["resume", plain(f"starts again: {task.stateless_reason}") if task.stateless_reason else "exact"]
    names = [f"`{suite.name}@{suite.version}`" for suite in suites if task.id in suite.tasks]
    if names:
        yield ["suites", ", ".join(names)]
    if task.tags:
        yield ["tags", plain(", ".join(task.tags))]
    if task.kwargs:
        yield ["arguments", ", ".join(f"`{name}={value!r}`" for name, value in task.kwargs.items())]


def _link(task_id: str) -> str:
    return f"[{task_id}](/tasks/{task_id}.md)"


def _rewards(task: TaskSpec, looked: Looked) -> Iterator[str]:
    yield "## Reward\n\n"
    if looked.about:
        yield f"From the class of the task in dm_control: {prose(looked.about)}.\n\n"
    if looked.rewards and looked.rewards[0][1] is not None:
        yield "The weighted sum of these terms, each step:\n\n"
        yield table(
            ("term", "weight", "formula"), [[f"`{n}`", f"{w:g}", prose(formula)] for n, w, formula in looked.rewards]
        )
    elif looked.rewards:
        parts = ", ".join(f"`{name}`" for name, *_ in looked.rewards)
        yield f"The sum of these parts, which `info` has at each step: {parts}.\n\n"
    yield ABOUT.get(task.namespace, "") + "\n\n"


def _metrics(task: TaskSpec) -> Iterator[str]:
    if task.metrics:
        yield "## Metrics\n\nOne number for each evaluation episode.\n\n"
        rows = [[f"`{each.name}`", f"{each.reduce} of `{each.key}`"] for each in task.metrics]
        yield table(("metric", "over the steps"), rows)


def _references(task: TaskSpec) -> Iterator[str]:
    rows = [
        [name, f"{found.value:,.2f}" + (f" ± {found.stderr:.2g}" if found.stderr else ""), plain(found.source)]
        for name, found in (("random (0)", task.random_return), ("reference (1)", task.reference_return))
        if isinstance(found, Reference)
    ]
    yield "## References\n\n"
    yield table(("score", "return", "source"), rows) or "None: scores of this task are not normalised.\n\n"
    if task.reference_return is None and rows:
        yield "Without a reference for 1, scores of this task are not normalised.\n\n"


def _curves(drawings: dict[str, str]) -> Iterator[str]:
    if drawings:
        yield "## Learning curves\n\nMean return at each evaluation point, of the committed boards.\n\n"
    for name, board in drawings.items():
        file = name.rpartition("/")[2]
        yield f"![Learning curves of the board {board}]({file})\n\n[The board {board}](/boards/{board}.md)\n\n"


def _commands(task: TaskSpec) -> Iterator[str]:
    algorithm = "fast-ppo"
    run = f"results/{task.id}/{algorithm}/0-*"
    yield "## Commands\n\n"
    lines = (
        f"mjbench run --task {task.id} --algo {algorithm} --seeds 5",
        f"mjbench video {run} --out film.mp4",
        f"mjbench report {run}",
        f"mjbench evaluate {run} --disturb standard",
    )
    yield code("\n".join(lines))
    yield code(
        f'import mjbench\n\nenv = mjbench.make("{task.id}")\nobservation, info = env.reset(seed=1_000_000)', "python"
    )
