"""A store that speaks S3, on this machine, and folders that several machines share."""

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest

NAMES = itertools.count()
KEYS = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing", "AWS_DEFAULT_REGION": "us-east-1"}


@pytest.fixture(scope="session")
def object_store() -> Iterator[str]:
    """URL of the store's endpoint."""
    server = pytest.importorskip("moto.server", reason="moto[server] is not installed").ThreadedMotoServer(
        "127.0.0.1", 0, verbose=False
    )
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def s3(object_store: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    """The endpoint, and the credentials for it in the environment; nothing of the user's own."""
    for name, value in {**KEYS, "AWS_ENDPOINT_URL": object_store}.items():
        monkeypatch.setenv(name, value)
    for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, str(tmp_path / "none"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    return object_store


@pytest.fixture
def bucket(s3: str) -> str:
    """URL of an empty prefix in a bucket of its own."""
    import boto3

    name = f"bucket-{next(NAMES)}"
    boto3.client("s3").create_bucket(Bucket=name)
    return f"s3://{name}/team/results"


@pytest.fixture(params=["s3", "folder"])
def remote_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """URL of an empty remote, one of each kind."""
    if request.param == "s3":
        return request.getfixturevalue("bucket")
    (tmp_path / "shared").mkdir()
    return f"file://{tmp_path / 'shared'}"
