"""One row a song, across scripts; and never two songs in one row."""

from __future__ import annotations

import itertools
import uuid
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.catalog.merging import Entry, merge
from core.catalog.names import same_artist, title_of
from core.music import SourceSong

IDS = itertools.count()
SEVERAL = ("jamendo", "internet_archive", "spotify", "youtube_music", "lastfm")


def entry(
    title: str, artist: str, seconds: float | None = 200, source: str = "spotify", **more: Any
) -> Entry:
    known = {name: more.pop(name) for name in ("song_id", "in_catalogue") if name in more}
    return Entry(SourceSong(source, str(next(IDS)), title, artist, duration=seconds, **more), **known)


def own(title: str, artist: str, seconds: float | None = 200) -> Entry:
    return entry(title, artist, seconds, "local", song_id=uuid.uuid4(), in_catalogue=True)


def titles(groups: list[tuple[Entry, ...]]) -> list[list[str]]:
    return [[one.song.title for one in group] for group in groups]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("Tum Hi Ho", "Arijit Singh"), ("तुम ही हो", "अरिजीत सिंह")),
        (("Tum Hi Ho", "Arijit Singh"), ('Tum Hi Ho (From "Aashiqui 2")', "Arijit Singh, Mithoon")),
        (("Tum Hi Ho", "Arijit Singh"), ("TUM HI HO", "Singh, Arijit")),
        (("Munbe Vaa", "Shreya Ghoshal"), ("முன்பே வா", "Shreya Ghoshal & Naresh Iyer")),
        (("Katyusha", "Lidia Ruslanova"), ("Катюша", "Лидия Русланова")),
        (("Yoru ni Kakeru", "YOASOBI"), ("夜に駆ける", "YOASOBI")),
        (("Qing Hua Ci", "Jay Chou"), ("青花瓷", "Jay Chou 周杰倫")),
        (("Bésame Mucho", "Consuelo Velázquez"), ("Besame mucho", "Consuelo Velazquez")),
        (("Yesterday", "The Beatles"), ("Yesterday - Remastered 2009", "Beatles")),
        (("Hello", "Adele"), ("Hello (Official Video)", "AdeleVEVO")),
        (("तुम ही हो / Tum Hi Ho", "Arijit Singh"), ("Tum Hi Ho", "Arijit Singh")),
        (("Jai Ho", "A. R. Rahman"), ("Jai Ho", "AR Rahman")),
        (("Kesariya (Live)", "Arijit Singh"), ("Kesariya - Live", "Arijit Singh")),
    ],
)
def test_one_song(one: tuple[str, str], other: tuple[str, str]) -> None:
    assert len(merge([entry(*one, 200), entry(*other, 202.6, "youtube_music")])) == 1


@pytest.mark.parametrize(
    "version",
    [
        "Tum Hi Ho (Live)", "Tum Hi Ho - Remix", "Tum Hi Ho [Karaoke]", "Tum Hi Ho (Instrumental)",
        "Tum Hi Ho (Reprise)", "Tum Hi Ho - Unplugged", "Tum Hi Ho (Cover)", "Tum Hi Ho Karaoke",
        "Tum Hi Ho (Live at Wembley 2014)", "Tum Hi Ho (Club Mix)", "Tum Hi Ho (Female Version)",
        "तुम ही हो (लाइव)", "Tum Hi Ho (Slowed + Reverb)", "Tum Hi Ho (Lofi)", "Tum Hi Ho (Acoustic)",
        "Tum Hi Ho 2", "Tum Hi Ho (Part 2)",
    ],
)  # fmt: skip
def test_versions_are_songs_of_their_own(version: str) -> None:
    original = entry("Tum Hi Ho", "Arijit Singh", isrc="INS181300050")
    assert len(merge([original, entry(version, "Arijit Singh")])) == 2
    assert len(merge([original, entry(version, "Arijit Singh", isrc="INS181300050")])) == 2 or "2" in version


def test_versions_differ_from_each_other() -> None:
    kinds = ("(Live)", "(Remix)", "(Karaoke)", "(Instrumental)", "(Reprise)", "(Cover)", "(Telugu Version)")
    assert len(merge([entry(f"Tum Hi Ho {kind}", "Arijit Singh") for kind in kinds])) == len(kinds)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("Hello", "Adele", 295), ("Hello", "Lionel Richie", 295)),
        (("Hello", "Adele", 295), ("Hello", "Adele", 299)),
        (("Hello", "Adele", 295), ("Hello", "", 295)),
        (("Song 1", "The Band", 200), ("Song 11", "The Band", 200)),
        (("Tum", "Arijit Singh", 200), ("Teem", "Arijit Singh", 200)),
        (("Tum Hi Ho", "Arijit Singh", None), ("तुम ही हो", "अरिजीत सिंह", 262)),
        (("Tum Hi Ho", "", None), ("Tum Hi Ho", "", None)),
        (("!!!", "!!!", 200), ("???", "???", 200)),
    ],
)
def test_two_songs(one: tuple[str, str, float | None], other: tuple[str, str, float | None]) -> None:
    assert len(merge([entry(*one), entry(*other, "youtube_music" if other[1] else "lastfm")])) == 2


