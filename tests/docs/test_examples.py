"""The examples of the documentation print what it shows: each command runs again, as it stands."""

from pathlib import Path

import pytest
from committed import committed_results
from mjbench_docs.computed import DOCS
from mjbench_docs.transcripts import EMPTY, FILES, Example, agrees, blocks, make_folder, parse, run

from mjbench.cli.main import VERBS
from mjbench.envs.rendering import no_rendering

EXTRA = {"export": "onnxruntime", "push": "huggingface_hub", "tune": "optuna"}
"""Packages that some examples need."""
DRAWS = ("play", "video", "report", "start")
BROKEN = {"troubleshooting"}
"""Files whose commands fail on purpose."""


@pytest.mark.slow
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_commands_print_what_is_shown(path: Path, tmp_path: Path) -> None:
    if package := EXTRA.get(path.stem):
        pytest.importorskip(package)
    if path.stem in DRAWS and (cause := no_rendering()):
        pytest.skip(cause)
    if path.stem not in EMPTY:
        committed_results()
    make_folder(tmp_path, path.stem)
    for block in blocks(path):
        for example in parse(block):
            output, code = run(example, tmp_path)
            assert agrees(example, output, path.stem in EMPTY), (
                f"{path.name} is stale at: {example.command}\n{output}\n"
                f"in docs/: python -m mjbench_docs.transcripts {path.relative_to(DOCS)}"
            )
            assert code in ((0, 1, 2) if path.stem in BROKEN else (0,)), (example.command, output)


def test_every_verb_has_an_example() -> None:
    there = {path.stem for path in FILES}
    assert set(VERBS) <= there


def test_no_example_names_a_machine() -> None:
    for path in FILES:
        assert "/tmp/" not in path.read_text(), path.name
        assert str(Path.home()) not in path.read_text(), path.name


LINE = "finished  ppo demo/Reach-v0 seed 0: return 62.3 in 39 s (114 steps/s)"


@pytest.mark.parametrize(
    ("shown", "printed", "same"),
    [
        (LINE, LINE.replace("39 s", "4.5 s").replace("114", "1,114"), True),
        (LINE, LINE.replace("finished", "done"), False),
        (LINE, f"{LINE}\nmore", False),
        (f"{LINE}\n...", f"{LINE}\nmore\nand more", True),
        ("...\nlast", "first\nlast", True),
        ("...\nlast", "first\nlast but one", False),
    ],
)
def test_times_may_differ_and_words_may_not(shown: str, printed: str, same: bool) -> None:
    assert agrees(Example("mjbench run --task demo/Reach-v0", shown), printed) is same


def test_numbers_that_are_read_from_records_must_be_the_same() -> None:
    example = Example("mjbench compare sac td3", "sac  -8.57")
    assert agrees(example, "sac  -8.57")
    assert not agrees(example, "sac  -8.58")


def test_a_block_of_a_page_is_parsed() -> None:
    assert parse("$ mjbench a\none\ntwo\n$ mjbench b\n") == [Example("mjbench a", "one\ntwo"), Example("mjbench b", "")]
