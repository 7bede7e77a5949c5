"""The Hub's client: where it is, who we are, and its errors in one line."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from mjbench.errors import MjbenchError
from mjbench.io.strict import clean


def endpoint() -> str:
    """Address of the Hub."""
    return os.environ.get("HF_ENDPOINT", "").rstrip("/") or "https://huggingface.co"


def check_name(repo: str) -> None:
    """Hold the name of a repository to the Hub's rules.

    Raises:
        MjbenchError: it is not of the form ``user/name``.
    """
    from huggingface_hub.errors import HFValidationError
    from huggingface_hub.utils import validate_repo_id

    try:
        validate_repo_id(repo)
        if repo.count("/") != 1:
            raise HFValidationError("it has no user or organisation")
    except HFValidationError as error:
        reason = "it has more than one slash" if repo.count("/") > 1 else clean(str(error).partition("\n")[0])
        raise MjbenchError(f"{clean(repr(repo))} is no repository USER/NAME of the Hub: {reason}") from None


def check_licence(licence: str) -> None:
    """Hold a licence to the form of the Hub's identifiers.

    Raises:
        MjbenchError: it has another form.
    """
    if not re.fullmatch(r"[a-z0-9]+([.+-][a-z0-9]+)*", licence):
        raise MjbenchError(
            f"{clean(repr(licence))} is no identifier of a licence on the Hub, such as mit, apache-2.0 or other"
        )


def require_token() -> str:
    """The user's token.

    Raises:
        MjbenchError: there is none, or it cannot be sent.
    """
    from huggingface_hub import get_token

    token = get_token()
    if not token:
        raise MjbenchError(f"there is no token for {endpoint()}: run `hf auth login`, or set HF_TOKEN")
    if not (token.isascii() and token.isprintable()):
        raise MjbenchError(f"the token for {endpoint()} is not printable ASCII: run `hf auth login`, or set HF_TOKEN")
    return token


@contextmanager
def hub(repo: str) -> Iterator[Any]:
    """The client; its errors become one line.

    Raises:
        MjbenchError: no network, no such repository or revision, a token that is refused.
    """
    from huggingface_hub import HfApi
    from huggingface_hub.utils import disable_progress_bars

    disable_progress_bars()
    try:
        yield HfApi(endpoint=endpoint(), library_name="mjbench")
    except MjbenchError:
        raise
    except Exception as error:
        words = _words(error, repo)
        if words is None:
            raise
        raise MjbenchError(words) from error


def _words(error: Exception, repo: str) -> str | None:
    """What went wrong, for people; None for an error that is not the Hub's."""
    from huggingface_hub import errors

    status = getattr(getattr(error, "response", None), "status_code", None)
    where = f"{repo} on {endpoint()}"
    if isinstance(error, errors.OfflineModeIsEnabled):
        return "HF_HUB_OFFLINE is set, so the Hub cannot be reached"
    if isinstance(error, errors.RevisionNotFoundError):
        return f"there is no such revision of {where}"
    if isinstance(error, errors.GatedRepoError):
        return f"{where} is gated: ask for access on its page"
    if isinstance(error, errors.RepositoryNotFoundError):
        return f"there is no repository {where}, or it is private and your token may not read it"
    if status == 401:
        return f"the token for {endpoint()} is refused: run `hf auth login`, or set HF_TOKEN to a valid one"
    if status == 403:
        return f"the token may not write to {where}: it needs the role `write`"
    if isinstance(error, errors.HfHubHTTPError):
        return f"the Hub refuses {where}: {clean(str(error).partition(chr(10))[0])}"
    if isinstance(error, OSError) and error.strerror and not isinstance(error, ConnectionError):
        return f"cannot keep files of {repo}: {error.strerror}"
    if isinstance(error, OSError) or type(error).__module__.split(".")[0] in ("httpx", "httpx2", "requests"):
        return f"cannot reach {endpoint()}: {clean(str(error).partition(chr(10))[0] or type(error).__name__)}"
    return None
