"""``mjbench video``: an episode of a run's final policy, as a video or a row of pictures."""

import re
from contextlib import closing
from pathlib import Path

import click

from mjbench.errors import MjbenchError

SUFFIXES = (".mp4", ".png")


@click.command("video")
@click.argument("run")
@click.option("--out", required=True, type=click.Path(path_type=Path, dir_okay=False), help="FILE.mp4 or FILE.png.")
@click.option(
    "--frames", type=click.IntRange(1, 100), help="Number of pictures in a PNG, from first to last step  [default: 6]"
)
@click.option("--steps", metavar="FIRST-LAST", help="Only these steps of the episode, such as one stride.")
@click.option(
    "--episode", type=click.IntRange(min=0), default=0, show_default=True, help="Episode of the final evaluation."
)
@click.option("--results", type=click.Path(path_type=Path, file_okay=False), default=Path("results"), show_default=True)
def video_command(run: str, out: Path, frames: int | None, steps: str | None, episode: int, results: Path) -> None:
    """Replay an evaluation episode of a run's final policy and save it.

    RUN is the folder of a run, or the first digits of its run id. The episode starts from its published seed, so it is
    the recorded one.
    """
    from mjbench.envs.rendering import require_rendering
    from mjbench.evaluation.episode_player import Film
    from mjbench.evaluation.filming import write_film
    from mjbench.evaluation.video import require_encoder
    from mjbench.registry.lookup import Registry
    from mjbench.store.find import find_run

    if out.suffix not in SUFFIXES:
        raise MjbenchError(f"--out {out} must end in .mp4, for a video, or in .png, for a row of pictures")
    if frames and out.suffix != ".png":
        raise MjbenchError(f"--frames needs a .png; --out is {out}")
    span = _span(steps)
    if not out.parent.is_dir():
        raise MjbenchError(f"the folder {out.parent} does not exist")
    found = find_run(run, results)
    if out.suffix == ".mp4":
        require_encoder()
    require_rendering()
    with closing(Film(found, Registry(), episode)) as film:
        last = write_film(film, out, frames or 6, span)
    outcome = f"{film.run.label}, evaluation seed {film.seed:,}: {last.step:,} steps, return {last.episode_return:,.6g}"
    same = abs(last.episode_return - film.recorded) <= 1e-6 * max(1.0, abs(film.recorded))
    click.echo(f"wrote {out}: {outcome}{', as recorded' if same else f'; recorded: {film.recorded:,.6g}'}")


def _span(text: str | None) -> tuple[int, int] | None:
    if text is None:
        return None
    found = re.fullmatch(r"(\d+)-(\d+)", text.strip())
    if not found or int(found[1]) >= int(found[2]):
        raise MjbenchError(f"--steps {text!r} is not of the form FIRST-LAST, such as 100-130")
    return int(found[1]), int(found[2])
