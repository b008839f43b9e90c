"""How a request to the Bot API arrives: a form, urlencoded or multipart, and what was received of it.

Source: https://core.telegram.org/bots/api#making-requests; multipart as in RFC 7578.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, unquote


@dataclass(frozen=True)
class Upload:
    """A file part of a multipart form."""

    name: str
    file_name: str
    media_type: str
    data: bytes


@dataclass(frozen=True)
class Form:
    """A method's parameters; every value that is no file is a string."""

    fields: dict[str, str] = field(default_factory=dict)
    files: dict[str, Upload] = field(default_factory=dict)
    media_type: str = ""

    @classmethod
    def read(cls, content_type: str, query: str, body: bytes) -> Form:
        """Understand a request. Raises ValueError for a body that is no form."""
        media_type, _, parameters = content_type.partition(";")
        media_type = media_type.strip().lower()
        fields = dict(parse_qsl(query, keep_blank_values=True))
        files: dict[str, Upload] = {}
        if media_type == "multipart/form-data":
            for part in _parts(body, _boundary(parameters)):
                if isinstance(part, Upload):
                    files[part.name] = part
                else:
                    fields[part[0]] = part[1]
        elif media_type == "application/x-www-form-urlencoded":
            fields.update(parse_qsl(body.decode(), keep_blank_values=True, strict_parsing=True))
        elif body:
            raise ValueError(f"the body is {media_type or 'untyped'}, not a form")
        return cls(fields, files, media_type)


@dataclass(frozen=True)
class Received:
    """One request in the stand-in's log."""

    number: int
    """Counts from 1."""
    method: str
    at: datetime
    fields: Mapping[str, str]
    files: Mapping[str, tuple[str, int]]
    """Part name to file name and size in bytes."""

    @property
    def chat(self) -> int | None:
        chat = self.fields.get("chat_id", "")
        return int(chat) if re.fullmatch(r"-?\d+", chat) else None

    def as_json(self) -> dict[str, Any]:
        return {
            "number": self.number,
            "method": self.method,
            "at": self.at.isoformat(),
            "fields": dict(self.fields),
            "files": {name: {"file_name": n, "size": size} for name, (n, size) in self.files.items()},
        }


def received(number: int, method: str, form: Form) -> Received:
    files = {name: (upload.file_name, len(upload.data)) for name, upload in form.files.items()}
    return Received(number, method, datetime.now(UTC), form.fields, files)


def _boundary(parameters: str) -> bytes:
    match = re.search(r'boundary="?([^";]+)"?', parameters)
    if match is None:
        raise ValueError("a multipart body without a boundary")
    return match[1].encode()


def _parts(body: bytes, boundary: bytes) -> Iterator[Upload | tuple[str, str]]:
    pieces = (b"\r\n" + body).split(b"\r\n--" + boundary)
    if len(pieces) < 2 or not pieces[-1].startswith(b"--"):
        raise ValueError("a multipart body without an end")
    for piece in pieces[1:-1]:
        head, separator, content = piece.partition(b"\r\n\r\n")
        headers = head.decode()
        name = re.search(r'[; ]name="([^"]*)"', headers)
        if not separator or name is None:
            raise ValueError("a part without a name")
        file_name = re.search(r'filename="([^"]*)"', headers)
        if file_name is None:
            yield name[1], content.decode()
            continue
        media_type = re.search(r"(?i)content-type:\s*(\S+)", headers)
        yield Upload(
            name=name[1],
            file_name=unquote(file_name[1]),
            media_type=media_type[1] if media_type else "application/octet-stream",
            data=content,
        )
