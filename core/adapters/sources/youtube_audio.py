"""Audio of YouTube's videos by yt-dlp, where the operator turned that on.

yt-dlp reads pages that change every week, written by strangers. So it runs as a child: without a shell,
without anybody's configuration, in a folder of its own, with one page to look at and a limit of bytes and of
time, and it ends together with everything it started.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib.util
import os
import re
import shutil
import signal
import sys
import tempfile
from asyncio.subprocess import Process
from pathlib import Path

from core.adapters.sources.youtube_links import is_video_id
from core.errors import MelodyError, NotFound, TooLarge
from core.music import SourceRefused, SourceUnavailable

EXTRA = "youtube-audio"
YOUTUBE_PAGE = "https://www.youtube.com/watch?v={id}"
FORMAT = "bestaudio[ext=m4a]/bestaudio"
DOWNLOAD_SECONDS = 180.0
SOCKET_SECONDS = 10
LOOK_SECONDS = 0.2
END_SECONDS = 10.0
LOG_BYTES = 16_384
"""Of the end of what yt-dlp says."""
LOG_NAME = "log"
PASSED_ON = (
    "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy",
    "SSL_CERT_FILE", "SSL_CERT_DIR",
)  # fmt: skip
"""How the operator's network is left; nothing else of our environment is the child's business."""

ASKED_TO_WAIT = re.compile(
    r"confirm you.{1,3}re not a bot|HTTP Error (?:403|429)|Too Many Requests|"
    r"content isn.t available, try again later|rate-limited",
    re.IGNORECASE,
)
NOT_TO_BE_HAD = re.compile(
    r"private video|video (?:is )?(?:unavailable|private|no longer available)|removed|"
    r"not (?:made this video )?available|terminated|members[- ]only|join this channel|confirm your age|"
    r"age[- ]restricted|live event|premieres|will begin|requires payment|HTTP Error (?:404|410)|"
    r"unsupported url|does not exist|copyright",
    re.IGNORECASE,
)
IN_TROUBLE = re.compile(
    r"HTTP Error 5\d\d|timed out|connection (?:refused|reset)|name resolution", re.IGNORECASE
)
NO_FORMAT = re.compile(
    r"requested format is not available|no video formats|javascript runtime", re.IGNORECASE
)
LARGER = re.compile(r"larger than max-filesize", re.IGNORECASE)


class YouTubeAudio:
    """Downloads the audio of one video at a time."""

    def __init__(
        self,
        cache_dir: Path | None = None,
        *,
        page: str = YOUTUBE_PAGE,
        extractor: str = "youtube",
        seconds: float = DOWNLOAD_SECONDS,
    ) -> None:
        """`cache_dir` keeps what yt-dlp learns of the player between downloads; without one nothing is kept.

        `page`: the address of a video's page, with `{id}`; `extractor`: yt-dlp's name of who reads it.
        """
        self._cache_dir = None if cache_dir is None else cache_dir.absolute()
        self._page = page
        self._extractor = extractor
        self._seconds = seconds

    def check(self) -> None:
        """Raises SourceRefused where yt-dlp is not installed."""
        if importlib.util.find_spec("yt_dlp") is None:
            raise SourceRefused(f"yt-dlp is not installed: pip install 'melody-studio[{EXTRA}]'")

    async def fetch(self, external_id: str, into: Path, max_bytes: int) -> None:
        """The audio of a video in the new file `into`; nothing stays beside it, whatever happens.

        Raises NotFound for what YouTube doesn't show to everybody, TooLarge, SourceUnavailable, and
        SourceRefused where yt-dlp is not installed.
        """
        if not is_video_id(external_id):
            raise NotFound("no video id")
        self.check()
        folder = Path(await asyncio.to_thread(tempfile.mkdtemp, prefix=".youtube-", dir=into.parent))
        try:
            code = await self._run(external_id, folder, max_bytes)
            await asyncio.to_thread(_hand_over, folder, into, max_bytes, code)
        finally:
            await asyncio.shield(asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True))

    async def _run(self, external_id: str, folder: Path, max_bytes: int) -> int:
        """The child's exit code; the child and all it started are gone afterwards."""
        with await asyncio.to_thread((folder / LOG_NAME).open, "wb") as log:
            process = await asyncio.create_subprocess_exec(
                *self._command(external_id, folder, max_bytes),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=_environment(folder),
                cwd=folder,
                start_new_session=True,
            )
        try:
            async with asyncio.timeout(self._seconds):
                return await _watched(process, folder, max_bytes)
        except TimeoutError:
            raise SourceUnavailable(f"the audio did not come within {self._seconds:.0f} s") from None
        finally:
            await asyncio.shield(_ended(process))

    def _command(self, external_id: str, folder: Path, max_bytes: int) -> list[str]:
        keeping = ["--no-cache-dir"] if self._cache_dir is None else ["--cache-dir", str(self._cache_dir)]
        return [
            *(sys.executable, "-I", "-B", "-m", "yt_dlp"),
            *("--ignore-config", "--no-plugin-dirs", "--no-remote-components", *keeping),
            *("--use-extractors", self._extractor, "--no-playlist", "--match-filters", "!is_live"),
            *("--format", FORMAT, "--fixup", "never", "--max-filesize", str(max_bytes)),
            *("--socket-timeout", str(SOCKET_SECONDS), "--retries", "1", "--extractor-retries", "1"),
            *("--fragment-retries", "1", "--file-access-retries", "1", "--abort-on-unavailable-fragments"),
            *("--no-part", "--no-mtime", "--no-progress", "--color", "never"),
            *("--output", "audio.%(ext)s"),
            *("--", self._page.format(id=external_id)),
        ]


