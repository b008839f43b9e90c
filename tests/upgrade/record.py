"""`python -m tests.upgrade.record`: notes all SQL that this version says while people use it.

The notes (`statements/REVISION.sql`, one statement a line) stand for this version when the next one changes
the schema: every statement has to go on working there, as processes of both versions run side by side during
an upgrade (docs/operations.md, "Upgrading"). Run it on the commit of a release, and commit what it wrote
instead of the notes of the release before.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import FrameType
from typing import Any

import asyncpg
import greenlet
import pytest

from core.db.upgrade import newest_revision
from tests.material import ROOT

NOTES = Path(__file__).parent / "statements"
IN_USE = (
    "tests/conversation/test_transcripts.py",
    "tests/conversation/test_whatsapp_transcripts.py",
    "tests/conversation/test_jobs.py",
    "tests/conversation/test_albums.py",
    "tests/conversation/test_account.py",
    "tests/conversation/test_inline.py",
    "tests/integration/test_admin.py",
    "tests/integration/test_api_conversions.py",
    "tests/integration/test_api_identities.py",
    "tests/integration/test_api_leaving.py",
    "tests/integration/test_api_library.py",
    "tests/integration/test_api_phone.py",
    "tests/integration/test_api_playlists.py",
    "tests/integration/test_api_upload.py",
    "tests/integration/test_delivery_service.py",
    "tests/integration/test_erasing.py",
    "tests/integration/test_live.py",
    "tests/integration/test_metrics.py",
    "tests/integration/test_signin_keys.py",
    "tests/integration/test_signin_sessions.py",
    "tests/integration/test_trending.py",
    "tests/integration/test_web_push.py",
)
"""Tests in which people use the studio in all the ways there are."""
OURS = ("api", "bot", "core", "tasks")
VERBS = ("SELECT", "INSERT", "UPDATE", "DELETE", "WITH")
_PARAMETER = re.compile(r"\$\d+")
_LIST = re.compile(r"(\$::\w+)(?:, \1)+")


class Recorder:
    """Listens to what is prepared on any connection of this process."""

    def __init__(self) -> None:
        self.statements: set[str] = set()

    def pytest_sessionstart(self) -> None:
        prepare = asyncpg.Connection._get_statement
        statements = self.statements

        async def listening(connection: asyncpg.Connection, query: str, *args: Any, **kwargs: Any) -> Any:
            if query.startswith(VERBS) and "alembic_version" not in query and is_said_by_us():
                statements.add(" ".join(query.split()))
            return await prepare(connection, query, *args, **kwargs)

        asyncpg.Connection._get_statement = listening


def is_said_by_us() -> bool:
    """Whether the product says it, not the test around it: whose code is nearest."""
    for frame in _frames():
        path = Path(frame.f_code.co_filename)
        if path.is_relative_to(ROOT):
            top = path.relative_to(ROOT).parts[0]
            if top in (*OURS, "tests") and path != Path(__file__):
                return top in OURS
    return False


def _frames() -> Iterator[FrameType]:
    """From here outwards; SQLAlchemy runs the driver in a greenlet beside the code that asks."""
    frame: FrameType | None = sys._getframe(1)
    here: Any = greenlet.getcurrent()
    while here is not None:
        while frame is not None:
            yield frame
            frame = frame.f_back
        here = here.parent
        frame = None if here is None else here.gr_frame


def different(statements: Iterable[str]) -> list[str]:
    """Without those that say the same of more values."""
    found: dict[str, str] = {}
    for statement in sorted(statements, key=lambda text: (len(text), text)):
        found.setdefault(_LIST.sub(r"\1", _PARAMETER.sub("$", statement)), statement)
    return sorted(found.values())


def main() -> int:
    recorder = Recorder()
    if code := pytest.main(["-q", "-p", "no:cacheprovider", *IN_USE], plugins=[recorder]):
        return int(code)
    NOTES.mkdir(exist_ok=True)
    file = NOTES / f"{newest_revision()}.sql"
    statements = different(recorder.statements)
    file.write_text("".join(f"{statement};\n" for statement in statements))
    print(f"{len(statements)} statements in {file.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
