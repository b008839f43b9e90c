"""YouTubeMusicSource with the real ytmusicapi, led to a stand-in; the shared suite tests the rest."""

from __future__ import annotations

import gzip
import inspect
import locale
import sys
from collections.abc import AsyncIterator, Iterator

import pytest
import requests
from ytmusicapi import YTMusic

from core.adapters.sources import youtube_music, youtube_music_session
from core.adapters.sources.youtube_music import YouTubeMusicSource
from core.errors import NotFound
from core.music import SourceRefused, SourceUnavailable
from tests.contract.sources.youtube_music import Rerouted
from tests.fakes.sources.youtube_music import PLAYER, SEARCH, YouTubeMusicStandIn

pytestmark = pytest.mark.broad


@pytest.fixture(scope="module")
def running() -> Iterator[YouTubeMusicStandIn]:
    with YouTubeMusicStandIn() as stand_in:
        yield stand_in


@pytest.fixture
def stand_in(running: YouTubeMusicStandIn) -> Iterator[YouTubeMusicStandIn]:
    running.reset()
    yield running
    assert running.violations == []


@pytest.fixture
async def source(stand_in: YouTubeMusicStandIn) -> AsyncIterator[YouTubeMusicSource]:
    source = YouTubeMusicSource(adapter=Rerouted(stand_in.url, 10.0))
    yield source
    await source.close()


async def test_a_song_as_youtube_music_tells_of_it(source: YouTubeMusicSource) -> None:
    first, second, *_ = await source.search("saanjh", limit=5, language="hi")

    assert (first.source, first.external_id) == ("youtube_music", "aB3dE5fG7hI")
    assert (first.title, first.artist, first.album, first.duration) == ("Saanjh", "Ira", "Dhoop", 259)
    assert first.url == "https://music.youtube.com/watch?v=aB3dE5fG7hI"
    assert first.thumbnail_url == "https://lh3.googleusercontent.com/aB3dE5fG7hI=w120-h120"
    assert first.external_ids == {"youtube": "aB3dE5fG7hI"}
    assert not first.explicit
    assert not first.downloadable
    assert (second.artist, second.album, second.explicit) == ("Ira, Asha", None, True)


async def test_what_is_not_told_is_left_open(source: YouTubeMusicSource) -> None:
    [song] = await source.search("without a length", limit=5, language=None)
    assert (song.album, song.duration, song.artist) == (None, None, "Ira")


async def test_hours_and_other_scripts(source: YouTubeMusicSource) -> None:
    [song] = await source.search("ढले", limit=5, language=None)
    assert (song.title, song.album, song.duration) == ("साँझ ढले", "धूप", 3723)


async def test_what_is_no_longer_to_be_heard_is_left_out(source: YouTubeMusicSource) -> None:
    assert await source.search("no longer here", limit=5, language=None) == []


async def test_the_visitors_id_is_asked_for_once(
    stand_in: YouTubeMusicStandIn, source: YouTubeMusicSource
) -> None:
    await source.search("saanjh", limit=5, language=None)
    await source.search("lamp", limit=50, language=None)
    assert [request.path for request in stand_in.requests] == ["/", SEARCH, SEARCH, SEARCH, SEARCH]


async def test_a_start_that_failed_is_made_again(
    stand_in: YouTubeMusicStandIn, source: YouTubeMusicSource
) -> None:
    stand_in.goes_wrong("/", cut=True)
    with pytest.raises(SourceUnavailable):
        await source.search("saanjh", limit=1, language=None)
    assert await source.search("saanjh", limit=1, language=None)


async def test_videos_have_their_names_read_from_titles(source: YouTubeMusicSource) -> None:
    song = await source.track("fF3dE5fG7hI")
    assert (song.title, song.artist) == ("Dhoop", "Ira")
    assert song.other_titles == ("Ira - Dhoop (Official Video)",)
    assert song.popularity == 51


async def test_private_songs_are_not_found(source: YouTubeMusicSource) -> None:
    with pytest.raises(NotFound):
        await source.track("gG3dE5fG7hI")


async def test_another_song_than_asked_for_is_not_it(
    stand_in: YouTubeMusicStandIn, source: YouTubeMusicSource
) -> None:
    stand_in.goes_wrong(
        PLAYER, edit=lambda answer: {**answer, "videoDetails": answer["videoDetails"] | {"videoId": "other"}}
    )
    with pytest.raises(NotFound):
        await source.track("aB3dE5fG7hI")


async def test_an_error_of_the_service(stand_in: YouTubeMusicStandIn, source: YouTubeMusicSource) -> None:
    stand_in.goes_wrong(SEARCH, status=400, body={"error": {"code": 400, "message": "Request contains …"}})
    with pytest.raises(SourceUnavailable) as caught:
        await source.search("saanjh", limit=5, language=None)
    assert "Request contains" not in caught.value.detail


async def test_compressed_answers_are_read(stand_in: YouTubeMusicStandIn, source: YouTubeMusicSource) -> None:
    page = gzip.compress(b'<script>ytcfg.set({"VISITOR_DATA": "CgtzdGFuZC1pbg%3D%3D"});</script>')
    stand_in.goes_wrong("/", status=200, body=page, headers={"Content-Encoding": "gzip"})
    assert await source.search("saanjh", limit=1, language=None)


async def test_an_endless_answer_is_not_read_to_its_end(
    stand_in: YouTubeMusicStandIn, source: YouTubeMusicSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(youtube_music_session, "MOST_BYTES", 1_000)
    with pytest.raises(SourceUnavailable):
        await source.search("lamp", limit=20, language=None)


async def test_nobody_waits_longer_than_a_call_may_take(stand_in: YouTubeMusicStandIn) -> None:
    source = YouTubeMusicSource(adapter=Rerouted(stand_in.url, 10.0), call_seconds=0.1)
    with stand_in.holding("/"), pytest.raises(SourceUnavailable, match="in time"):
        await source.search("saanjh", limit=1, language=None)
    await source.close()


async def test_questions_do_not_pile_up(source: YouTubeMusicSource, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(youtube_music, "MOST_WAITING", 0)
    with pytest.raises(SourceUnavailable, match="at once"):
        await source.search("saanjh", limit=1, language=None)


async def test_without_the_extra_the_operator_learns_its_name(
    source: YouTubeMusicSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "ytmusicapi", None)
    with pytest.raises(SourceRefused, match=r"melody-studio\[youtube-music\]"):
        await source.check()


async def test_the_processs_locale_stays(source: YouTubeMusicSource) -> None:
    before = locale.setlocale(locale.LC_ALL)
    await source.search("saanjh", limit=1, language=None)
    assert locale.setlocale(locale.LC_ALL) == before


def test_ytmusicapi_takes_our_arguments() -> None:
    inspect.signature(YTMusic).bind(requests_session=requests.Session(), language="en", location="IN")
    inspect.signature(YTMusic.search).bind(None, "query", filter="songs", limit=20)
    inspect.signature(YTMusic.get_song).bind(None, "aB3dE5fG7hI")
