"""What can be made to go wrong with the next requests to a stand-in."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any


@dataclass
class Fault:
    """Something that goes wrong with the next requests on a path. What is not named stays as it would be."""

    path: str = "*"
    """A pattern as of `fnmatch`, matched against the decoded path without its query."""
    times: int = 1
    delay: float = 0.0
    """Seconds until the answer."""
    status: int | None = None
    """The request is not carried out; this is its answer."""
    body: Any = None
    """With `status`: bytes and text as they are, anything else as JSON."""
    headers: Mapping[str, str] = field(default_factory=dict)
    edit: Callable[[Any], Any] | None = None
    """Changes the JSON of the true answer."""
    held: bool = False
    """The answer waits until this is False (`stand_in.release(fault)`)."""
    cut: bool = False
    """The connection is cut."""
    after: int | None = None
    """With `held` or `cut`: so many bytes of the true answer's body come first; None: not even its head."""
    arrived: int = 0
    """Requests this fault has met."""

    def meets(self, path: str) -> bool:
        return self.times > 0 and fnmatchcase(path, self.path)

    def encoded_body(self) -> tuple[bytes, str]:
        """The body and its media type."""
        if self.body is None:
            return b"", "text/plain; charset=utf-8"
        if isinstance(self.body, bytes):
            return self.body, "application/octet-stream"
        if isinstance(self.body, str):
            kind = "text/html" if self.body.lstrip().startswith("<") else "text/plain"
            return self.body.encode(), f"{kind}; charset=utf-8"
        return json.dumps(self.body).encode(), "application/json; charset=utf-8"


def html_error(status: int) -> dict[str, Any]:
    """Fields of a Fault: a gateway's page instead of the service's answer."""
    page = f"<html><head><title>{status}</title></head><body><h1>{status}</h1>nginx</body></html>"
    return {"status": status, "body": page}
