"""Append speed and results of short runs to a history, say what changed, and draw it.

    python benchmarks/track.py            # five minutes of two cores, on a machine with nothing else to do
    python benchmarks/track.py --check    # also ends with 1 where results changed or a ratio fell
    python benchmarks/track.py --draw     # the picture alone

Each line of benchmarks/history.jsonl has versions of packages, returns and checksums of the final policies, and how
many times as fast as mjbench-sb3 mjbench-fast trained. Seconds differ from machine to machine; ratios hardly do. An
entry is compared with the last one of the same processor, where equal versions give equal policies.
"""

import argparse
import json
import statistics
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import mjbench
from mjbench.leaderboard.plots.charts import Chart, Series
from mjbench.leaderboard.plots.lines import line_drawing
from mjbench.spec.record import RunRecord
from mjbench.stats.cost import training_cpu_s
from mjbench.stats.estimate import Estimate
from mjbench.stats.returns import final_return
from mjbench.store.store import ResultStore

HISTORY = Path(__file__).with_name("history.jsonl")
PICTURE = Path(__file__).with_name("history.svg")
TASK = "gymnasium/Hopper-v5"
STEPS = {"ppo": 20_480, "sac": 2_000, "td3": 2_000}
SEEDS = 2
FELL = 0.8
"""A ratio below this share of the median of those before is named."""

Entry = dict[str, Any]


def measured() -> Entry:
    """Train all runs, one at a time, and return the entry that they give."""
    records: dict[str, list[RunRecord]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for name, steps in STEPS.items():
            for algorithm in (f"fast-{name}", name):
                # preset 1 of SAC and TD3 learns from the 100th step on
                mjbench.run(
                    task=TASK, algorithm=algorithm, seeds=SEEDS, steps=steps, preset="1", jobs=1, results=folder
                )
        for found in ResultStore(Path(folder)).scan(training=False)[0]:
            records.setdefault(found.record.run.algorithm, []).append(found.record)
    for runs in records.values():
        runs.sort(key=lambda record: record.run.seed)
    source = records["ppo"][0].provenance
    return {
        "finished": source["finished"],
        "revision": (source["git_revision"] or "")[:12],
        "processor": source["processor"],
        "python": source["python"],
        "packages": source["packages"],
        "returns": {name: [round(final_return(run), 4) for run in runs] for name, runs in sorted(records.items())},
        "policies": {
            name: [str((run.policy_sha256 or {}).get("policy.safetensors"))[:12] for run in runs]
            for name, runs in sorted(records.items())
        },
        "times_as_fast": {name: round(cost(records[name]) / cost(records[f"fast-{name}"]), 2) for name in STEPS},
    }


def cost(runs: Sequence[RunRecord]) -> float:
    """Processor seconds of training of the cheapest run: the first one may have compiled."""
    return min(training_cpu_s(run.resources) or 0.0 for run in runs)


def changes(entry: Entry, before: Sequence[Entry]) -> list[str]:
    """What differs from the last entry of the same processor, and which ratios fell; a line each."""
    same = [other for other in before if other["processor"] == entry["processor"]]
    if not same:
        return []
    last, found = same[-1], []
    names = [name for name, policies in entry["policies"].items() if last["policies"].get(name) != policies]
    if names:
        packages = {**last["packages"], "python": last["python"]}, {**entry["packages"], "python": entry["python"]}
        changed = [
            f"{name} {packages[0].get(name)} -> {packages[1].get(name)}"
            for name in sorted(packages[0].keys() | packages[1].keys())
            if packages[0].get(name) != packages[1].get(name)
        ]
        why = ", ".join(changed) or f"no package: look at the code since {last['revision']}"
        for name in names:
            found.append(f"{name}: returns {entry['returns'][name]}, were {last['returns'].get(name)}; changed: {why}")
    for name, ratio in entry["times_as_fast"].items():
        usual = statistics.median(other["times_as_fast"][name] for other in same)
        if ratio < FELL * usual:
            found.append(f"fast-{name}: {ratio} times as fast as {name}, the median before is {usual:.2f}")
    return found


def picture(entries: Sequence[Entry]) -> str:
    """Ratios and returns of all entries as SVG."""
    x = tuple(float(index) for index in range(1, len(entries) + 1))
    groups = {"times_as_fast": tuple(STEPS), "returns": tuple(sorted(entries[-1]["returns"]))}
    # one colour for an algorithm in both charts
    place = {name: index for index, name in enumerate(groups["returns"])}

    def series(kind: str, name: str) -> Series:
        having = [(at, entry[kind][name]) for at, entry in zip(x, entries, strict=True) if name in entry[kind]]
        values = tuple(Estimate(statistics.fmean(value) if isinstance(value, list) else value) for _, value in having)
        return Series(name, place[name], values, x=tuple(at for at, _ in having))

    titles = {"times_as_fast": ("Speed", "times as fast as mjbench-sb3"), "returns": ("Results", "return")}
    charts = [
        Chart(kind, titles[kind][0], "entry", titles[kind][1], x, tuple(series(kind, name) for name in names))
        for kind, names in groups.items()
    ]
    return line_drawing(charts, style=True)


def main() -> None:
    """Measure, compare, append, draw."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--draw", action="store_true")
    options = parser.parse_args()
    entries: list[Entry] = [json.loads(line) for line in HISTORY.read_text().splitlines()] if HISTORY.exists() else []
    found: list[str] = []
    if not options.draw:
        entry = measured()
        found = changes(entry, entries)
        entries.append(entry)
        HISTORY.write_text("".join(json.dumps(each) + "\n" for each in entries))
        for name in STEPS:
            returns = f"returns {entry['returns'][f'fast-{name}']} and {entry['returns'][name]}"
            print(f"fast-{name} {entry['times_as_fast'][name]} times as fast as {name}; {returns}")
        print("\n".join(found) or "nothing changed since the last entry of this processor, or it is the first one")
    if len(entries) > 1:  # lines need two
        PICTURE.write_text(picture(entries))
    if found and options.check:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
