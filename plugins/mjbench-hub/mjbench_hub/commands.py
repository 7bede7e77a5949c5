"""``mjbench push`` and ``mjbench pull``."""

from pathlib import Path

import click

_RESULTS = click.Path(path_type=Path, file_okay=False)


@click.command("push")
@click.argument("runs", metavar="RUN...", nargs=-1, required=True)
@click.option("--repo", required=True, metavar="USER/NAME", help="Repository on the Hub; created if it is new.")
@click.option("--private", is_flag=True, help="Make a new repository private.")
@click.option("--licence", default="mit", show_default=True, help="Licence of the policies, as the Hub names it.")
@click.option("--no-video", is_flag=True, help="Leave the films out.")
@click.option("--dry-run", is_flag=True, help="Write the repository into --out, and use no network.")
@click.option("--out", type=_RESULTS, help="New folder for --dry-run.")
@click.option("--results", type=_RESULTS, default=Path("results"), show_default=True)
def push(
    runs: tuple[str, ...],
    repo: str,
    private: bool,
    licence: str,
    no_video: bool,
    dry_run: bool,
    out: Path | None,
    results: Path,
) -> None:
    """Publish records and policies as a model repository of the Hugging Face Hub, with a model card.

    RUN is the folder of a run, or the first digits of its run id. Publish all seeds of an entry, failed ones too.

    \b
    mjbench push results/gymnasium/Hopper-v5/ppo/* --repo USER/hopper-ppo --dry-run --out card
    mjbench push results/gymnasium/Hopper-v5/ppo/* --repo USER/hopper-ppo

    The token is that of `hf auth login`, or HF_TOKEN. HF_ENDPOINT names another Hub.
    """
    from mjbench_hub.push import publish, write_folder

    if dry_run != (out is not None):
        raise click.UsageError("--dry-run and --out FOLDER belong together")
    if out is not None:
        for line in write_folder(runs, results, repo, licence, not no_video, out):
            click.echo(line)
    else:
        click.echo(publish(runs, results, repo, licence, not no_video, private))


@click.command("pull")
@click.argument("repo", metavar="USER/NAME")
@click.option("--revision", help="Branch, tag or commit  [default: main]")
@click.option("--into", type=_RESULTS, default=Path("results"), show_default=True, help="Results folder.")
def pull(repo: str, revision: str | None, into: Path) -> None:
    """Add the records and policies of a repository of the Hugging Face Hub to a results folder.

    Every file is checked before anything is added. If one is damaged, or a run is there already with other bytes,
    nothing is added.

    \b
    mjbench pull USER/hopper-ppo
    """
    from mjbench_hub.pull import fetch

    for line in fetch(repo, revision, into):
        click.echo(line)
