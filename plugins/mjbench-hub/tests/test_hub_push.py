"""What ``mjbench push`` writes: files as they are, a card that the Hub's own library understands."""

import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from huggingface_hub import ModelCard
from mjbench_hub.card import model_card
from mjbench_hub.commands import push
from mjbench_hub.scores import scored
from published_runs import HOPPER, REACHER, RESULTS, contents, mjbench, refused
from records import make_record, make_run
from small_hub import READER, Hub

from mjbench.envs.rendering import choose_backend, no_rendering
from mjbench.registry.lookup import Registry
from mjbench.spec.record import failure
from mjbench.stats.scores import score_table
from mjbench.store.find import find_run
from mjbench.store.store import Found, ResultStore


def dry(out: Path, *runs: object, repo: str = "me/demo") -> ModelCard:
    mjbench("push", *runs, "--repo", repo, "--dry-run", "--no-video", "--out", out)
    return ModelCard((out / "README.md").read_text())


def test_the_folder_has_the_files_of_the_runs_and_nothing_is_sent(hub: Hub, tmp_path: Path) -> None:
    out = tmp_path / "card"
    dry(out, *HOPPER)
    files = contents(out)
    assert set(files) - {"README.md"} == {
        f"results/gymnasium/Hopper-v5/ppo/{run.name}/{name}"
        for run in HOPPER
        for name in ("record.json", "policy.json", "policy.safetensors")
    }
    for run in HOPPER:
        for name, body in contents(run).items():
            assert files[f"results/{run.relative_to(RESULTS)}/{name}"] == body
    assert hub.requests == []
    assert [path.name for path in tmp_path.iterdir()] == ["card"]


def test_the_card_has_the_numbers_of_the_leaderboard(tmp_path: Path) -> None:
    card = dry(tmp_path / "card", *HOPPER)
    registry = Registry()
    found = [find_run(str(run), RESULTS) for run in HOPPER]
    cell = score_table(found, {"gymnasium/Hopper-v5": registry.task("gymnasium/Hopper-v5")}).cells[
        "ppo", "gymnasium/Hopper-v5"
    ]
    assert cell.estimate is not None
    assert cell.estimate.high is not None
    mean, scaled = card.data.eval_results  # type: ignore[attr-defined]
    half = cell.estimate.high - cell.estimate.value
    assert (mean.metric_type, mean.metric_value) == ("mean_reward", f"{cell.estimate.value:.2f} +/- {half:.2f}")
    assert (scaled.metric_type, scaled.metric_value) == ("normalized_score", round(cell.normalised_mean or 0.0, 4))
    assert (mean.dataset_type, mean.task_type) == ("gymnasium/Hopper-v5", "reinforcement-learning")
    data = card.data.to_dict()
    assert (data["library_name"], data["license"], data["pipeline_tag"]) == ("mjbench", "mit", "reinforcement-learning")
    assert {"mujoco", "mjbench", "ppo", "gymnasium/Hopper-v5"} <= set(data["tags"])
    assert "| gymnasium/Hopper-v5 | ppo | 300,000 | 10/10 seeds | 2,631 | 2,036 to 3,225 | 0.760 |" in card.text
    assert "mjbench pull me/demo" in card.text


def test_a_few_seeds_have_no_interval(tmp_path: Path) -> None:
    card = dry(tmp_path / "card", *HOPPER[:3])
    assert isinstance(card.data.eval_results[0].metric_value, float)  # type: ignore[index]
    assert "| 3/3 seeds |" in card.text
    assert "| too few seeds |" in card.text


def test_a_film_shows_the_first_run(tmp_path: Path) -> None:
    choose_backend()
    if cause := no_rendering():
        pytest.skip(f"nothing can be drawn here: {cause}")
    out = tmp_path / "card"
    mjbench("push", *REACHER[:2], "--repo", "me/demo", "--dry-run", "--out", out)
    assert (out / "replay.mp4").read_bytes()[4:8] == b"ftyp"
    assert "- [sac gymnasium/Reacher-v5 seed 0](replay.mp4)" in (out / "README.md").read_text()


