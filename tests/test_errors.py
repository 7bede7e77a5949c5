from mjbench.errors import in_words


def caught(error: Exception) -> Exception:
    try:
        raise error
    except Exception as raised:
        return raised


def test_an_exception_is_named_by_its_text_or_else_by_its_place() -> None:
    assert in_words(ValueError("negative mass")) == "ValueError: negative mass"
    line = caught.__code__.co_firstlineno + 2
    assert in_words(caught(AssertionError())) == f"AssertionError at tests/test_errors.py:{line}"
    assert in_words(caught(KeyError("  "))) == "KeyError: '  '"
    assert in_words(StopIteration()) == "StopIteration"
