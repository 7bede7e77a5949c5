"""The preset files of a submission: readable, named by what they hold, and not tuned with the seeds of its runs."""

from collections.abc import Sequence
from pathlib import Path

from mjbench.errors import MjbenchError
from mjbench.io.strict import clean
from mjbench.plan.preset_file import PresetFile, read_preset_file
from mjbench.store.found import Found
from mjbench.submission.report import Finding


def read_presets(
    root: Path, places: Sequence[str], found: Sequence[Found], findings: list[Finding]
) -> dict[str, PresetFile]:
    """The presets by name; what is wrong with one is added to ``findings``.

    Args:
        root: of the submission.
        places: of the files, relative.
        found: the records.
        findings: gets more.
    """
    presets: dict[str, PresetFile] = {}
    runs = [item.record.run for item in found]
    for place in sorted(places):
        try:
            preset = read_preset_file(root / place)
        except MjbenchError as error:
            findings.append(Finding("error", "files", place, clean(str(error).replace(f"{root}/", ""), 300)))
            continue
        own = [run for run in runs if run.preset == preset.name]
        if preset.name != Path(place).stem:
            findings.append(
                Finding("error", "files", place, f"it holds {preset.name}: rename it to {preset.name}.toml")
            )
        elif not own:
            findings.append(Finding("error", "files", place, "no run has this preset"))
        else:
            presets[preset.name] = preset
            used = sorted({run.seed for run in own} & set(preset.tuning.seeds if preset.tuning else ()))
            if used:
                text = f"the preset {preset.name} was tuned with seed {used[0]} of its own runs"
                findings.append(Finding("error", "seeds", place, text))
    return presets
