"""Random returns that a package ships, as ``mjbench references measure`` has written them."""

import tomllib
from importlib import resources

from mjbench.errors import SpecError
from mjbench.spec.task import Reference


def measured_returns(package: str, name: str = "references.toml") -> dict[str, Reference]:
    """Random returns by task id; none where the file is absent, as before the first measurement.

    Args:
        package: the package that has the file.
        name: of the file.

    Raises:
        SpecError: it is not such a file.
    """
    file = resources.files(package) / name
    if not file.is_file():
        return {}
    try:
        body = tomllib.loads(file.read_text(encoding="utf-8"))
        versions = ", ".join(f"{package} {version}" for package, version in body["versions"].items())
        return {
            task_id: Reference(
                row["value"],
                f"measured by mjbench: {row['episodes']} episodes, seeds {body['seed']}+, {versions}",
                row["stderr"],
            )
            for task_id, row in body["random"].items()
        }
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise SpecError(f"{package}/{name} is not a file of random returns: {type(error).__name__}: {error}") from error