def test_a_failed_run_counts_and_goes_along(tmp_path: Path) -> None:
    shutil.copytree(HOPPER[0], tmp_path / HOPPER[0].name)
    run = replace(find_run(str(HOPPER[0]), RESULTS).record.run, seed=77)
    failed = ResultStore(tmp_path / "results").write(failure(run, "killed"))
    card = dry(tmp_path / "card", HOPPER[0], failed)
    assert "| 1/2 seeds, 1 failed |" in card.text
    assert (tmp_path / "card" / "results" / "gymnasium/Hopper-v5/ppo" / failed.name / "record.json").is_file()
    assert failed.name.endswith("-failed-1")
    words = refused("push", failed, "--repo", "a/b", "--dry-run", "--no-video", "--out", tmp_path / "other")
    assert "none of these runs completed" in words


def test_what_a_stranger_named_cannot_write_into_the_card() -> None:
    run = replace(make_run(algorithm="a|b<script>[x](http://y)"), variant="`c`=1")
    record = make_record(run)
    rows, warnings = scored([Found(Path("x"), record)], Registry())
    text = model_card("me/demo", "mit", rows, warnings, {}, Registry(), "0")
    body = text.split("---\n", 2)[2].partition("## Train again")[0]
    assert "<script>" not in body
    assert "[x](http" not in body
    row = next(line for line in body.splitlines() if line.startswith("| pointmass"))
    assert len(re.findall(r"(?<!\\)\|", row)) == 8


@pytest.mark.parametrize("name", ["demo", "me/", "/demo", "me/demo/x", "me demo", "../demo", "me/-demo", "me/de--mo"])
def test_a_malformed_name_is_refused(name: str, hub: Hub, empty: Path) -> None:
    for more in (["--dry-run", "--out", empty / "card"], []):
        words = refused("push", HOPPER[0], "--repo", name, "--no-video", *more)
        assert "is no repository USER/NAME of the Hub" in words
    assert hub.requests == []
    assert list(empty.iterdir()) == []


@pytest.mark.parametrize("licence", ["MIT License", "mit\nmodel-index: []", "\x1b[31m", "mit-", "a:b"])
def test_a_malformed_licence_is_refused(licence: str, hub: Hub, empty: Path) -> None:
    for more in (["--dry-run", "--out", empty / "card"], []):
        words = refused("push", HOPPER[0], "--repo", "me/demo", "--licence", licence, "--no-video", *more)
        assert "is no identifier of a licence on the Hub" in words
        assert words.isprintable()
    assert hub.requests == []
    assert list(empty.iterdir()) == []


def test_a_token_that_cannot_be_sent_is_a_line(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_TOKEN", "hf_\u00e9")
    words = refused("push", HOPPER[0], "--repo", "me/demo", "--no-video")
    assert "is not printable ASCII: run `hf auth login`" in words
    assert "\u00e9" not in words
    assert hub.requests == []


def test_a_folder_that_cannot_be_written_is_refused(empty: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for out, words in {
        empty: "exists; --out names a new folder",
        tmp_path / "no" / "such": f"the folder {tmp_path}/no does not exist",
        tmp_path / "file" / "card": f"the folder {tmp_path}/file does not exist",
        Path("/proc/card"): "cannot write /proc/card",
    }.items():
        assert words in refused("push", HOPPER[0], "--repo", "me/demo", "--dry-run", "--no-video", "--out", out)
    assert list(empty.iterdir()) == []
    done = CliRunner().invoke(push, [str(HOPPER[0]), "--repo", "me/demo", "--dry-run"])
    assert done.exit_code == 2
    assert "belong together" in done.output


def test_a_damaged_run_is_refused(hub: Hub, tmp_path: Path) -> None:
    shutil.copytree(HOPPER[0], tmp_path / "run")
    with (tmp_path / "run" / "policy.safetensors").open("ab") as file:
        file.write(b"x")
    assert "another SHA-256" in refused("push", tmp_path / "run", "--repo", "me/demo", "--no-video")
    assert "neither a run's folder" in refused("push", "no/such/run", "--repo", "me/demo", "--no-video")
    assert hub.requests == []


@pytest.mark.parametrize(
    ("token", "words"),
    [("wrong", "the token for http://127.0.0.1"), (READER, "the token may not write to me/demo")],
)
def test_a_token_that_is_refused_is_a_line(token: str, words: str, hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_TOKEN", token)
    assert words in refused("push", HOPPER[0], "--repo", "me/demo", "--no-video")
    assert hub.repositories == {}
