"""A remote that is a prefix in a bucket of S3, or of a store that speaks the same protocol."""

import time
from collections.abc import Callable, Iterable
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any, NoReturn

from boto3 import Session
from boto3.exceptions import Boto3Error
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError, PartialCredentialsError

from mjbench.store.remote_api import Occupied, RemoteError, Seen

# boto3 and not s3fs: fsspec has no conditional replace, and shows neither the tag of a write nor the store's clock.

MISSING = ("404", "NoSuchKey")
REFUSED = ("412", "PreconditionFailed")
BUSY = ("409", "ConditionalRequestConflict")
"""S3's answer to one of two conditional writes at the same time; it may be tried again."""
TRIES = 8
FORBIDDEN = ("403", "AccessDenied", "InvalidAccessKeyId", "SignatureDoesNotMatch", "ExpiredToken", "InvalidToken")
CREDENTIALS = "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE"
MOST_KEYS = 1000
"""Keys of a request to delete."""


class S3Remote:
    """See ``mjbench.store.remote_api.Remote``.

    Credentials, region and endpoint are those of every AWS tool: ``AWS_PROFILE``, ``AWS_ENDPOINT_URL``, ...

    Args:
        bucket: there already.
        prefix: of all keys; empty, or without a slash at its ends.
    """

    def __init__(self, bucket: str, prefix: str) -> None:
        self._bucket, self._prefix = bucket, f"{prefix}/" if prefix else ""
        self.url = f"s3://{bucket}/{prefix}".rstrip("/")
        config = Config(
            retries={"mode": "standard"},
            connect_timeout=10,
            read_timeout=60,
            max_pool_connections=32,
            request_checksum_calculation="when_required",  # other stores than Amazon's do not know the newer checksums
            response_checksum_validation="when_required",
        )
        try:
            self._client = Session().client("s3", config=config)
        except (BotoCoreError, ValueError) as error:
            raise RemoteError(f"cannot use the remote {self.url}: {error}") from None

    def listed(self, prefix: str = "") -> list[str]:
        """See ``Remote``."""
        pages = self._client.get_paginator("list_objects_v2").paginate(
            Bucket=self._bucket, Prefix=self._prefix + prefix
        )
        found = self._call(lambda **_: [item["Key"] for page in pages for item in page.get("Contents", ())])
        return sorted(key[len(self._prefix) :] for key in found)

    def look(self, key: str) -> Seen | None:
        """See ``Remote``."""
        try:
            answer = self._call(self._client.get_object, Key=self._prefix + key)
            data = self._call(lambda **_: answer["Body"].read())
        except FileNotFoundError:
            return None
        now = answer["ResponseMetadata"]["HTTPHeaders"].get("date")
        clock = parsedate_to_datetime(now).timestamp() if now else time.time()
        return Seen(data, answer["ETag"], clock - answer["LastModified"].timestamp())

    def create(self, key: str, data: bytes) -> str:
        """See ``Remote``."""
        return self._put(key, data, IfNoneMatch="*")

    def replace(self, key: str, data: bytes, tag: str) -> str:
        """See ``Remote``."""
        try:
            return self._put(key, data, IfMatch=tag)
        except FileNotFoundError:
            raise Occupied from None

    def upload(self, path: Path, key: str) -> None:
        """See ``Remote``."""
        self._call(self._client.upload_file, Filename=str(path), Key=self._prefix + key)

    def download(self, key: str, path: Path) -> None:
        """See ``Remote``."""
        try:
            self._call(self._client.download_file, Key=self._prefix + key, Filename=str(path))
        except FileNotFoundError:
            raise RemoteError(f"the remote {self.url} has no {key}") from None

    def remove(self, keys: Iterable[str]) -> None:
        """See ``Remote``."""
        whole = [{"Key": self._prefix + key} for key in keys]
        for at in range(0, len(whole), MOST_KEYS):
            self._call(self._client.delete_objects, Delete={"Objects": whole[at : at + MOST_KEYS], "Quiet": True})

    def _put(self, key: str, data: bytes, **condition: str) -> str:
        for attempt in range(TRIES):
            try:
                return self._call(self._client.put_object, Key=self._prefix + key, Body=data, **condition)["ETag"]
            except InterruptedError:
                time.sleep(0.1 * 2**attempt)
        raise RemoteError(f"the remote {self.url} is busy: it does not accept {key}")

    def _call(self, method: Callable[..., Any], **arguments: Any) -> Any:
        """The answer of boto3.

        Raises:
            FileNotFoundError: there is no such object.
            Occupied: the condition of a write does not hold.
            InterruptedError: another conditional write is under way.
            RemoteError: everything else.
        """
        try:
            return method(Bucket=self._bucket, **arguments)
        except ClientError as error:
            self._explain(error)
        except (NoCredentialsError, PartialCredentialsError):
            raise RemoteError(f"no credentials for the remote {self.url}; {CREDENTIALS}") from None
        except (BotoCoreError, Boto3Error, OSError) as error:
            raise RemoteError(f"the remote {self.url} does not answer: {error}") from error

    def _explain(self, error: ClientError) -> NoReturn:
        code = str(error.response.get("Error", {}).get("Code", ""))
        if code in MISSING:
            raise FileNotFoundError(code) from None
        if code in REFUSED:
            raise Occupied from None
        if code in BUSY:
            raise InterruptedError(code) from None
        if code == "NoSuchBucket":
            raise RemoteError(f"there is no bucket {self._bucket}; create it: aws s3 mb s3://{self._bucket}") from None
        if code in FORBIDDEN:
            raise RemoteError(f"the remote {self.url} refuses these credentials ({code}); {CREDENTIALS}") from None
        if code in ("501", "NotImplemented"):
            raise RemoteError(f"the remote {self.url} has no conditional writes; use another store") from None
        raise RemoteError(f"the remote {self.url} refuses: {error}") from None
