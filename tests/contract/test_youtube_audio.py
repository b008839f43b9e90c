"""YouTubeAudio with the real yt-dlp, which reads a page on this machine with its generic extractor."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import psutil
import pytest
from starlette.responses import Response, StreamingResponse

from core.adapters.sources.youtube import YouTubeSource
from core.adapters.sources.youtube_audio import YouTubeAudio, failure
from core.errors import MelodyError, NotFound, TooLarge
from core.music import FetchesAudio, SourceRefused, SourceUnavailable
from tests.fakes.sources.base import HttpStandIn, Received
from tests.fakes.sources.youtube import YouTubeStandIn

pytestmark = pytest.mark.broad

ID = "aB3dE5fG7hI"
PAGE = f"/{ID}.m4a"
SOUND = bytes(range(256)) * 1_200


class SoundServer(HttpStandIn):
    """Audio files, with their length announced or without."""

    title = "Audio files"
    announced = True

    def answer(self, request: Received) -> Response:
        if request.path != PAGE:
            return Response("<html><body>Nothing here</body></html>", 404, media_type="text/html")
        if self.announced:
            return Response(SOUND, media_type="audio/mp4")
        return StreamingResponse(_blocks(), media_type="audio/mp4")


async def _blocks() -> AsyncIterator[bytes]:
    for start in range(0, len(SOUND), 65_536):
        yield SOUND[start : start + 65_536]


@pytest.fixture(scope="module")
def stand_in() -> Iterator[SoundServer]:
    with SoundServer() as running:
        yield running


@pytest.fixture
def server(stand_in: SoundServer) -> SoundServer:
    stand_in.reset()
    stand_in.announced = True
    return stand_in


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """Where songs are put; nothing but songs stays there, and no child is left."""
    folder = tmp_path / "100% of it"
    folder.mkdir()
    yield folder
    assert [file.name for file in folder.iterdir() if file.name != "song"] == []
    children = psutil.Process().children(recursive=True)
    assert [child for child in children if "yt_dlp" in child.cmdline()] == []


def audio_from(server: SoundServer, seconds: float = 60.0) -> YouTubeAudio:
    return YouTubeAudio(page=f"{server.url}/{{id}}.m4a", extractor="generic", seconds=seconds)


async def test_the_audio_of_a_page(server: SoundServer, folder: Path) -> None:
    audio = YouTubeAudio(folder.parent / "cache", page=f"{server.url}/{{id}}.m4a", extractor="generic")
    await audio.fetch(ID, folder / "song", len(SOUND))

    assert (folder / "song").read_bytes() == SOUND
    assert {request.path for request in server.requests} == {PAGE}


async def test_nobodys_configuration_is_read(
    server: SoundServer, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "yt-dlp").mkdir()
    (tmp_path / "yt-dlp" / "config").write_text("--simulate\n")
    (tmp_path / "yt-dlp.conf").write_text("--simulate\n")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)

    await audio_from(server).fetch(ID, folder / "song", len(SOUND))
    assert (folder / "song").stat().st_size == len(SOUND)


@pytest.mark.parametrize("announced", [True, False])
async def test_too_large(server: SoundServer, folder: Path, announced: bool) -> None:
    server.announced = announced
    with pytest.raises(TooLarge):
        await audio_from(server).fetch(ID, folder / "song", len(SOUND) - 1)
    assert not (folder / "song").exists()


async def test_what_grows_too_large_is_stopped_on_the_way(server: SoundServer, folder: Path) -> None:
    """The rest never comes: only watching the file can end this."""
    server.announced = False
    with server.holding(PAGE, after=200_000), pytest.raises(TooLarge):
        await audio_from(server).fetch(ID, folder / "song", 100_000)


async def test_a_download_that_does_not_end_is_ended(server: SoundServer, folder: Path) -> None:
    with server.holding(PAGE) as fault, pytest.raises(SourceUnavailable, match="within 3 s"):
        await audio_from(server, seconds=3.0).fetch(ID, folder / "song", len(SOUND))
    assert fault.arrived == 1


async def test_a_download_nobody_waits_for_is_ended(server: SoundServer, folder: Path) -> None:
    with server.holding(PAGE) as fault:
        fetching = asyncio.create_task(audio_from(server).fetch(ID, folder / "song", len(SOUND)))
        await server.until(lambda: fault.arrived > 0)
        fetching.cancel()
        with pytest.raises(asyncio.CancelledError):
            await fetching


async def test_what_is_not_there(server: SoundServer, folder: Path) -> None:
    with pytest.raises(NotFound):
        await audio_from(server).fetch("bB3dE5fG7hI", folder / "song", len(SOUND))


@pytest.mark.parametrize("status", [429, 503])
async def test_a_server_that_refuses_is_unavailable(server: SoundServer, folder: Path, status: int) -> None:
    server.goes_wrong(PAGE, status=status, body="<html>no</html>", times=20)
    with pytest.raises(SourceUnavailable) as caught:
        await audio_from(server).fetch(ID, folder / "song", len(SOUND))
    assert server.url not in caught.value.detail


@pytest.mark.parametrize("external_id", ["", "--exec=sh", "a/../../etc", f"{ID} ", f"{ID}\n"])
async def test_only_ids_become_addresses(server: SoundServer, folder: Path, external_id: str) -> None:
    with pytest.raises(NotFound):
        await audio_from(server).fetch(external_id, folder / "song", len(SOUND))
    assert server.requests == []


async def test_without_the_extra_the_operator_learns_its_name(
    server: SoundServer, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "yt_dlp", None)
    with pytest.raises(SourceRefused, match=r"melody-studio\[youtube-audio\]"):
        await audio_from(server).fetch(ID, folder / "song", len(SOUND))
    with YouTubeStandIn() as youtube:
        source = YouTubeSource(youtube.api_key, youtube.url, audio=audio_from(server))
        with pytest.raises(SourceRefused, match=r"melody-studio\[youtube-audio\]"):
            await source.check()
        await source.close()


async def test_songs_are_downloadable_where_audio_is_on(server: SoundServer, folder: Path) -> None:
    with YouTubeStandIn() as youtube:
        source = YouTubeSource(youtube.api_key, youtube.url, audio=audio_from(server))
        assert isinstance(source, FetchesAudio)
        assert (await source.track(ID)).downloadable
        await source.fetch(ID, folder / "song", source.max_fetch_bytes)
        assert (await source.check()).endswith("audio on")
        await source.close()
    assert (folder / "song").stat().st_size == len(SOUND)


@pytest.mark.parametrize(
    ("said", "code", "kind"),
    [
        ("[youtube] x: Sign in to confirm you’re not a bot. Use --cookies", 1, SourceUnavailable),
        ("[youtube] x: Sign in to confirm you're not a bot", 1, SourceUnavailable),
        ("unable to download video data: HTTP Error 403: Forbidden", 1, SourceUnavailable),
        (
            "[youtube] x: Video unavailable. This content isn’t available, try again later.",
            1,
            SourceUnavailable,
        ),
        ("[youtube] x: Requested format is not available. Use --list-formats", 1, SourceUnavailable),
        ("[youtube] x: Private video. Sign in if you've been granted access", 1, NotFound),
        ("[youtube] x: Video unavailable. This video has been removed by the uploader", 1, NotFound),
        ("[youtube] x: Sign in to confirm your age. This video may be inappropriate", 1, NotFound),
        ("[youtube] x: The uploader has not made this video available in your country", 1, NotFound),
        ("[youtube] x: This live event will begin in 3 hours.", 1, NotFound),
        ("[youtube] x: Join this channel to get access to members-only content", 1, NotFound),
        ("Unable to download API page: HTTP Error 503: Service Unavailable", 1, SourceUnavailable),
        ("something nobody has seen before", 1, SourceUnavailable),
        ("", -9, SourceUnavailable),
        ("", 0, NotFound),
    ],
)
def test_what_yt_dlp_says_becomes_one_of_our_errors(said: str, code: int, kind: type[MelodyError]) -> None:
    error = failure(f"[youtube] Extracting\nWARNING: not available\nERROR: {said}\n", code, 1_000)
    assert type(error) is kind
    assert "youtube] x" not in error.detail
