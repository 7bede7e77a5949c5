"""``mjbench play``: a run's final policy live, in MuJoCo's viewer or in the browser."""

import os
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mjbench.errors import MjbenchError

if TYPE_CHECKING:
    from mjbench.evaluation.episode_player import Film
    from mjbench.evaluation.live import Player

PORT = 8642
PUSH_M_S = 0.5
"""Velocity that an arrow key adds."""


@click.command("play")
@click.argument("run")
@click.option("--episodes", type=click.IntRange(min=1), help="Stop after so many episodes  [default: never]")
@click.option("--episode", type=click.IntRange(min=0), default=0, show_default=True, help="Episode to begin with.")
@click.option("--disturb", is_flag=True, help=f"Arrow keys push the robot: each adds {PUSH_M_S:g} m/s.")
@click.option("--camera", default="", metavar="NAME|ID", help="Camera to begin with  [default: follows the robot]")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    help=f"Show a page in the browser, at this port  [default: MuJoCo's viewer; without a display a page, at {PORT}]",
)
@click.option("--no-browser", is_flag=True, help="Print the address of the page and open no browser.")
@click.option("--results", type=click.Path(path_type=Path, file_okay=False), default=Path("results"), show_default=True)
def play_command(
    run: str,
    episodes: int | None,
    episode: int,
    disturb: bool,
    camera: str,
    port: int | None,
    no_browser: bool,
    results: Path,
) -> None:
    """Play a run's final policy live, one evaluation episode after another.

    RUN is the folder of a run, or the first digits of its run id. With a display, MuJoCo's viewer opens. Without one,
    mjbench serves a page on this machine. To see it from another machine, forward the port, such as with
    ssh -L 8642:127.0.0.1:8642 HOST.

    \b
    mjbench play 282807
    mjbench play 282807 --disturb        # arrow keys push the robot

    Keys: space pauses, N begins the episode of the next evaluation seed, + and - change the speed, C the camera (on
    the page). Ctrl-C ends.
    """
    from mjbench.envs.rendering import choose_backend, require_rendering
    from mjbench.evaluation.camera import View
    from mjbench.evaluation.episode_player import Film
    from mjbench.evaluation.live import Player
    from mjbench.evaluation.window import has_display, play_in_window
    from mjbench.registry.lookup import Registry
    from mjbench.store.find import find_completed

    found = find_completed(run, results)
    display = has_display()
    if not display or "MUJOCO_GL" in os.environ:  # a backend that does not exist fails when MuJoCo is imported
        require_rendering()
    choose_backend()
    with closing(Film(found, Registry(), episode, View(camera))) as film:
        player = Player(film, episodes, PUSH_M_S if disturb else 0.0)
        try:
            if port is None and not no_browser and display:
                try:
                    play_in_window(player, film)
                    return
                except MjbenchError as error:
                    print(f"mjbench: {error}; here is a page instead", file=sys.stderr)
            _play_on_page(player, film, PORT if port is None else port, not no_browser and display)
        except KeyboardInterrupt as stop:
            if stop.args:  # a signal other than Ctrl-C, which is how this command ends
                raise
            click.echo()


def _play_on_page(player: "Player", film: "Film", port: int, browser: bool) -> None:
    from mjbench.evaluation.live_page import LivePage

    with closing(LivePage(player, film.camera, port)) as page:
        click.echo(f"{film.run.label} at {page.url} (Ctrl-C ends)")
        if browser:
            import webbrowser

            webbrowser.open(page.url)
        page.show()
        while not page.pictures.watched.wait(0.2):  # nothing is missed: it begins when somebody looks
            pass
        player.play(page.show)
        page.show()
