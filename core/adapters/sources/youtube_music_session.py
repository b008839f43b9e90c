"""The HTTP session that ytmusicapi is given: bounded in time and size. Needs the extra `youtube-music`."""

from __future__ import annotations

import io
import time

import httpx
import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPResponse

from core.adapters.sources.http import Answer

CONNECT_SECONDS = 3.0
READ_SECONDS = 8.0
WHOLE_SECONDS = 15.0
"""For one answer, however slowly it trickles."""
MOST_BYTES = 8_000_000
BLOCK = 65_536


class AskedToWait(requests.RequestException):
    """An answer with the status 429; `seconds` where it told how long."""

    def __init__(self, seconds: float | None) -> None:
        super().__init__("asked to wait")
        self.seconds = seconds


class BoundedAdapter(HTTPAdapter):
    """Reads each answer whole before it hands it on, and gives up on what is too long or too slow.

    requests itself only limits the wait between two pieces of an answer.
    """

    def __init__(self, read_seconds: float = READ_SECONDS) -> None:
        super().__init__(pool_maxsize=8)
        self._read_seconds = read_seconds

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,
        timeout: object = None,
        verify: bool | str = True,
        cert: str | tuple[str, str] | None = None,
        proxies: dict[str, str] | None = None,
    ) -> requests.Response:
        """Raises requests.RequestException, of these AskedToWait."""
        waits = (min(CONNECT_SECONDS, self._read_seconds), self._read_seconds)
        answer = super().send(request, True, waits, verify, cert, proxies)
        with answer:
            if answer.status_code == 429:
                raise AskedToWait(Answer(429, httpx.Headers(dict(answer.headers)), "").retry_after)
            body = _read(answer, time.monotonic() + WHOLE_SECONDS)
            headers = {
                name: value
                for name, value in answer.headers.items()
                if name.lower() not in {"content-encoding", "content-length", "transfer-encoding"}
            }
            whole = HTTPResponse(
                body=io.BytesIO(body),
                headers=headers,
                status=answer.status_code,
                reason=answer.reason,
                preload_content=False,
            )
            return self.build_response(request, whole)


def bounded_session(adapter: HTTPAdapter | None = None) -> requests.Session:
    """A session that asks web addresses through one adapter only."""
    session = requests.Session()
    session.max_redirects = 0
    used = adapter or BoundedAdapter()
    session.mount("https://", used)
    session.mount("http://", used)
    return session


def _read(answer: requests.Response, deadline: float) -> bytes:
    body = bytearray()
    for block in answer.iter_content(BLOCK):
        body += block
        if len(body) > MOST_BYTES:
            raise requests.ConnectionError("the answer is longer than we take")
        if time.monotonic() > deadline:
            raise requests.ReadTimeout("the answer takes too long")
    return bytes(body)
