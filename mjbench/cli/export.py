"""``mjbench export``: a policy as an ONNX, TorchScript or TensorRT file."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from mjbench.evaluation.exporting.export import Export
    from mjbench.evaluation.exporting.latency import Latency


@click.command("export")
@click.argument("policy", metavar="RUN|POLICY")
@click.option("--format", "name", default="onnx", show_default=True, help="See: mjbench list exporters")
@click.option(
    "--out", type=click.Path(path_type=Path), help="File or folder  [default: TASK-ALGORITHM-SEED in this folder]"
)
@click.option("--benchmark", is_flag=True, help="Also measure the latency, in every format that is installed.")
@click.option("--results", type=click.Path(path_type=Path, file_okay=False), default=Path("results"), show_default=True)
def export_command(policy: str, name: str, out: Path | None, benchmark: bool, results: Path) -> None:
    """Write a policy in a format that plays without mjbench.

    RUN is the folder of a run, or the first digits of its run id. POLICY is a folder with policy.json and
    policy.safetensors.

    \b
    mjbench export 282807 --out go1.onnx
    mjbench export 282807 --format torchscript --benchmark

    The file holds everything from the raw observation to the action: normalisation, network, bounds. It is compared
    with the policy before it is written.
    """
    from mjbench.evaluation.exporting.export import latencies, prepare, write
    from mjbench.evaluation.exporting.formats import find_exporter
    from mjbench.registry.lookup import Registry

    registry = Registry()
    find_exporter(name, registry)
    export = prepare(policy, results, registry)
    path, agreements = write(export, name, out, registry)
    click.echo(f"wrote {path} ({path.stat().st_size / 1000:,.1f} kB): {export.source.label}")
    click.echo(f"  {_shapes(export)}")
    for each in agreements:
        excuse = f", single precision alone {each.rounding:.1e}" if each.difference > each.tolerance else ""
        click.echo(f"  largest error {each.difference:.1e} on {each.count} {each.observations} observations{excuse}")
    if not agreements:
        click.echo(f"  not compared with the policy: the exporter {name} cannot play its files")
    for note in export.notes:
        click.echo(f"  {note}")
    if benchmark:
        _print(*latencies(export, registry))


def _shapes(export: "Export") -> str:
    subject = export.subject
    period = f", every {export.control_period_s * 1000:g} ms" if export.control_period_s else ""
    return f"observation (batch, {subject.observation_size}) -> action (batch, {subject.action_size}), float32{period}"


def _print(found: "list[Latency]", problems: list[str]) -> None:
    from mjbench.cli.terminal.table import table

    rows: dict[str, list[str]] = {}
    for each in found:
        cells = rows.setdefault(each.program, [each.program])
        cells.append(f"{each.median_s * 1e6:,.0f} / {each.p99_s * 1e6:,.0f}")
    batches = list(dict.fromkeys(each.batch for each in found))
    header = ["median / 99th percentile, µs", *(f"batch {batch}" for batch in batches)]
    click.echo(f"\n{table(header, list(rows.values()), right=range(1, len(header)))}\none thread each")
    for line in problems:
        click.echo(line)
