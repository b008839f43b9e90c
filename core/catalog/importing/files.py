"""A file of music as a song: its tags, else its name."""

from __future__ import annotations

import hashlib
import os
import re
from pathlib import Path

from core.catalog.importing.languages import language_code
from core.catalog.importing.listed_song import FOLDER, ListedSong
from core.catalog.importing.walk import FoundFile
from core.errors import EmptyRecording, MelodyError, UnsupportedFormat
from core.media.probe import Glance, Prober
from core.media.tags import clean_text
from core.text.titles import known, names_from_file

SAMPLE_BYTES = 64 * 1024
BETWEEN_GENRES = re.compile(r"\s*[;/|]\s*")
UNTITLED = "Recording"


def read_file(prober: Prober, file: FoundFile, root: str) -> ListedSong:
    """The song that a file holds. Blocking. Raises RecordingRefused, OSError."""
    content = content_mark(file)
    glance = prober.probe(Path(file.path))
    facts = {"root": root, "size": file.size, "mtime_ns": file.mtime_ns, "content": content}
    return song_of(file.path, glance, facts)


def song_of(path: str, glance: Glance, facts: dict[str, object]) -> ListedSong:
    """Tags name a song; what they do not tell, or tell with a placeholder, the file's name does."""
    tags = glance.tags
    file_title, file_artist = names_from_file(os.path.basename(path))  # noqa: PTH119 - it is a text here
    return ListedSong(
        source=FOLDER,
        external_id=path,
        title=known(tags.title) or clean_text(file_title or "") or clean_text(Path(path).stem) or UNTITLED,
        artist=known(tags.artist) or clean_text(file_artist or ""),
        album=known(tags.album),
        language=language_code(glance.language),
        duration=None if glance.seconds is None else round(glance.seconds) or None,
        release_year=tags.year,
        genre=tuple(dict.fromkeys(filter(None, BETWEEN_GENRES.split(tags.genre or "")))) or None,
        facts=facts,
    )


def content_mark(file: FoundFile) -> str:
    """The same for the same bytes wherever they lie: a hash of the size and of three samples.

    To read whole files would take hours where the folder is on a network. Raises OSError.
    """
    mark = hashlib.sha256(str(file.size).encode())
    with Path(file.path).open("rb") as content:
        for start in (0, (file.size - SAMPLE_BYTES) // 2, file.size - SAMPLE_BYTES):
            content.seek(max(0, start))
            mark.update(content.read(SAMPLE_BYTES))
    return mark.hexdigest()[:40]


def refusal_of(error: MelodyError | OSError) -> str:
    """Why a file is not taken, in a few plain words."""
    match error:
        case EmptyRecording():
            return "the file is empty"
        case UnsupportedFormat():
            return f"{error.params['format']} is not supported"
        case MelodyError(code="not-audio"):
            return "no audio, whatever its name says"
        case MelodyError():
            return "damaged, or no sound inside"
        case _:
            return (error.strerror or "not readable").lower()
