"""Holds a submission to everything that can be seen without playing it. Imports no simulator."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from mjbench.errors import MjbenchError, RecordError
from mjbench.io.strict import clean
from mjbench.registry.lookup import Registry
from mjbench.spec.record import RunRecord
from mjbench.spec.suite import Suite
from mjbench.spec.task import TaskSpec
from mjbench.store.store import Found, ResultStore
from mjbench.store.walk import FAILED
from mjbench.submission.about import NAME, About, read_about
from mjbench.submission.folder import RESULTS, look
from mjbench.submission.likeness import check_likeness
from mjbench.submission.policy_checks import check_policy
from mjbench.submission.preset_files import read_presets
from mjbench.submission.report import Finding, Report
from mjbench.submission.robustness_checks import check_robustness
from mjbench.submission.run_checks import check_run
from mjbench.submission.source_checks import check_sources, source_only
from mjbench.submission.variant_checks import check_variants
from mjbench.submission.whole_checks import check_duplicates, check_presets, check_seeds, check_versions


def validate(root: Path, registry: Registry, suite: Suite | None = None, existing: Path | None = None) -> Report:
    """Everything there is to say about the submission in ``root``.

    Args:
        root: its folder.
        registry: what is installed: suites, tasks, presets.
        suite: check it against this suite, not the installed suite of its name.
        existing: a results folder that must not hold the same runs.

    Raises:
        StoreError: ``root`` is no folder, or holds more than any submission may.
    """
    contents = look(root)
    findings = list(contents.findings)
    about: About | None = None
    try:
        about = read_about(root)
    except RecordError as error:
        findings.append(Finding("error", "about", NAME, str(error)))
    found: list[Found] = []
    files: list[list[str]] = []
    places: list[str] = []
    store = ResultStore(root / RESULTS)
    for place, names in sorted(contents.runs.items()):
        folder = root / place
        try:
            record = store.read(folder)
        except RecordError as error:
            findings.append(Finding("error", "record", place, str(error).replace(f"{folder}/", "")))
            continue
        found.append(Found(folder, record))
        places.append(place)
        files.append(names)
        findings += _place(record, place, store)
        findings += check_policy(record, folder, place, names)
    if not found:
        findings.append(Finding("error", "record", "", f"there is no readable record under {RESULTS}/"))
    chosen = suite or _suite(about, registry, findings)
    of_suite = list(zip(found, places, strict=True))
    others = ResultStore(existing).scan()[0] if existing else []
    known = _tasks({item.record.run.task for item in found}, registry)
    for item, place, names in zip(found, places, files, strict=True):
        findings += check_robustness(item.record, item.path, place, names, known.get(item.record.run.task))
    if chosen is not None:
        sources = source_only(found, chosen)
        of_suite = [(item, place) for item, place in of_suite if item.record.run.run_id not in sources]
        for item, place in zip(found, places, strict=True):
            run = item.record.run
            findings += check_run(item.record, place, None if run.run_id in sources else chosen, known.get(run.task))
        findings += check_seeds([item for item, _ in of_suite], chosen)
        findings += check_sources(found, places, others, known | _tasks(_starts(known, chosen), registry), chosen)
    presets = read_presets(root, contents.presets, found, findings)
    findings += check_presets(found, places, registry, presets)
    findings += check_variants(found, places, known, chosen)
    findings += check_likeness(found, places)
    findings += check_versions(found)
    findings += check_duplicates([item for item, _ in of_suite], [place for _, place in of_suite], others)
    return Report(str(root), about, tuple(found), tuple(findings))


def with_findings(
    report: Report, *more: Finding, replayed: Mapping[str, int] | None = None, retrained: Sequence[str] = ()
) -> Report:
    """``report`` with what playing or training again has shown; see the fields of ``Report``."""
    return replace(
        report,
        findings=(*report.findings, *more),
        replayed=report.replayed if replayed is None else replayed,
        retrained=(*report.retrained, *retrained),
    )


def _place(record: RunRecord, place: str, store: ResultStore) -> list[Finding]:
    """A record lies where the store would have put it."""
    home = store.folder(record.run)
    due = f"{RESULTS}/{home.relative_to(store.root)}"
    failed = FAILED.fullmatch(place)
    if place == due if record.status == "completed" else failed and failed[1] == due:
        return []
    return [Finding("error", "files", place, f"this record ({record.status}) belongs in {due}")]


def _suite(about: About | None, registry: Registry, findings: list[Finding]) -> Suite | None:
    if about is None:
        return None
    try:
        suite = registry.suite(about.suite)
    except MjbenchError as error:
        findings.append(Finding("unchecked", "suite", NAME, str(error)))
        return None
    if suite.version != about.suite_version:
        text = f"it is for version {about.suite_version} of {clean(about.suite)}, installed is {suite.version}"
        findings.append(Finding("error", "suite", NAME, text))
    return suite


def _starts(tasks: Mapping[str, TaskSpec], suite: Suite) -> set[str]:
    """Ids of the tasks that others start from."""
    return {start for task in tasks.values() if (start := suite.start(task))}


def _tasks(names: set[str], registry: Registry) -> dict[str, TaskSpec]:
    known: dict[str, TaskSpec] = {}
    for name in names:
        try:
            known[name] = registry.task(name)
        except MjbenchError:
            continue
    return known
