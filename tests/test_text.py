"""Names and numbers as they are shown."""

from mjbench.text import short_names


def test_a_quoted_setting_stands_without_its_key() -> None:
    names = ['sac[matmul_precision="bfloat16"]', "ppo[from_scratch]", "sac[learning_rate=0.001]", "td3 (preset 1)"]
    assert list(short_names(names).values()) == [
        "sac[bfloat16]", "ppo[from_scratch]", "sac[learning_rate=0.001]", "td3 (preset 1)",
    ]  # fmt: skip


def test_what_is_longer_is_cut_unless_two_would_look_the_same() -> None:
    long = "x" * 40
    assert short_names([long]) == {long: "x" * 27 + "…"}
    alike = [long + "1", long + "2", 'a[b="c"]', 'a[d="c"]']
    assert short_names(alike) == {name: name for name in alike}
