"""What `MELODY_STORAGE_URL` says: where objects are kept.

`file:///folder`, or `s3://bucket/prefix?endpoint_url=…&region=…` for everything that speaks S3. The keys come
as boto3 finds them (environment, profile, the machine's role), or with the URL: `s3://KEY:SECRET@bucket`,
each percent-encoded. Parameters:

- `endpoint_url`: the service, where it is not Amazon's, e.g. `https://storage.googleapis.com`
- `region`: where the bucket is
- `addressing`: `path` or `virtual`, how the bucket is named; by default as the service likes it
- `ca`: a file with the certificates that are believed, where the system's do not do
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import SplitResult, parse_qsl, quote, unquote, urlsplit

_BUCKET = re.compile(r"[a-z0-9][a-z0-9._-]{1,61}[a-z0-9]")
"""Also the names with underscores that Google still knows."""
_PARAMETERS = {"endpoint_url", "region", "addressing", "ca"}
_ANYWHERE = "us-east-1"
"""Services that know no regions take this name."""


@dataclass(frozen=True)
class FilesPlace:
    """A folder."""

    path: Path

    def __str__(self) -> str:
        return str(self.path)


@dataclass(frozen=True)
class S3Place:
    """A bucket, or all in it whose keys begin with `prefix`."""

    bucket: str
    prefix: str = ""
    """Empty, or ends with a slash."""
    endpoint_url: str | None = None
    region: str | None = None
    addressing: str = "auto"
    ca: str | None = None
    key: str | None = None
    secret: str | None = field(default=None, repr=False)

    def __str__(self) -> str:
        """As it may be shown: without keys."""
        where = f" at {self.endpoint_url}" if self.endpoint_url else ""
        return f"s3://{self.bucket}/{self.prefix}{where}"


StoragePlace = FilesPlace | S3Place


def parse_storage_url(url: str) -> StoragePlace:
    """Raises ValueError with a text that names what is wrong, and never the keys."""
    try:
        parts = urlsplit(url)
    except ValueError:
        raise ValueError("is no URL") from None
    if parts.scheme == "file":
        return _files(parts)
    if parts.scheme == "s3":
        return _s3(parts)
    raise ValueError("must be file:///absolute/path or s3://bucket?endpoint_url=…&region=…")


def files_url(path: Path) -> str:
    return f"file://{quote(str(path))}"


def _files(parts: SplitResult) -> FilesPlace:
    if parts.netloc or not parts.path.startswith("/") or parts.query:
        raise ValueError("must be file:///absolute/path")
    return FilesPlace(Path(unquote(parts.path)))


def _s3(parts: SplitResult) -> S3Place:
    sign_in, _, bucket = parts.netloc.rpartition("@")
    if not _BUCKET.fullmatch(bucket):
        raise ValueError("must name a bucket: s3://bucket?endpoint_url=…&region=…")
    given = _parameters(parts.query)
    endpoint_url = given.get("endpoint_url")
    if endpoint_url is not None:
        endpoint_url = _endpoint(endpoint_url)
    addressing = given.get("addressing", "path" if endpoint_url else "auto")
    if addressing not in {"auto", "path", "virtual"}:
        raise ValueError("addressing must be path or virtual")
    if (ca := given.get("ca")) is not None and not Path(ca).is_file():
        raise ValueError("ca must name a file of certificates")
    key, secret = _keys(sign_in)
    prefix = unquote(parts.path).strip("/")
    return S3Place(
        bucket=bucket,
        prefix=f"{prefix}/" if prefix else "",
        endpoint_url=endpoint_url,
        region=given.get("region") or (_ANYWHERE if endpoint_url else None),
        addressing=addressing,
        ca=ca,
        key=key,
        secret=secret,
    )


def _parameters(query: str) -> dict[str, str]:
    given: dict[str, str] = {}
    for name, value in parse_qsl(query, keep_blank_values=True):
        if name not in _PARAMETERS:
            raise ValueError(f"{name} is none of: {', '.join(sorted(_PARAMETERS))}")
        if name in given or not value:
            raise ValueError(f"{name} must be given once, with a value")
        given[name] = value
    return given


def _endpoint(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or "@" in parts.netloc or parts.query:
        raise ValueError("endpoint_url must be like https://host or http://127.0.0.1:9000")
    return url.rstrip("/")


def _keys(sign_in: str) -> tuple[str | None, str | None]:
    if not sign_in:
        return None, None
    key, separator, secret = sign_in.partition(":")
    if not key or not separator or not secret:
        raise ValueError("must have both keys: s3://KEY:SECRET@bucket, each percent-encoded")
    return unquote(key), unquote(secret)
