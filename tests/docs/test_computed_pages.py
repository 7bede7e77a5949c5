"""Pages whose tables are computed from the committed records are not stale, and say what the records say."""

import re
from pathlib import Path

import numpy as np
import pytest
from committed import committed_results
from mjbench_docs import computed
from mjbench_docs.committed_scores import committed
from mjbench_docs.computed import DOCS, MARKED, PAGES, filled

from mjbench.store.store import ResultStore

RESULTS = committed_results()


@pytest.mark.parametrize("page", PAGES)
def test_the_parts_of_a_page_are_those_of_the_committed_records(page: str) -> None:
    text, blocks = (DOCS / page).read_text(encoding="utf-8"), PAGES[page]()
    assert set(MARKED.findall(text)) == set(blocks), "every computed part is on the page, and no other"
    stale = filled(text, blocks) != text
    assert not stale, f"docs/{page} is stale; in docs/: python -m mjbench_docs.computed"


def test_what_is_between_the_marks_is_replaced_and_the_rest_stays() -> None:
    page = "one\n<!-- computed: a -->\nold\n<!-- end -->\ntwo\n<!-- computed: b -->\n<!-- end -->\n"
    once = filled(page, {"a": "new\n", "b": "more"})
    assert once.splitlines()[3] == "new"
    assert "old" not in once
    assert re.sub(r"(?s)<!-- computed.*?<!-- end -->\n", "", once) == "one\ntwo\n"
    assert filled(once, {"a": "new\n", "b": "more"}) == once
    with pytest.raises(KeyError, match="b"):
        filled(page, {"a": ""})


def test_a_mean_on_the_page_is_that_of_the_evaluations_in_the_records() -> None:
    found = ResultStore(RESULTS).current()[0]
    records = [item.record for item in found if item.path.parent == RESULTS / "gymnasium/HalfCheetah-v5/fast-ppo"]
    means = []
    for record in records:
        if record.run.steps == 1_000_000 and not record.run.preset and not record.run.variant:
            step = np.asarray(record.evaluations.step)
            means.append(np.asarray(record.evaluations.episode_return)[step == step.max()].mean())
    assert len(means) == 10
    row = next(line for line in (DOCS / "findings.md").read_text().splitlines() if "HalfCheetah-v5` | 10 |" in line)
    assert f"{np.mean(means):,.0f}" in row


def test_entries_count_as_complete_only_with_every_task_and_seed() -> None:
    assert committed("parity@1").complete == ["fast-ppo", "ppo"]
    assert committed("gymnasium-mujoco@1").complete == ["fast-ppo"]
    assert committed("locomotion@3").complete == []
    assert committed("locomotion@3").with_seeds(5) == ["fast-ppo"]
    assert "fast-ppo" in committed("franka@1").scores.entries
    assert Path(DOCS / "findings.md").exists()


def test_no_page_is_written_where_a_suite_of_a_board_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(computed, "installed_suites", lambda registry: ([], []))
    with pytest.raises(SystemExit, match=r"no installed plugin has the suites .*warp-parity"):
        computed.main()
