"""What an item's metadata say, in all the forms they come in."""

from __future__ import annotations

from typing import Any

import pytest

from core.adapters.sources.internet_archive_items import (
    MOST_RECORDINGS,
    MOST_VERSIONS,
    AudioFile,
    Item,
    item_in,
    language_in,
    names_of_language,
)
from core.music import Licence
from tests.fakes.sources.internet_archive import BY, BY_ND, ZERO, recording

pytestmark = pytest.mark.broad

LARGEST = 80_000_000


def item(*files: dict[str, Any], wanted: str = "", **about: Any) -> Item:
    metadata = {"title": "Rain EP", "creator": "Ira", "licenseurl": BY, **about}
    found = item_in("sample-ep-01", {"metadata": metadata, "files": list(files)}, LARGEST, wanted)
    assert found is not None
    return found


def only(*files: dict[str, Any], **about: Any) -> AudioFile:
    (file,) = item(*files, **about).audio
    return file


def file(name: str, **fields: Any) -> dict[str, Any]:
    return {"name": name, "format": "VBR MP3", "length": "200.5", "size": "5000000", **fields}


class TestTheFileOfARecording:
    def test_of_all_formats_the_small_good_one(self) -> None:
        best = only(*recording("01 - Saanjh", "Saanjh", 245.31))
        assert (best.name, best.title, best.artist) == ("01 - Saanjh.mp3", "Saanjh", "Ira")
        assert (best.seconds, best.size) == (245.0, 5_242_880)
        assert len(best.names) == 5

    @pytest.mark.parametrize(
        ("formats", "best"),
        [
            (["Flac", "Ogg Vorbis", "128Kbps MP3", "VBR MP3"], "VBR MP3"),
            (["Flac", "Ogg Vorbis", "320Kbps MP3", "128Kbps MP3"], "128Kbps MP3"),
            (["Flac", "Ogg Vorbis", "MP3"], "MP3"),
            (["Flac", "Ogg Vorbis"], "Ogg Vorbis"),
            (["Flac"], "Flac"),
        ],
    )
    def test_by_format(self, formats: list[str], best: str) -> None:
        endings = {"Flac": "flac", "Ogg Vorbis": "ogg"}
        files = [file(f"a.{endings.get(kind, 'mp3')}", format=kind) for kind in formats]
        names = {kind: entry["name"] for kind, entry in zip(formats, files, strict=True)}
        assert only(*files).name == names[best]

    @pytest.mark.parametrize("kind", ["64Kbps MP3", "WAVE", "24bit Flac", "Shorten", "Metadata", "", None])
    def test_other_formats_are_not_taken(self, kind: str | None) -> None:
        assert item(file("a.wav", format=kind)).audio == ()

    def test_without_a_format_the_name_tells(self) -> None:
        assert only({"name": "a.OGG"}).name == "a.OGG"

    @pytest.mark.parametrize(
        "fields",
        [
            {"private": "true"},
            {"private": True},
            {"private": ["true"]},
            {"name": "a_64kb.mp3"},
            {"name": "a_sample.mp3"},
            {"name": "a (sample).mp3"},
            {"name": "a-30sec.mp3"},
            {"size": str(LARGEST + 1)},
            {"length": "30.0"},
            {"length": "0:30"},
        ],
        ids=str,
    )
    def test_one_that_is_not_fit_gives_way(self, fields: dict[str, Any]) -> None:
        ogg = file("a.ogg", format="Ogg Vorbis", original="a.flac")
        assert only(ogg, {**file("a.mp3", original="a.flac"), **fields}).name == "a.ogg"

    def test_the_one_asked_for_where_it_is_fit(self) -> None:
        files = recording("01", "Saanjh")
        assert item(*files, wanted="01.flac").audio[0].name == "01.flac"
        assert item(*files, wanted="01_64kb.mp3").audio[0].name == "01.mp3"
        found = item(*files).file("01_64kb.mp3")
        assert found is not None
        assert found.name == "01.mp3"
        assert item(*files).file("01.png") is None

    def test_two_uploads_of_one_recording_are_one(self) -> None:
        assert only(file("a.flac", format="Flac", source="original"), file("a.mp3", source="original"))

    def test_a_song_may_be_called_a_sample(self) -> None:
        assert only(file("Free_Sample.mp3")).name == "Free_Sample.mp3"
        assert item(file("Free_Sample.mp3", length="30.0")).audio == ()

    def test_a_flood_of_files_is_looked_at_in_part(self) -> None:
        many = [file(f"{number}.mp3") for number in range(MOST_RECORDINGS + 10)]
        assert len(item(*many).audio) == MOST_RECORDINGS
        versions = [file(f"{number}.mp3", original="a.flac") for number in range(MOST_VERSIONS + 10)]
        assert len(only(*versions).names) == MOST_VERSIONS

    def test_in_the_order_of_the_release(self) -> None:
        files = [
            file("z.mp3", track="1/12"),
            file("a.mp3", track="10"),
            file("c.mp3"),
            file("b.mp3", track="02"),
        ]
        assert [one.name for one in item(*files).audio] == ["z.mp3", "b.mp3", "a.mp3", "c.mp3"]

    @pytest.mark.parametrize(
        "name", ["a\x00.mp3", "a\n.mp3", "\ud800.mp3", "a" * 1000 + ".mp3", 7, None, ["a"]]
    )
    def test_names_that_nobody_can_ask_for(self, name: Any) -> None:
        assert item({**file("x"), "name": name}).audio == ()


