"""The child process that makes keys; run by `keymaker` and by nothing else.

    python -I keychild.py

Standard input holds one pickle after the other, each a list of songs with their ids; each is answered on
standard output by the same songs made ready. When the input ends, however its writer ended, so does this.
"""

from __future__ import annotations

import pickle
import sys
import uuid
from collections.abc import Sequence
from pathlib import Path

if __name__ == "__main__":  # started with -I, so the package is found only when we say where it is
    sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from core.catalog.importing.listed_song import ListedSong, ReadySong
from core.catalog.keys import key_rows
from core.text.language import language_of


def make_ready(songs: Sequence[tuple[uuid.UUID, ListedSong]]) -> list[ReadySong]:
    """Keys of each song, and a language for those that tell none. Pure; slow the first time."""
    return [
        ReadySong(
            song_id,
            song,
            song.language or language_of(song.title),
            key_rows(song_id, song.title, song.artist, song.other_titles),
        )
        for song_id, song in songs
    ]


def main() -> None:
    requests, answers = sys.stdin.buffer, sys.stdout.buffer
    while True:
        try:
            songs = pickle.load(requests)
        except EOFError:
            return
        pickle.dump(make_ready(songs), answers, pickle.HIGHEST_PROTOCOL)
        answers.flush()


if __name__ == "__main__":
    main()
