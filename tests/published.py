"""What is published never changes: compares digests with the committed ones."""

from collections.abc import Iterator, Mapping


def problems(found: Mapping[str, str], committed: Mapping[str, str], place: str, change: str) -> Iterator[str]:
    """A line for each digest that differs, is new, or whose object is gone.

    Args:
        found: digests of what there is, by name.
        committed: those that were published.
        place: the file of ``committed``, for the message.
        change: how a change is published.
    """
    for name in sorted(found.keys() | committed.keys()):
        if name not in committed:
            yield f'{name} has no digest: to publish it add "{name}": "{found[name]}" to {place}'
        elif name not in found:
            yield f"{name} is published and is gone: put it back, since records refer to it"
        elif found[name] != committed[name]:
            yield f"{name} is published and has changed: put it back, and {change}"
