"""YouTubeSource against the stand-in: what is YouTube's own; the shared suite tests the rest."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from core.adapters.sources.youtube import YouTubeSource
from core.adapters.sources.youtube_answers import duration_of, next_quota_day, popularity_of
from core.errors import Forbidden, NotFound
from core.music import FetchesAudio, Licence, MusicSource, SourceExhausted, SourceRefused, SourceUnavailable
from tests.fakes.sources.youtube import SEARCH, VIDEOS, Video, YouTubeStandIn

pytestmark = pytest.mark.broad


@pytest.fixture(scope="module")
def stand_in() -> Iterator[YouTubeStandIn]:
    with YouTubeStandIn() as running:
        yield running


@pytest.fixture
def youtube(stand_in: YouTubeStandIn) -> Iterator[YouTubeStandIn]:
    stand_in.reset()
    yield stand_in
    assert stand_in.violations == []


@pytest.fixture
async def source(youtube: YouTubeStandIn) -> AsyncIterator[YouTubeSource]:
    source = YouTubeSource(youtube.api_key, youtube.url)
    yield source
    await source.close()


async def test_a_search_is_one_call_of_the_daily_hundred(
    youtube: YouTubeStandIn, source: MusicSource
) -> None:
    songs = await source.search("lamp", limit=50, language="hi")

    assert len(songs) == 50
    [search], [videos] = youtube.calls(SEARCH), youtube.calls(VIDEOS)
    assert (search.query["maxResults"], search.query["relevanceLanguage"]) == ("50", "hi")
    assert videos.query["id"].split(",") == [song.external_id for song in songs]


async def test_a_song_as_youtube_tells_of_it(source: MusicSource) -> None:
    songs = await source.search("saanjh & subah", limit=5, language=None)

    assert len(songs) == 1
    song = songs[0]
    assert (song.source, song.external_id) == ("youtube", "bB3dE5fG7hI")
    assert (song.title, song.artist) == ("Saanjh & Subah", "Ira")
    assert song.other_titles == ("Saanjh & Subah (Official Video) | Ira",)
    assert song.duration == 3720
    assert song.popularity == 93
    assert song.language == "hi"
    assert song.url == "https://www.youtube.com/watch?v=bB3dE5fG7hI"
    assert song.thumbnail_url == "https://i.ytimg.com/vi/bB3dE5fG7hI/hqdefault.jpg"
    assert (song.licence, song.downloadable) == (Licence.ALL_RIGHTS_RESERVED, False)
    assert song.release_year is None  # the day of upload is none of the song's


async def test_what_a_label_delivered_has_its_album_and_year(source: MusicSource) -> None:
    song = await source.track("cC3dE5fG7hI")

    assert (song.title, song.artist, song.album) == ("Dhoop", "Ira, Asha", "Dhoop (Original Soundtrack)")
    assert song.release_year == 2019
    assert (song.licence, song.licence_url) == (Licence.BY, "https://creativecommons.org/licenses/by/3.0/")


async def test_escaped_titles_are_read(source: MusicSource) -> None:
    song = await source.track("jJ3dE5fG7hI")

    assert song.other_titles == ('Ira - साँझ "ढले" <3 (Lyric Video)',)
    assert song.artist == "Ira"
    assert song.title.startswith("साँझ")
    assert song.duration == 93_784
    assert song.explicit


async def test_tags_that_name_a_genre_are_genres(source: MusicSource) -> None:
    assert (await source.track("aB3dE5fG7hI")).genres == ("pop", "hip hop")


async def test_what_cannot_be_seen_here_is_left_out(youtube: YouTubeStandIn, source: MusicSource) -> None:
    found = {song.external_id for song in await source.search("saanjh", limit=50, language=None)}
    assert found == {"aB3dE5fG7hI", "bB3dE5fG7hI"}

    elsewhere = YouTubeSource(youtube.api_key, youtube.url, region="US")
    found = {song.external_id for song in await elsewhere.search("saanjh", limit=50, language=None)}
    await elsewhere.close()
    assert found == {"aB3dE5fG7hI", "bB3dE5fG7hI", "dD3dE5fG7hI", "eE3dE5fG7hI"}


@pytest.mark.parametrize(
    "change",
    [
        {"allowed": ()}, {"live": "upcoming"}, {"duration": "P0D"}, {"privacy": "private"},
        {"upload": "rejected"}, {"duration": "four minutes"},
    ],
)  # fmt: skip
async def test_videos_that_are_no_recordings_are_not_found(
    youtube: YouTubeStandIn, source: MusicSource, change: dict[str, str]
) -> None:
    youtube.videos.append(Video("nN3dE5fG7hI", "Nothing to hear | Ira", **change))  # type: ignore[arg-type]

    with pytest.raises(NotFound):
        await source.track("nN3dE5fG7hI")
    assert await source.search("nothing to hear", limit=5, language=None) == []


async def test_nothing_found_asks_for_no_videos(youtube: YouTubeStandIn, source: MusicSource) -> None:
    assert await source.search("no such song", limit=5, language="pa") == []
    assert youtube.calls(VIDEOS) == []


async def test_languages_that_youtube_has_no_code_for_are_not_sent(
    youtube: YouTubeStandIn, source: MusicSource
) -> None:
    await source.search("saanjh", limit=5, language="bho")
    assert "relevanceLanguage" not in youtube.calls(SEARCH)[0].query


async def test_the_music_chart_is_what_trends(youtube: YouTubeStandIn, source: MusicSource) -> None:
    songs = await source.trending(limit=10, language="hi")

    assert [song.external_id for song in songs] == ["aB3dE5fG7hI", "cC3dE5fG7hI"]
    assert youtube.quota.searches == 100


async def test_a_region_without_a_chart_has_no_trends(youtube: YouTubeStandIn) -> None:
    source = YouTubeSource(youtube.api_key, youtube.url, region="BT")
    assert await source.trending(limit=10, language=None) == []
    await source.close()


async def test_a_used_up_quota_lasts_until_midnight_in_california(
    youtube: YouTubeStandIn, source: MusicSource
) -> None:
    youtube.quota.searches = 0
    before = datetime.now(UTC)
    with pytest.raises(SourceExhausted) as caught:
        await source.search("saanjh", limit=5, language=None)

    assert caught.value.until in {next_quota_day(before), next_quota_day(datetime.now(UTC))}
    assert await source.track("aB3dE5fG7hI")  # searches have a bucket of their own


@pytest.mark.parametrize(
    ("now", "midnight"),
    [
        ("2026-11-23T07:59:59+00:00", "2026-11-23T08:00:00+00:00"),
        ("2026-11-23T08:00:00+00:00", "2026-11-24T08:00:00+00:00"),
        ("2026-07-01T07:30:00+00:00", "2026-07-02T07:00:00+00:00"),
        ("2026-11-01T07:30:00+00:00", "2026-11-02T08:00:00+00:00"),  # the clocks go back: a day of 25 hours
    ],
)
def test_the_quotas_day_is_californias(now: str, midnight: str) -> None:
    assert next_quota_day(datetime.fromisoformat(now)) == datetime.fromisoformat(midnight)


def error(status: int, reason: str) -> dict[str, object]:
    body = {"error": {"code": status, "message": reason, "errors": [{"domain": "x", "reason": reason}]}}
    return {"status": status, "body": body}


@pytest.mark.parametrize("status", [403, 429])
async def test_too_fast_is_told_with_the_time_to_wait(
    youtube: YouTubeStandIn, source: MusicSource, status: int
) -> None:
    youtube.goes_wrong(SEARCH, **error(status, "rateLimitExceeded"), headers={"Retry-After": "7"})
    with pytest.raises(SourceUnavailable) as caught:
        await source.search("saanjh", limit=5, language=None)

    assert type(caught.value) is SourceUnavailable
    assert caught.value.retry_after == 7


@pytest.mark.parametrize(
    ("status", "reason", "said"),
    [
        (400, "keyInvalid", "not valid"),
        (403, "accessNotConfigured", "not enabled"),
        (403, "forbidden", "forbidden"),
        (403, "somethingNew", "HTTP 403 (somethingNew)"),
        (401, "authError", "HTTP 401 (authError)"),
    ],
)
async def test_the_operator_learns_why_youtube_refuses(
    youtube: YouTubeStandIn, source: MusicSource, status: int, reason: str, said: str
) -> None:
    youtube.goes_wrong(VIDEOS, **error(status, reason))
    with pytest.raises(SourceRefused) as caught:
        await source.check()
    assert said in caught.value.detail


async def test_a_bad_request_is_no_refusal_of_the_key(youtube: YouTubeStandIn, source: MusicSource) -> None:
    youtube.goes_wrong(SEARCH, **error(400, "badRequest"))
    with pytest.raises(SourceUnavailable) as caught:
        await source.search("saanjh", limit=5, language=None)
    assert type(caught.value) is SourceUnavailable


async def test_a_missing_key_is_refused(youtube: YouTubeStandIn) -> None:
    source = YouTubeSource("", youtube.url)
    with pytest.raises(SourceRefused):
        await source.check()
    await source.close()


@pytest.mark.parametrize("reason", ["invalidVideoId", "videoNotFound"])
async def test_ids_that_youtube_refuses_are_not_found(
    youtube: YouTubeStandIn, source: MusicSource, reason: str
) -> None:
    youtube.goes_wrong(VIDEOS, **error(404, reason))
    with pytest.raises(NotFound):
        await source.track("aB3dE5fG7hI")


@pytest.mark.parametrize("external_id", ["", "a", "aB3dE5fG7hI,bB3dE5fG7hI", "aB3dE5fG7h\n", "../../../abc"])
async def test_what_is_no_id_is_not_asked_for(
    youtube: YouTubeStandIn, source: MusicSource, external_id: str
) -> None:
    with pytest.raises(NotFound):
        await source.track(external_id)
    assert youtube.requests == []


async def test_a_check_costs_no_search(youtube: YouTubeStandIn, source: MusicSource) -> None:
    assert await source.check() == "the API key works; region IN; audio off"
    assert (youtube.quota.searches, youtube.quota.others) == (100, 9_999)


async def test_audio_is_off_unless_turned_on(source: YouTubeSource, tmp_path: Path) -> None:
    assert isinstance(source, FetchesAudio)
    with pytest.raises(Forbidden):
        await source.fetch("aB3dE5fG7hI", tmp_path / "song", 1_000)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("PT4M13S", 253), ("PT1H2M", 3720), ("P1DT2H", 93_600), ("PT59S", 59), ("P1W", 604_800),
        ("PT1.5S", 1.5), ("P0D", None), ("PT0S", None), ("", None), ("4:13", None), (None, None), (253, None),
        ("P", None), ("P9999D", None), ("PT" + "9" * 60 + "S", None),
    ],
)  # fmt: skip
def test_durations_are_iso_8601(text: object, seconds: float | None) -> None:
    assert duration_of(text) == seconds


@pytest.mark.parametrize(
    ("views", "popularity"),
    [("0", 0), ("9", 10), ("120345", 51), ("1000000000", 90), ("99999999999", 100), ("-1", None),
     (None, None), ("", None)],
)  # fmt: skip
def test_popularity_grows_ten_a_decade_of_views(views: object, popularity: int | None) -> None:
    assert popularity_of(views) == popularity
