"""What people send on WhatsApp, fetched from Twilio's stand-in: redirects, credentials, refusals."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from starlette.responses import Response

from core.adapters.channels.whatsapp.media import MediaFetcher
from core.errors import Forbidden, NotFound, ServiceUnavailable, TooLarge
from tests.fakes.sources.base import HttpStandIn, Received
from tests.fakes.twilio import Message, Person, TwilioStandIn, require_description
from tests.fakes.twilio.model import Media, new_sid

pytestmark = pytest.mark.broad

MP3 = b"ID3" + bytes(5000)


@pytest.fixture
def twilio() -> Iterator[TwilioStandIn]:
    require_description()
    with TwilioStandIn() as stand_in:
        yield stand_in
    assert stand_in.violations == []


@pytest.fixture
def asha(twilio: TwilioStandIn) -> Person:
    return twilio.person("Asha")


class Elsewhere(HttpStandIn):
    """Where a redirect leads."""

    title = "Elsewhere"

    def answer(self, request: Received) -> Response:
        return Response(MP3)


@pytest.fixture
def elsewhere() -> Iterator[Elsewhere]:
    with Elsewhere() as stand_in:
        yield stand_in


@pytest.fixture
async def fetcher(twilio: TwilioStandIn, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[MediaFetcher]:
    monkeypatch.setattr("core.adapters.channels.whatsapp.media.NOT_THERE_YET", (0.0, 0.0))
    made = MediaFetcher(twilio.account_sid, twilio.auth_token, twilio.url, allow_loopback=True)
    yield made
    await made.close()


@pytest.fixture
async def link(twilio: TwilioStandIn, asha: Person) -> str:
    """To a file that Asha sent."""
    media = Media(new_sid("ME"), MP3, "audio/mpeg")
    message = twilio_message(twilio, asha, media)
    return f"{twilio.url}/2010-04-01/Accounts/{twilio.account_sid}/Messages/{message}/Media/{media.sid}"


def twilio_message(twilio: TwilioStandIn, person: Person, media: Media) -> str:
    """The sid of a message with a file, that nobody brought to a webhook."""
    message = Message(new_sid("MM"), True, person.phone, twilio.sender, "", media=[media], status="received")
    twilio.messages.append(message)
    return message.sid


class TestFetching:
    async def test_the_bytes_come_by_a_redirect_without_credentials(
        self, fetcher: MediaFetcher, twilio: TwilioStandIn, link: str, tmp_path: Path
    ) -> None:
        await fetcher.fetch(link, tmp_path / "x", 10_000)
        assert (tmp_path / "x").read_bytes() == MP3
        first, second = twilio.requests
        assert "authorization" in first.headers
        assert "authorization" not in second.headers
        assert second.headers["host"] == twilio.url.removeprefix("http://")

    async def test_links_to_others_are_not_followed(
        self, fetcher: MediaFetcher, twilio: TwilioStandIn, elsewhere: Elsewhere, tmp_path: Path
    ) -> None:
        for url in (f"{elsewhere.url}/x", "https://api.twilio.com/x", "file:///etc/passwd", "x"):
            with pytest.raises(Forbidden):
                await fetcher.fetch(url, tmp_path / "x", 10_000)
        assert elsewhere.requests == []
        assert not (tmp_path / "x").exists()

    @pytest.mark.parametrize(
        "target",
        [
            "http://10.0.0.1/x",
            "http://192.168.1.1/x",
            "http://169.254.169.254/latest/meta-data",
            "http://[fe80::1]/x",
            "http://[::ffff:10.0.0.1]/x",
            "http://0.0.0.0/x",
            "ftp://127.0.0.1/x",
            "file:///etc/passwd",
        ],
    )
    async def test_a_redirect_into_a_private_network_is_refused(
        self, fetcher: MediaFetcher, twilio: TwilioStandIn, link: str, tmp_path: Path, target: str
    ) -> None:
        twilio.goes_wrong("*/Media/*", status=307, headers={"Location": target})
        with pytest.raises(Forbidden):
            await fetcher.fetch(link, tmp_path / "x", 10_000)

    async def test_loopback_is_for_development_alone(
        self, twilio: TwilioStandIn, elsewhere: Elsewhere, link: str, tmp_path: Path
    ) -> None:
        strict = MediaFetcher(twilio.account_sid, twilio.auth_token, twilio.url, allow_loopback=False)
        for target in (f"{elsewhere.url}/x", "https://localhost/x", "https://[::1]/x"):
            twilio.goes_wrong("*/Media/*", status=307, headers={"Location": target})
            with pytest.raises(Forbidden):
                await strict.fetch(link, tmp_path / "x", 10_000)
        assert elsewhere.requests == []
        await strict.close()

    async def test_redirects_end(
        self, fetcher: MediaFetcher, twilio: TwilioStandIn, link: str, tmp_path: Path
    ) -> None:
        twilio.goes_wrong("*", times=100, status=302, headers={"Location": f"{twilio.url}/cdn/again"})
        with pytest.raises(ServiceUnavailable):
            await fetcher.fetch(link, tmp_path / "x", 10_000)
        assert len(twilio.requests) < 10

    async def test_what_is_too_large_is_not_kept(
        self, fetcher: MediaFetcher, twilio: TwilioStandIn, link: str, tmp_path: Path
    ) -> None:
        with pytest.raises(TooLarge):
            await fetcher.fetch(link, tmp_path / "x", 4_000)
        assert not (tmp_path / "x").exists()

    async def test_media_that_are_there_a_moment_later(
        self, fetcher: MediaFetcher, twilio: TwilioStandIn, link: str, tmp_path: Path
    ) -> None:
        twilio.goes_wrong("*/Media/*", status=404, body={"code": 20404})
        await fetcher.fetch(link, tmp_path / "x", 10_000)
        assert (tmp_path / "x").read_bytes() == MP3
        with pytest.raises(NotFound):
            await fetcher.fetch(link + "0", tmp_path / "y", 10_000)

    async def test_a_download_that_breaks_off(
        self, fetcher: MediaFetcher, twilio: TwilioStandIn, link: str, tmp_path: Path
    ) -> None:
        twilio.goes_wrong("/cdn/*", cut=True, after=1000)
        with pytest.raises(ServiceUnavailable):
            await fetcher.fetch(link, tmp_path / "x", 10_000)
        assert not (tmp_path / "x").exists()
