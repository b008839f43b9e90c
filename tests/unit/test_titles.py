"""Names of songs: what files and messengers call them, and what we call ours."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.text.titles import LONGEST_FILE_NAME, file_name, known, names_from_file, rendition_title


@pytest.mark.parametrize(
    ("name", "title", "artist"),
    [
        ("Tum Hi Ho.mp3", "Tum Hi Ho", None),
        ("तुम ही हो.mp3", "तुम ही हो", None),
        ("நீ கவிதைகளா.m4a", "நீ கவிதைகளா", None),
        ("Arijit Singh - Tum Hi Ho.mp3", "Tum Hi Ho", "Arijit Singh"),
        ("03 - Arijit Singh - Tum Hi Ho.mp3", "Tum Hi Ho", "Arijit Singh"),
        ("02_Kun_Faya_Kun.flac", "Kun Faya Kun", None),
        ("7_rings.mp3", "7 rings", None),
        ("3. Jai Ho.mp3", "Jai Ho", None),
        ("1.5 Miles.mp3", "1.5 Miles", None),
        ("A.R. Rahman – Jai Ho.mp3", "Jai Ho", "A.R. Rahman"),
        ("/sdcard/Music/Jai Ho.mp3", "Jai Ho", None),
        ("C:\\Music\\Jai Ho.mp3", "Jai Ho", None),
        ("Kesariya(PagalSite.com.se).mp3", "Kesariya", None),
        ("[SomeSite.info] 01 - Pushpa.mp3", "Pushpa", None),
        ("Kesariya - Brahmastra 128 Kbps.mp3", "Brahmastra", "Kesariya"),
        ("Dil Se - SomeSite.Info.mp3", "Dil Se", None),
        ("Unknown Artist - Ilahi.mp3", "Ilahi", None),
        ("99 Luftballons.mp3", "99 Luftballons", None),
        ("1979.mp3", "1979", None),
        ("7 rings.mp3", "7 rings", None),
        ("Song 2.mp3", "Song 2", None),
        ("Mr. India.mp3", "Mr. India", None),
        ("Video Killed the Radio Star.mp3", "Video Killed the Radio Star", None),
        ("Unknown Pleasures.mp3", "Unknown Pleasures", None),
        ("no extension", "no extension", None),
    ],
)
def test_a_files_name_tells_title_and_artist(name: str, title: str, artist: str | None) -> None:
    assert names_from_file(name) == (title, artist)


@pytest.mark.parametrize(
    "name",
    [
        "", "___.mp3", " - .mp3", "AUD-20261123-WA0007.m4a", "PTT-20261123-WA0001.opus", "audio.mp3",
        "audio_2026-11-23_10-00-00.ogg", "VID_20261123_101010.mp4", "IMG_1234.MOV", "videoplayback.mp4",
        "WhatsApp Audio 2026-11-23 at 10.00.00.mpeg", "Track 01.mp3", "New Recording 5.m4a", "Voice 001.m4a",
        "file_12.mp3", "document (3).mp3", "Unknown Artist - Track 03.mp3",
        "3f2504e0-4f89-11d3-9a0c-0305e82c3301.mp3",
    ],
)  # fmt: skip
def test_made_up_names_tell_nothing(name: str) -> None:
    assert names_from_file(name) == (None, None)


@pytest.mark.parametrize("name", [None, "", "  ", "<unknown>", "Unknown", "unknown artist", "Untitled", "…"])
def test_placeholders_are_no_names(name: str | None) -> None:
    assert known(name) is None


def test_names_are_tidied() -> None:
    assert known("  Tum\x00 Hi\n Ho ") == "Tum Hi Ho"


def test_a_rendition_says_what_it_is_once() -> None:
    assert rendition_title("Tum Hi Ho", "instrumental") == "Tum Hi Ho (Instrumental)"
    assert rendition_title("Tum Hi Ho (instrumental)", "instrumental") == "Tum Hi Ho (instrumental)"


@pytest.mark.parametrize(
    ("artist", "title", "name"),
    [
        ("Arijit Singh", "Tum Hi Ho", "Arijit Singh - Tum Hi Ho.m4a"),
        (None, "AC/DC: Live?", "AC DC Live.m4a"),
        (None, "../../etc/passwd", "etc passwd.m4a"),
        (None, "...", "song.m4a"),
        (None, "तुम ही हो", "तुम ही हो.m4a"),
    ],
)
def test_file_names(artist: str | None, title: str, name: str) -> None:
    assert file_name(artist, title, "m4a") == name


@given(st.none() | st.text(max_size=300), st.text(max_size=300))
def test_every_file_name_can_be_kept(artist: str | None, title: str) -> None:
    name = file_name(artist, title, "m4a")
    assert name.endswith(".m4a")
    assert name != ".m4a"
    assert len(name.encode(errors="surrogatepass")) <= LONGEST_FILE_NAME + len(".m4a")
    assert not set(name) & set('/\\\x00\n:*?"<>|')
    assert not name.startswith(".")


@given(st.text(max_size=200))
def test_any_file_name_can_be_read(name: str) -> None:
    title, artist = names_from_file(name)
    assert title is None or title.strip()
    assert artist is None or artist.strip()
    assert title is not None or artist is None
