"""Every hostile record is refused with its reason; what is only strange stays data."""

import os
import re
import time
from pathlib import Path

import pytest
from hostile_records import HARMLESS, HONEST, RECORDS, Harm
from records import make_record, make_run

from mjbench.errors import RecordError
from mjbench.io.strict import clean, is_plain, parse_json, read_file
from mjbench.store.codec import load_record
from mjbench.store.store import ResultStore
from mjbench.store.walk import RECORD


def test_the_honest_record_that_all_others_are_made_from_is_read() -> None:
    assert load_record(HONEST) == make_record(make_run())


def test_the_corpus_is_large_and_no_two_inputs_are_the_same() -> None:
    assert len({harm() for _, harm, _ in RECORDS}) == len(RECORDS) >= 60


@pytest.mark.parametrize(("harm", "reason"), [r[1:] for r in RECORDS], ids=[r[0].replace("/", "|") for r in RECORDS])
def test_a_hostile_record_is_refused_with_its_reason(harm: Harm, reason: str) -> None:
    data = harm()
    start = time.process_time()
    with pytest.raises(RecordError) as caught:
        load_record(data)
    assert re.search(reason, str(caught.value))
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 600
    assert time.process_time() - start < 5


@pytest.mark.parametrize("harm", [h[1] for h in HARMLESS], ids=[h[0] for h in HARMLESS])
def test_a_strange_record_is_data_like_any_other(harm: Harm) -> None:
    assert load_record(harm()).run == make_run()


def test_what_an_error_quotes_is_printable() -> None:
    with pytest.raises(RecordError) as caught:
        load_record(HONEST.replace(b'"schema"', b'"\\u001b[2J\\u202e":1,"schema"'))
    assert str(caught.value).isprintable()
    assert clean("\x1b[2J") == "\\x1b[2J"
    assert len(clean("a" * 10_000)) < 300


@pytest.mark.parametrize("kind", ["link", "link to nothing", "pipe", "folder", "huge", "device"])
def test_what_is_no_plain_file_is_not_read(tmp_path: Path, kind: str) -> None:
    store = ResultStore(tmp_path / "results")
    good = store.write(make_record(make_run(seed=0)))
    bad = store.write(make_record(make_run(seed=1)))
    path = bad / RECORD
    path.unlink()
    if kind == "link":
        path.symlink_to(good / RECORD)
    elif kind == "link to nothing":
        path.symlink_to("/nowhere")
    elif kind == "device":
        path.symlink_to("/dev/zero")
    elif kind == "pipe":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    else:
        with open(path, "wb") as file:
            file.truncate(10 * 2**30)  # takes no room on the disk
    found, problems = store.scan()
    assert [item.path for item in found] == [good]
    reasons = {"pipe": "regular", "folder": "regular|directory", "huge": "too large"}
    assert re.search(reasons.get(kind, "it is a link"), problems[0])


def test_folders_that_are_links_are_not_entered(tmp_path: Path) -> None:
    store = ResultStore(tmp_path / "results")
    store.write(make_record(make_run()))
    elsewhere = ResultStore(tmp_path / "elsewhere")
    elsewhere.write(make_record(make_run(seed=1)))
    (store.root / "more").symlink_to(elsewhere.root)
    (store.root / "again").symlink_to(store.root)
    assert [item.record.run.seed for item in store.scan()[0]] == [0]


def test_a_file_is_read_up_to_its_limit_and_no_further(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"x" * 100)
    assert read_file(path, 100) == b"x" * 100
    with pytest.raises(RecordError, match="too large: 100 bytes, the limit is 99"):
        read_file(path, 99)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ('{"a":1,"b":{"a":1}}', True),
        ('{"a":[{"a":1},{"a":1}]}', True),
        ('{ "a" : "a" , "b" : "a" }', True),
        ('{"a":1,"a":2}', False),
        ('{"b":{"a":1, "a" :2}}', False),
        ('{"a":"b","b":"{","c":"}]"}', True),
        ('{"a":"\\""}', False),
    ],
)
def test_the_quick_look_never_calls_plain_what_the_slow_reader_refuses(text: str, plain: bool) -> None:
    assert is_plain(text.encode()) is plain
    if plain:
        parse_json(text.encode())


def test_training_may_be_left_out_to_save_memory(tmp_path: Path) -> None:
    store = ResultStore(tmp_path)
    for seed in (0, 1):
        store.write(make_record(make_run(seed=seed)))
    whole, lean = store.current()[0], store.current(training=False)[0]
    assert [item.record.evaluations for item in lean] == [item.record.evaluations for item in whole]
    assert [item.record.training.step for item in lean] == [[], []]
    assert lean[0].record.evaluations.step is lean[1].record.evaluations.step