async def _watched(process: Process, folder: Path, max_bytes: int) -> int:
    """Waits for the child's end. Raises TooLarge as soon as it has written more than it may: yt-dlp itself
    only heeds the size that a server announces."""
    while True:
        try:
            async with asyncio.timeout(LOOK_SECONDS):
                return await process.wait()
        except TimeoutError:
            if await asyncio.to_thread(_written, folder) > max_bytes:
                raise TooLarge(limit_mb=max_bytes // 1_000_000) from None


async def _ended(process: Process) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    async with asyncio.timeout(END_SECONDS):
        await process.wait()


def _hand_over(folder: Path, into: Path, max_bytes: int, code: int) -> None:
    """Move what was downloaded. Raises what `failure` tells when there is nothing."""
    files = [file for file in folder.glob("audio.*") if file.is_file()]
    if code != 0 or len(files) != 1 or files[0].stat().st_size == 0:
        raise failure(_log(folder), code, max_bytes)
    if files[0].stat().st_size > max_bytes:
        raise TooLarge(limit_mb=max_bytes // 1_000_000)
    files[0].replace(into)


def failure(log: str, code: int, max_bytes: int) -> MelodyError:
    """What yt-dlp's words mean. Its words themselves hold addresses and stay here."""
    errors = "\n".join(line for line in log.splitlines() if line.startswith("ERROR:"))
    if LARGER.search(log):
        return TooLarge(limit_mb=max_bytes // 1_000_000)
    if ASKED_TO_WAIT.search(errors):
        return SourceUnavailable("YouTube takes us for a robot: it hands out no audio now")
    if IN_TROUBLE.search(errors):
        return SourceUnavailable("YouTube does not answer yt-dlp")
    if NO_FORMAT.search(errors):
        return SourceUnavailable("yt-dlp finds no audio: is it up to date, and is deno installed?")
    if NOT_TO_BE_HAD.search(errors):
        return NotFound("YouTube does not show this video to everybody")
    if code == 0:
        return NotFound("a stream that has not ended")
    return SourceUnavailable(f"yt-dlp ended with {code}")


def _environment(folder: Path) -> dict[str, str]:
    kept = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    # yt-dlp looks for deno beside our Python, and then on the path.
    path = os.pathsep.join([str(Path(sys.executable).parent), "/usr/local/bin", "/usr/bin", "/bin"])
    return {**kept, "PATH": path, "HOME": str(folder), "LC_ALL": "C.UTF-8", "TMPDIR": str(folder)}


def _written(folder: Path) -> int:
    total = 0
    for file in folder.glob("audio.*"):
        with contextlib.suppress(FileNotFoundError):
            total += file.stat().st_size
    return total


def _log(folder: Path) -> str:
    with (folder / LOG_NAME).open("rb") as log:
        log.seek(max(0, log.seek(0, os.SEEK_END) - LOG_BYTES))
        return log.read().decode(errors="replace")
