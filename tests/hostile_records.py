"""Records that nobody honest writes: a name, how to make the bytes from an honest record, and the reason to be told."""

import json
import pickle
from collections.abc import Callable
from typing import Any

from records import make_record, make_run

from mjbench.store.codec import dump_record

HONEST = dump_record(make_record(make_run()))
Harm = Callable[[], bytes]


def body(**changes: Any) -> bytes:
    """The honest record with top-level values exchanged."""
    return json.dumps({**json.loads(HONEST), **changes}).encode()


def inside(part: str, **changes: Any) -> bytes:
    """The honest record with values of one part exchanged; where that part is the run, under its new id."""
    honest = json.loads(HONEST)
    return json.dumps({**honest, part: {**honest[part], **changes}}).encode()


def raw(old: str, new: str) -> bytes:
    """The honest record with its text changed where ``old`` stands first."""
    assert old.encode() in HONEST
    return HONEST.replace(old.encode(), new.encode(), 1)


def protocol(**changes: Any) -> bytes:
    honest = json.loads(HONEST)
    return inside("run", protocol={**honest["run"]["protocol"], **changes})


def nested(depth: int, opening: str = "[", closing: str = "]") -> Any:
    return json.loads(opening * depth + "0" + closing * depth)


SHA = "0" * 64
RECORDS: list[tuple[str, Harm, str]] = [
    # not what it seems
    ("empty", lambda: b"", "not JSON"),
    ("only spaces", lambda: b" " * 1000, "not JSON"),
    ("a pickle called record.json", lambda: pickle.dumps({"schema": 1}), "not UTF-8"),
    ("a text pickle", lambda: b"cos\nsystem\n(S'true'\ntR.", "not JSON"),
    ("a zip called record.json", lambda: b"PK\x03\x04" + bytes(range(256)), "not UTF-8"),
    ("a list", lambda: b"[]", "not a JSON object"),
    ("a text", lambda: b'"record"', "not a JSON object"),
    ("null", lambda: b"null", "not a JSON object"),
    ("cut in the middle", lambda: HONEST[: len(HONEST) // 2], "not JSON"),
    ("two records in one file", lambda: HONEST + HONEST, "not JSON"),
    ("a byte-order mark", lambda: b"\xef\xbb\xbf" + HONEST, "not JSON"),
    ("UTF-16", lambda: HONEST.decode().encode("utf-16"), "not UTF-8"),
    ("Latin-1", lambda: body(error="e").replace(b'"e"', b'"\xe9"'), "not UTF-8"),
    ("an overlong encoding of a slash", lambda: body(error="e").replace(b'"e"', b'"\xc0\xaf"'), "not UTF-8"),
    ("half a surrogate pair", lambda: body(error="e").replace(b'"e"', b'"\\ud800"'), "surrogate|not JSON"),
    ("a zero byte behind it", lambda: HONEST.rstrip() + b"\0", "not JSON"),
    ("comments", lambda: b"// results\n" + HONEST, "not JSON"),
    ("a comma too many", lambda: raw('"schema":1,', '"schema":1,,'), "not JSON"),
    # too much
    ("lists without end", lambda: b"[" * 1_000_000, "nested deeper"),
    ("objects without end", lambda: b'{"a":' * 500_000, "nested deeper"),
    ("a deep hyperparameter", lambda: inside("run", hyperparameters={"a": nested(40)}), "nested deeper"),
    ("a deep provenance", lambda: body(provenance={"a": nested(40, '{"a":', "}")}), "nested deeper"),
    ("an integer of 5,000 digits", lambda: raw('"seed":0', '"seed":' + "9" * 5000), "digits|integer|Number"),
    ("an integer of a million digits", lambda: raw('"learning_rate":0.001', '"x":' + "1" * 10**6), "digits|integer"),
    ("an integer beyond 2**53", lambda: body(provenance={"cores": 2**60}), "2\\*\\*53"),
    ("a length beyond 2**53", lambda: inside("training", episode_length=[2**60]), "2\\*\\*53"),
    ("a budget beyond 2**53", lambda: inside("run", steps=2**60), "2\\*\\*53"),
    ("a protocol of endless checkpoints", lambda: protocol(checkpoints=10**12), "episodes, the limit"),
    ("a protocol of endless final episodes", lambda: protocol(final_episodes=10**12), "episodes, the limit"),
    # numbers that are none
    ("NaN", lambda: raw("[0.0,0.5", "[NaN,0.5"), "NaN is not JSON"),
    ("Infinity", lambda: raw("[0.0,0.5", "[Infinity,0.5"), "Infinity is not JSON"),
    ("minus Infinity in a hyperparameter", lambda: raw("0.001", "-Infinity"), "not finite"),
    ("1e999 as a return", lambda: raw("[0.0,0.5", "[1e999,0.5"), "not finite"),
    ("1e999 in a hyperparameter", lambda: raw("0.001", "1e999"), "not finite"),
    ("1e999 in the provenance", lambda: body(provenance={"x": 0}).replace(b'{"x": 0}', b'{"x": 1e999}'), "not finite"),
    ("1e999 as a cost", lambda: raw('"wall_s":0.0', '"wall_s":1e999'), "not finite"),
    ("a return in a text", lambda: raw("[0.0,0.5", '["0.0",0.5'), "episode_return"),
    ("a true return", lambda: raw("[0.0,0.5", "[true,0.5"), "episode_return"),
    ("a true seed", lambda: raw('"seed":0', '"seed":true'), "seed"),
    ("a seed of 0.0", lambda: raw('"seed":0', '"seed":0.0'), "seed"),
    ("a length of 1.5", lambda: inside("training", episode_length=[1.5]), "episode_length"),
    ("a success of 1", lambda: inside("evaluations", success=[1, 1, 1, 1, 1]), "success"),
    ("a leading zero", lambda: raw('"steps":100', '"steps":0100'), "not JSON"),
    ("a hexadecimal number", lambda: raw('"steps":100', '"steps":0x64'), "not JSON"),
    ("steps below zero", lambda: inside("training", step=[-1]), "below 0"),
    ("a cost below zero", lambda: inside("resources", wall_s=-1.0), "below 0"),
    (
        "a rate that no number of steps can be divided by",
        lambda: inside("resources", steps_per_s=5e-324),
        "is outside of",
    ),
    ("a cost beyond the age of the world", lambda: inside("resources", cpu_s=1.7e308), "is outside of"),
    ("memory of nothing", lambda: inside("resources", peak_memory_mib=1e-30), "is outside of"),
    ("resumed without end", lambda: inside("resources", resumed=2**52), "is outside of"),
    ("a return of 1.7e308", lambda: raw("[0.0,0.5", "[-1.7e308,0.5"), "too large"),
    (
        "a training return of 1e101",
        lambda: inside("training", step=[1], episode_return=[1e101], episode_length=[1]),
        "too",
    ),
    ("a metric of 1e300", lambda: inside("evaluations", metrics={"x": [1e300] * 5}), "too large"),
    # a shape that records do not have
    ("a key twice", lambda: raw('"status"', '"status":"failed","status"'), "twice"),
    ("a key twice, once escaped", lambda: raw('"status"', '"st\\u0061tus":"failed","status"'), "twice"),
    ("a hyperparameter twice", lambda: raw('"learning_rate":0.001', '"a":1,"a":1'), "twice"),
    ("a field too many", lambda: body(surprise=1), "surprise"),
    ("__class__", lambda: body(__class__="os.system"), "__class__"),
    ("__proto__ in the run", lambda: inside("run", __proto__={}), "__proto__"),
    ("no schema", lambda: raw('"schema":1,', ""), "names no schema"),
    ("schema true", lambda: body(schema=True), "names no schema"),
    ("schema 0", lambda: body(schema=0), "names no schema"),
    ("schema minus 1", lambda: body(schema=-1), "names no schema"),
    ("schema '1'", lambda: body(schema="1"), "names no schema"),
    ("the future schema", lambda: body(schema=2), "newer mjbench"),
    ("the future schema with future fields", lambda: body(schema=2, policies=[]), "newer mjbench"),
    ("no run", lambda: body(run=None), "run"),
    ("no run id", lambda: raw('"run_id"', '"run_id_"'), "run_id"),
    ("the id of another run", lambda: body(run_id="0" * 12), "the file has 0000"),
    ("a changed seed under the old id", lambda: inside("run", seed=7), "the file has"),
    ("an unknown status", lambda: body(status="splendid"), "status"),
    ("columns of unequal length", lambda: inside("evaluations", seed=[1_000_000]), "differ in length"),
    ("training columns of unequal length", lambda: inside("training", step=[]), "differ in length"),
    ("a metric that is a number", lambda: inside("evaluations", metrics={"x": 1.0}), "metrics"),
    ("a completed run without returns", lambda: body(evaluations={}), "final policy"),
    # names that lead elsewhere
    ("a task with ../", lambda: inside("run", task="../../etc/passwd-v0"), "namespace/Name-vN"),
    ("a task with two slashes", lambda: inside("run", task="a/b/c-v0"), "namespace/Name-vN"),
    ("a task with a zero byte", lambda: inside("run", task="a/b\0-v0"), "namespace/Name-vN"),
    (
        "an algorithm that leads out",
        lambda: inside("run", algorithm="../../../tmp/x"),
        "cannot be the name of an algorithm",
    ),
    ("an algorithm that is hidden", lambda: inside("run", algorithm=".work"), "cannot be the name of an algorithm"),
    ("an algorithm without a name", lambda: inside("run", algorithm=""), "cannot be the name of an algorithm"),
    *(
        (f"an entry's name with U+{ord(c):04X}", lambda c=c: inside("run", variant=f"n=1{c}"), "printable ASCII")
        for c in "\u200b\u202e\u2066\ufeff\ufe0f\u3164\u115f\u034f\u2800\u17b5\U000e0100\x1b\x07\n\t\x7f\x9b\u0301"
    ),
    ("an algorithm in two alphabets", lambda: inside("run", algorithm="s\u0430c"), "printable ASCII"),
    ("an algorithm of another alphabet", lambda: inside("run", algorithm="\u0455\u0430\u0441"), "printable ASCII"),
    ("a task of another alphabet's digits", lambda: inside("run", task="a/b-v\u0663"), "ASCII|namespace"),
    ("an endless variant", lambda: inside("run", variant="n=" + "1" * 5000), "characters"),
    ("a policy file that leads out", lambda: body(policy_sha256={"../../x": SHA}), "plain name of a file"),
    ("a policy file of the system", lambda: body(policy_sha256={"/etc/passwd": SHA}), "plain name of a file"),
    ("a policy file with a zero byte", lambda: body(policy_sha256={"a\0b": SHA}), "plain name of a file"),
    ("a checksum that is none", lambda: body(policy_sha256={"policy.json": "<b>"}), "SHA-256"),
    # seeds that would let training see the evaluation
    ("a training seed of the evaluation", lambda: inside("run", seed=1_000_000), "outside 0"),
    ("an evaluation seed of training", lambda: protocol(seed=0), "evaluation seeds start"),
]
"""What the reader refuses."""

HARMLESS: list[tuple[str, Harm]] = [
    ("a script in an error", lambda: body(error="<script>alert(1)</script>")),
    ("a formula in an error", lambda: body(error="=cmd|'/C calc'!A0")),
    ("terminal codes in an error", lambda: body(error="\x1b[2J\x1b]0;owned\x07")),
    ("text that turns round in an error", lambda: body(error="\u202egnp.exe")),
    ("a link in the provenance", lambda: body(provenance={"processor": "javascript:alert(1)"})),
    ("code in the provenance", lambda: body(provenance={"__reduce__": "os.system('true')"})),
    ("spaces between everything", lambda: json.dumps(json.loads(HONEST), indent=4).encode()),
    ("a very small number", lambda: raw("[0.0,0.5", "[1e-999,0.5")),
]
"""What is data like any other: it is read, runs nothing, and is escaped where it is shown."""
