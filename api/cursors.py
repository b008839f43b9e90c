"""Cursors: where a page ended, as an opaque word that the client gives back for the next one.

A cursor is base64url of a small JSON list. It is not secret and not signed: it tells where to go on in the
caller's own rows, and nothing else can be reached by changing it.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import Query
from fastapi.exceptions import RequestValidationError

from core.conversion.history import JobPlace
from core.library.pages import TITLE_KEY, Place, Sort

LONGEST = 1000
MOST_PLAYS = 2**31 - 1

Cursor = Annotated[
    str | None,
    Query(max_length=LONGEST, description="`next_cursor` of the page before; without it the first page"),
]


def cursor_of_library(place: Place | None, sort: Sort) -> str | None:
    """What leads on from there; None where nothing does."""
    if place is None:
        return None
    key = place.key.isoformat() if isinstance(place.key, datetime) else place.key
    return _written(sort.value, key, str(place.entry_id))


def library_place(cursor: str | None, sort: Sort) -> Place | None:
    """Raises RequestValidationError for what is no cursor, or one of another order."""
    if cursor is None:
        return None
    match _read(cursor):
        case [sort.value, str(key), str(entry_id)] if sort in {Sort.USED, Sort.ADDED}:
            return Place(_time(key), _id(entry_id))
        case [sort.value, str(key), str(entry_id)] if sort is Sort.TITLE and len(key) <= TITLE_KEY:
            if _is_text(key):
                return Place(key, _id(entry_id))
        case [sort.value, int(key), str(entry_id)] if sort is Sort.PLAYS and 0 <= key <= MOST_PLAYS:
            return Place(key, _id(entry_id))
    raise _refusal()


def cursor_of_jobs(place: JobPlace | None) -> str | None:
    """What leads on from there; None where nothing does."""
    return None if place is None else _written(place.created_at.isoformat(), str(place.job_id))


def job_place(cursor: str | None) -> JobPlace | None:
    """Raises RequestValidationError for what is no cursor."""
    if cursor is None:
        return None
    match _read(cursor):
        case [str(created_at), str(job_id)]:
            return JobPlace(_time(created_at), _id(job_id))
    raise _refusal()


def _written(*parts: str | int) -> str:
    return urlsafe_b64encode(json.dumps(parts, ensure_ascii=False).encode()).rstrip(b"=").decode()


def _read(cursor: str) -> object:
    try:
        return json.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode())
    except (ValueError, RecursionError):
        return None


def _is_text(key: str) -> bool:
    """Whether the database could have sent it: no NUL, no half of a pair."""
    return "\x00" not in key and not any("\ud800" <= letter <= "\udfff" for letter in key)


def _time(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise _refusal() from None
    if found.tzinfo is None or not 1970 <= found.year <= 9000:
        raise _refusal()
    return found


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise _refusal() from None


def _refusal() -> RequestValidationError:
    error = {"loc": ("query", "cursor"), "msg": "is no cursor of this list", "type": "cursor"}
    return RequestValidationError([error])