class TestFields:
    @pytest.mark.parametrize(
        ("length", "seconds"),
        [
            ("245.31", 245.31),
            ("4:05", 245.0),
            ("1:02:03", 3723.0),
            (["245.31"], 245.31),
            (245, 245.0),
            ("0", None),
            ("", None),
            (None, None),
            ("-4:05", None),
            ("4:xx", None),
            ("1:2:3:4", None),
            ("nan", None),
            ("1e30", None),
        ],
    )
    def test_length(self, length: Any, seconds: float | None) -> None:
        assert only(file("a.mp3", length=length)).seconds == seconds

    @pytest.mark.parametrize(
        ("fields", "title", "artist"),
        [
            ({"title": "Saanjh", "artist": "Meera"}, "Saanjh", "Meera"),
            ({"title": ["Saanjh", "x"], "creator": ["Meera"]}, "Saanjh", "Meera"),
            ({}, "Dhoop", "Ira"),
            ({"title": "Track 01"}, "Dhoop", "Ira"),
            ({"title": " \x00 "}, "Dhoop", "Ira"),
        ],
    )
    def test_names(self, fields: dict[str, Any], title: str, artist: str) -> None:
        found = only(file("disc 1/02 - Dhoop.mp3", **fields))
        assert (found.title, found.artist) == (title, artist)

    def test_names_in_the_file_name_alone(self) -> None:
        found = only(file("Meera - Dhoop.mp3"), creator=None)
        assert (found.title, found.artist) == ("Dhoop", "Meera")

    def test_a_name_that_is_none(self) -> None:
        assert only(file("0001.mp3")).title == "0001"

    def test_absent_strings_and_lists(self) -> None:
        bare = item(title=None, creator=None, licenseurl=None)
        assert (bare.title, bare.creator, bare.licence, bare.licence_url) == (
            "sample-ep-01",
            "",
            Licence.UNKNOWN,
            None,
        )
        full = item(
            title=["Rain", "x"], creator=["Ira", "Bo"], licenseurl=[ZERO], subject=["indie", "folk;pop"]
        )
        assert (full.title, full.creator, full.licence, full.genres) == (
            "Rain",
            "Ira, Bo",
            Licence.CC0,
            ("indie", "folk", "pop"),
        )

    @pytest.mark.parametrize(
        ("about", "year"),
        [
            ({"date": "2019-05-01"}, 2019),
            ({"year": "2021"}, 2021),
            ({"date": "soon", "year": ["1999"]}, 1999),
            ({"date": "0000-00-00"}, None),
        ],
    )
    def test_year(self, about: dict[str, Any], year: int | None) -> None:
        assert item(**about).release_year == year

    @pytest.mark.parametrize(
        ("value", "code"),
        [
            ("hin", "hi"),
            ("Hindi", "hi"),
            ("hi", "hi"),
            (["Tamil"], "ta"),
            ("Bengali", "bn"),
            ("ger", "de"),
            (["eng", "English"], "en"),
            (["eng", "hin"], None),
            ("Klingonish", None),
            (None, None),
        ],
    )
    def test_language(self, value: Any, code: str | None) -> None:
        assert language_in(value) == code

    def test_all_names_of_a_language(self) -> None:
        assert {"hi", "hin", "hindi"} <= set(names_of_language("hi"))
        assert names_of_language("xx") == ()


class TestWhatIsAllowed:
    def test_of_two_licences_the_stricter(self) -> None:
        found = item(licenseurl=[BY, BY_ND])
        assert (found.licence, found.licence_url) == (Licence.BY_ND, BY_ND)

    @pytest.mark.parametrize(
        ("about", "licence"),
        [
            ({"rights": "All Rights Reserved"}, Licence.ALL_RIGHTS_RESERVED),
            ({"possible-copyright-status": "IN_COPYRIGHT"}, Licence.ALL_RIGHTS_RESERVED),
            ({"possible-copyright-status": "NOT_IN_COPYRIGHT"}, Licence.BY),
            ({"rights": "Public domain, do what you like"}, Licence.BY),
            ({"rights": "Public domain", "licenseurl": None}, Licence.UNKNOWN),
        ],
    )
    def test_words_forbid_but_allow_nothing(self, about: dict[str, Any], licence: Licence) -> None:
        assert item(**about).licence is licence

    @pytest.mark.parametrize(
        "about",
        [
            {"access-restricted-item": "true"},
            {"access-restricted-item": ["true"]},
            {"access-restricted-item": True},
            {"collection": ["samples_only", "x"]},
        ],
        ids=str,
    )
    def test_not_for_everyone(self, about: dict[str, Any]) -> None:
        assert item(**about).is_restricted

    def test_for_everyone(self) -> None:
        assert not item(**{"access-restricted-item": "false"}).is_restricted

    def test_taken_down(self) -> None:
        found = item_in("x", {"is_dark": True, "metadata": {"identifier": "x"}}, LARGEST)
        assert found is not None
        assert found.is_restricted

    def test_no_such_item(self) -> None:
        assert item_in("x", {}, LARGEST) is None