def test_without_lengths_only_the_same_letters_will_do() -> None:
    assert (
        len(merge([entry("Tum Hi Ho", "Arijit Singh", None), entry("tum hi ho!", "ARIJIT SINGH", 262)])) == 1
    )


def test_a_channel_may_stand_for_anybody_where_a_long_title_and_the_length_agree() -> None:
    spotify = entry("Tum Hi Ho", "Arijit Singh", 262)
    assert len(merge([spotify, entry("Tum Hi Ho", "T-Series", 262, "youtube")])) == 1
    assert len(merge([spotify, entry("Tum Hi Ho", "T-Series", 270, "youtube")])) == 2
    assert len(merge([entry("Hello", "Adele", 295), entry("Hello", "Some Channel", 295, "youtube")])) == 2


def test_a_nameless_listing_does_not_bring_two_artists_together() -> None:
    found = [
        entry("Stay With Me", "Sam Smith", 172),
        entry("Stay With Me", "", 172, "internet_archive"),
        entry("Stay With Me", "Miki Matsubara", 172, "youtube_music"),
    ]
    for order in itertools.permutations(found):
        artists = [{one.song.artist for one in group} - {""} for group in merge(order)]
        assert {"Sam Smith"} in artists or {"Miki Matsubara"} in artists
        assert all(len(names) <= 1 for names in artists)


def test_the_same_isrc_is_the_same_recording() -> None:
    found = [
        entry("Tum Hi Ho", "Arijit Singh", isrc="INS181300050"),
        entry("You Are", "A. S.", isrc="ins181300050"),
    ]
    assert len(merge(found)) == 1


def test_agreement_is_transitive() -> None:
    """The second is the first by its ISRC, the third is the second by its name."""
    found = [
        entry("Main Theme", "Orchestra of X", isrc="X1"),
        entry("Tum Hi Ho", "Orchestra of X", isrc="X1", source="youtube_music"),
        entry("तुम ही हो", "Orchestra of X", source="lastfm"),
    ]
    for order in itertools.permutations(found):
        assert len(merge(order)) == 1


def test_two_songs_of_the_catalogue_stay_two() -> None:
    first, second = own("Tum Hi Ho", "Arijit Singh"), own("तुम ही हो", "Arijit Singh")
    groups = merge([first, second, entry("Tum Hi Ho", "Arijit Singh")])
    assert sorted(map(len, groups)) == [1, 2]
    assert not any({first, second} <= set(group) for group in groups)


def test_listings_known_to_be_a_song_of_the_catalogue_are_it_whatever_they_are_called() -> None:
    song = own("तुम ही हो", "Arijit Singh")
    listing = entry("Aashiqui 2 Jukebox", "T-Series", 900, song_id=song.song_id, in_catalogue=True)
    assert len(merge([song, listing])) == 1


def test_the_preferred_comes_first() -> None:
    names = ("lastfm", "youtube", "spotify", "jamendo")
    found = [entry("Tum Hi Ho", "Arijit Singh", source=name) for name in names] + [
        own("Tum Hi Ho", "Arijit Singh")
    ]
    (group,) = merge(found)
    assert [one.song.source for one in group] == ["local", "jamendo", "spotify", "youtube", "lastfm"]


def test_groups_keep_the_order_they_were_found_in() -> None:
    found = [entry(name, "The Band", 100) for name in ("Alpha", "Beta", "Gamma")]
    assert titles(merge([*found, entry("Beta", "The Band", 101, "lastfm")])) == [
        ["Alpha"],
        ["Beta", "Beta"],
        ["Gamma"],
    ]


def test_many_are_merged_in_one_go() -> None:
    songs = [
        (f"{word} {number}", f"Band {number % 7}")
        for word in ("Raat", "Dil", "Sapna")
        for number in range(12)
    ]
    found = [entry(*names, 180, source) for source in SEVERAL for names in songs]
    assert sorted(map(len, merge(found))) == [len(SEVERAL)] * len(songs)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=40), st.text(max_size=40), st.sampled_from([None, 0.0, 1.5, 200.0]))
def test_any_text_is_taken(title: str, artist: str, seconds: float | None) -> None:
    one = entry(title, artist, seconds)
    other = Entry(replace(one.song, source="youtube_music", external_id="other"))
    assert sum(map(len, merge([one, other]))) == 2


def test_artists() -> None:
    assert same_artist("Hikaru Utada", "宇多田ヒカル")
    assert same_artist("Simon and Garfunkel", "Simon & Garfunkel")
    assert not same_artist("Kishore Kumar", "Kumar Sanu")
    assert not same_artist("", "")


def test_what_is_part_of_a_title_is_no_version() -> None:
    assert not title_of("Live Forever").versions
    assert not title_of("Remastered (Original Mix)").versions
    assert title_of("(I Can't Get No) Satisfaction").exact == "icantgetnosatisfaction"
