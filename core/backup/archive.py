"""What a backup is: a zip archive, so that any system can look into it.

    database/<table>     the rows as PostgreSQL's COPY writes them (text format), compressed
    objects/<sha256>     recordings, songs, covers and kept vocals, as they are
    melody-backup.json   what is in it; written last, so it is there only if all the rest is

The database goes in by COPY, not by pg_dump: no program of the server's version is needed, it takes the same
connection and TLS as everything else, and goes from any version of PostgreSQL to any other that we run on.
The schema is not in it: the migrations make it, at the revision that the backup names.
"""

from __future__ import annotations

import json
import zipfile
from dataclasses import asdict, dataclass, field
from pathlib import Path

from core.errors import ConfigurationError

FORMAT = 1
MANIFEST = "melody-backup.json"
_TABLES, _OBJECTS = "database/", "objects/"


@dataclass(frozen=True)
class Table:
    """Of the schema that the application works in."""

    name: str
    columns: tuple[str, ...]
    """Those that hold what was put there; generated ones are made anew."""
    rows: int = 0


@dataclass
class Manifest:
    revision: str
    """Of the schema."""
    made_at: str
    """ISO 8601, UTC."""
    tables: list[Table] = field(default_factory=list)
    objects: int = 0
    object_bytes: int = 0
    with_objects: bool = True
    """False: the objects are kept elsewhere."""
    format: int = FORMAT

    def to_json(self) -> str:
        return json.dumps(asdict(self), indent=1)


def entry_of_table(name: str) -> str:
    return f"{_TABLES}{name}"


def entry_of_object(sha256: str) -> str:
    return f"{_OBJECTS}{sha256}"


def objects_in(archive: zipfile.ZipFile) -> list[str]:
    """The names of the objects in it."""
    return [name.removeprefix(_OBJECTS) for name in archive.namelist() if name.startswith(_OBJECTS)]


def open_backup(path: Path) -> tuple[zipfile.ZipFile, Manifest]:
    """Raises ConfigurationError for what is no whole backup of this version or an earlier one."""
    try:
        archive = zipfile.ZipFile(path)
    except FileNotFoundError:
        raise ConfigurationError(f"{path} is not there") from None
    except OSError as error:
        raise ConfigurationError(f"{path} can't be read: {error.strerror}") from None
    except zipfile.BadZipFile:
        raise ConfigurationError(f"{path} is no backup, or only a part of one") from None
    try:
        return archive, _manifest(archive)
    except (KeyError, TypeError, ValueError, zipfile.BadZipFile):
        archive.close()
        raise ConfigurationError(f"{path} is no backup of this studio") from None
    except BaseException:
        archive.close()
        raise


def _manifest(archive: zipfile.ZipFile) -> Manifest:
    told = json.loads(archive.read(MANIFEST))
    if told["format"] > FORMAT:
        raise ConfigurationError("the backup was made by a newer version: update the studio first")
    tables = [Table(one["name"], tuple(one["columns"]), one["rows"]) for one in told.pop("tables")]
    return Manifest(**told, tables=tables)
