"""Downloads from a service's storage: to where they may lead, and how much they may bring."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from starlette.responses import RedirectResponse, Response, StreamingResponse

from core.adapters.sources.download import MOST_REDIRECTS, Downloader
from core.errors import Forbidden, MelodyError, NotFound, TooLarge
from core.music import SourceUnavailable
from tests.fakes.sources.base import HttpStandIn, Received
from tests.fakes.sources.network import Internet

pytestmark = pytest.mark.broad

AUDIO = b"ID3" + b"sound " * 20_000
PUBLIC = "207.241.224.2"
ALSO_PUBLIC = "2620:0:9c0::10"
NODE = "ia800100.us.archive.org"


class Storage(HttpStandIn):
    """Redirects where a test says, else hands out `AUDIO`; below `/stream/` without telling its length."""

    title = "A storage"

    def __init__(self) -> None:
        super().__init__()
        self.redirects: dict[str, str] = {}

    def answer(self, request: Received) -> Response:
        if request.path in self.redirects:
            return RedirectResponse(self.redirects[request.path], 302)
        if request.path.startswith("/stream/"):
            return StreamingResponse(iter([AUDIO[:1000], AUDIO[1000:]]), media_type="audio/mpeg")
        return Response(AUDIO, media_type="audio/mpeg")


@pytest.fixture(scope="module")
def running() -> Iterator[Storage]:
    with Storage() as storage:
        yield storage


@pytest.fixture
def storage(running: Storage) -> Iterator[Storage]:
    running.reset()
    running.redirects.clear()
    yield running
    assert running.violations == []


@pytest.fixture
def internet(storage: Storage) -> Internet:
    names = {"archive.org": [[PUBLIC]], NODE: [[PUBLIC]]}
    return Internet(int(storage.url.rpartition(":")[2]), names)


@pytest.fixture
async def archive(internet: Internet) -> AsyncIterator[Downloader]:
    """Downloads from the Archive, as far as it can tell."""
    downloader = Downloader(
        "https://archive.org", (".archive.org",), resolve=internet.resolve, backend=internet
    )
    yield downloader
    await downloader.close()


@pytest.fixture
async def local(storage: Storage) -> AsyncIterator[Downloader]:
    """Downloads from the storage as what it is, a stand-in on this machine."""
    downloader = Downloader(storage.url, (".archive.org",), total_seconds=20)
    yield downloader
    await downloader.close()


@pytest.fixture
def into(tmp_path: Path) -> Path:
    return tmp_path / "recording"


async def refusal(downloader: Downloader, url: str, into: Path, max_bytes: int = 10**6) -> MelodyError:
    """The error of a download that fails; nothing may stay of it."""
    with pytest.raises(MelodyError) as raised:
        await downloader.download(url, into, max_bytes)
    assert not into.exists()
    assert "://" not in str(raised.value)
    return raised.value


class TestRedirects:
    async def test_to_a_storage_node(
        self, archive: Downloader, internet: Internet, storage: Storage, into: Path
    ) -> None:
        storage.redirects["/download/x/a.mp3"] = f"https://{NODE}/0/items/x/a.mp3"
        await archive.download("https://archive.org/download/x/a.mp3?cnt=0", into, 10**6)
        assert into.read_bytes() == AUDIO
        assert internet.connections == [(PUBLIC, 443)] * 2
        assert internet.greeted == ["archive.org", NODE]
        assert [seen.headers["host"] for seen in storage.requests] == ["archive.org", NODE]

    @pytest.mark.parametrize(
        "location",
        [
            "https://127.0.0.1/a.mp3",
            "https://[::1]/a.mp3",
            "https://localhost/a.mp3",
            "https://169.254.169.254/latest/meta-data/",
            "https://example.org/a.mp3",
            "https://archive.org.example.org/a.mp3",
            "https://evilarchive.org/a.mp3",
            "https://.archive.org/a.mp3",
            f"http://{NODE}/a.mp3",
            "http://archive.org/a.mp3",
            f"https://{NODE}:8443/a.mp3",
            "https://archive.org:22/a.mp3",
            "https://archive.org:0/a.mp3",
            f"https://somebody@{NODE}/a.mp3",
            f"https://example.org\\@{NODE}/a.mp3",
            f"https://example.org%2f.{NODE}/a.mp3",
            f"https://{NODE}:x/a.mp3",
            "https://[/a.mp3",
            "file:///etc/passwd",
            "ftp://archive.org/a.mp3",
            "data:audio/mpeg;base64,AAAA",
            "//example.org/a.mp3",
        ],
    )
    async def test_to_elsewhere(
        self, archive: Downloader, internet: Internet, storage: Storage, into: Path, location: str
    ) -> None:
        storage.goes_wrong("/a.mp3", status=302, headers={"Location": location})
        assert isinstance(await refusal(archive, "https://archive.org/a.mp3", into), SourceUnavailable)
        assert internet.connections == [(PUBLIC, 443)]

    async def test_in_circles(self, archive: Downloader, storage: Storage, into: Path) -> None:
        storage.redirects["/round"] = "/round"
        assert isinstance(await refusal(archive, "https://archive.org/round", into), SourceUnavailable)
        assert len(storage.requests) == MOST_REDIRECTS + 1

    async def test_to_nowhere(self, archive: Downloader, storage: Storage, into: Path) -> None:
        storage.goes_wrong("/a.mp3", status=302, times=100)
        assert isinstance(await refusal(archive, "https://archive.org/a.mp3", into), SourceUnavailable)

    async def test_with_letters_that_no_address_has(
        self, archive: Downloader, storage: Storage, into: Path
    ) -> None:
        storage.goes_wrong(
            "/a.mp3", status=302, headers={"Location": "/b c/साँझ {1}%20.mp3?x=ü".encode().decode("latin-1")}
        )
        await archive.download("https://archive.org/a.mp3", into, 10**6)
        assert storage.requests[1].path == "/b c/साँझ {1} .mp3"

    async def test_a_stand_in_may_lead_to_another_on_this_machine(
        self, local: Downloader, storage: Storage, into: Path
    ) -> None:
        with Storage() as node:
            storage.redirects["/a.mp3"] = f"{node.url}/b.mp3"
            await local.download(f"{storage.url}/a.mp3", into, 10**6)
            assert [seen.path for seen in node.requests] == ["/b.mp3"]
        assert into.read_bytes() == AUDIO

    async def test_a_stand_in_may_call_this_machine_otherwise(
        self, local: Downloader, storage: Storage, into: Path
    ) -> None:
        storage.redirects["/a.mp3"] = storage.url.replace("127.0.0.1", "localhost") + "/b.mp3"
        await local.download(f"{storage.url}/a.mp3", into, 10**6)
        assert into.read_bytes() == AUDIO

    async def test_a_stand_in_may_not_lead_to_other_machines(
        self, storage: Storage, internet: Internet, into: Path
    ) -> None:
        internet.names = {"127.0.0.1": [["127.0.0.1"]], NODE: [["127.0.0.1"]], "example.org": [[PUBLIC]]}
        downloader = Downloader(
            storage.url, (".archive.org",), resolve=internet.resolve, backend=internet, total_seconds=20
        )
        for location in (f"http://{NODE}/b.mp3", "http://example.org/b.mp3", "http://192.168.1.1/b.mp3"):
            storage.redirects["/a.mp3"] = location
            assert isinstance(await refusal(downloader, f"{storage.url}/a.mp3", into), SourceUnavailable)
        assert {address for address, _ in internet.connections} == {"127.0.0.1"}
        assert {seen.path for seen in storage.requests} == {"/a.mp3"}
        await downloader.close()


class TestAddresses:
    @pytest.mark.parametrize(
        "address",
        [
            "127.0.0.1",
            "127.9.9.9",
            "0.0.0.0",
            "10.0.0.1",
            "172.16.0.1",
            "192.168.1.1",
            "100.64.0.1",
            "169.254.169.254",
            "224.0.0.1",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "fc00::1",
            "fe80::1",
            "fe80::1%eth0",
            "ff02::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "64:ff9b::7f00:1",
            "64:ff9b::a00:1",
            "2002:7f00:1::",
            "no address",
        ],
    )
    async def test_private_ones_are_not_gone_to(
        self, archive: Downloader, internet: Internet, storage: Storage, into: Path, address: str
    ) -> None:
        internet.names["archive.org"] = [[address]]
        assert isinstance(await refusal(archive, "https://archive.org/a.mp3", into), SourceUnavailable)
        assert internet.connections == []

    async def test_a_node_may_not_be_private_either(
        self, archive: Downloader, internet: Internet, storage: Storage, into: Path
    ) -> None:
        internet.names[NODE] = [["127.0.0.1"]]
        storage.redirects["/a.mp3"] = f"https://{NODE}/a.mp3"
        assert isinstance(await refusal(archive, "https://archive.org/a.mp3", into), SourceUnavailable)
        assert internet.connections == [(PUBLIC, 443)]

    async def test_a_name_that_changes_its_mind_gains_nothing(
        self, archive: Downloader, internet: Internet, storage: Storage, into: Path
    ) -> None:
        """DNS rebinding: each connection goes to the address that was checked for it."""
        internet.names["archive.org"] = [[PUBLIC], ["127.0.0.1"]]
        await archive.download("https://archive.org/a.mp3", into, 10**6)
        assert internet.connections == [(PUBLIC, 443)]
        assert isinstance(await refusal(archive, "https://archive.org/a.mp3", into), SourceUnavailable)
        assert internet.connections == [(PUBLIC, 443)]

    async def test_private_ones_among_public_ones_are_left_out(
        self, archive: Downloader, internet: Internet, into: Path
    ) -> None:
        internet.names["archive.org"] = [["127.0.0.1", ALSO_PUBLIC, PUBLIC]]
        internet.deaf = {ALSO_PUBLIC}
        await archive.download("https://archive.org/a.mp3", into, 10**6)
        assert internet.connections == [(ALSO_PUBLIC, 443), (PUBLIC, 443)]

    async def test_nobody_answers(self, archive: Downloader, internet: Internet, into: Path) -> None:
        internet.deaf = {PUBLIC}
        assert isinstance(await refusal(archive, "https://archive.org/a.mp3", into), SourceUnavailable)

    async def test_no_such_name(self, archive: Downloader, internet: Internet, into: Path) -> None:
        internet.names.clear()
        assert isinstance(await refusal(archive, "https://archive.org/a.mp3", into), SourceUnavailable)


class TestBytes:
    @pytest.mark.parametrize("path", ["/a.mp3", "/stream/a.mp3"])
    async def test_as_many_as_allowed(
        self, local: Downloader, storage: Storage, into: Path, path: str
    ) -> None:
        await local.download(f"{storage.url}{path}", into, len(AUDIO))
        assert into.read_bytes() == AUDIO

    @pytest.mark.parametrize("path", ["/a.mp3", "/stream/a.mp3"])
    @pytest.mark.parametrize("most", [len(AUDIO) - 1, 500])
    async def test_not_one_more(
        self, local: Downloader, storage: Storage, into: Path, path: str, most: int
    ) -> None:
        assert isinstance(await refusal(local, f"{storage.url}{path}", into, most), TooLarge)

    async def test_too_many_announced_are_not_waited_for(
        self, local: Downloader, storage: Storage, into: Path
    ) -> None:
        with storage.holding("/a.mp3", after=0):
            assert isinstance(await refusal(local, f"{storage.url}/a.mp3", into, 500), TooLarge)

    async def test_none(self, local: Downloader, storage: Storage, into: Path) -> None:
        storage.goes_wrong("/a.mp3", status=200, body=b"")
        await local.download(f"{storage.url}/a.mp3", into, 500)
        assert into.read_bytes() == b""

    async def test_fewer_than_announced(self, local: Downloader, storage: Storage, into: Path) -> None:
        storage.goes_wrong("/a.mp3", cut=True, after=500)
        assert isinstance(await refusal(local, f"{storage.url}/a.mp3", into), SourceUnavailable)

    @pytest.mark.parametrize("after", [None, 500])
    async def test_none_come_any_more(self, storage: Storage, into: Path, after: int | None) -> None:
        downloader = Downloader(storage.url, (), total_seconds=0.3)
        with storage.holding("/a.mp3", after=after):
            assert isinstance(await refusal(downloader, f"{storage.url}/a.mp3", into), SourceUnavailable)
        await downloader.close()

    async def test_of_two_at_once_at_most(
        self, archive: Downloader, internet: Internet, storage: Storage, tmp_path: Path
    ) -> None:
        with storage.holding("/a.mp3") as fault:
            downloads = asyncio.gather(
                *(archive.download("https://archive.org/a.mp3", tmp_path / str(n), 10**6) for n in range(6))
            )
            await storage.until(lambda: fault.arrived == 2)
        await downloads
        assert internet.most_open == 2
        assert internet.open == 0

    async def test_packed(self, local: Downloader, storage: Storage, into: Path) -> None:
        storage.goes_wrong("/a.mp3", headers={"Content-Encoding": "gzip"})
        assert isinstance(await refusal(local, f"{storage.url}/a.mp3", into), SourceUnavailable)
        assert storage.requests[0].headers["accept-encoding"] == "identity"

    async def test_a_disk_that_does_not_take_them(
        self, local: Downloader, storage: Storage, tmp_path: Path
    ) -> None:
        with pytest.raises(FileNotFoundError):
            await local.download(f"{storage.url}/a.mp3", tmp_path / "no folder" / "recording", 10**6)


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (401, Forbidden),
        (403, Forbidden),
        (404, NotFound),
        (410, NotFound),
        (400, SourceUnavailable),
        (206, SourceUnavailable),
        (204, SourceUnavailable),
        (500, SourceUnavailable),
        (503, SourceUnavailable),
    ],
)
async def test_other_answers(
    local: Downloader, storage: Storage, into: Path, status: int, error: type[MelodyError]
) -> None:
    storage.goes_wrong("/a.mp3", status=status)
    assert type(await refusal(local, f"{storage.url}/a.mp3", into)) is error


async def test_told_when_to_come_back(local: Downloader, storage: Storage, into: Path) -> None:
    storage.goes_wrong("/a.mp3", status=429, headers={"Retry-After": "7"})
    error = await refusal(local, f"{storage.url}/a.mp3", into)
    assert isinstance(error, SourceUnavailable)
    assert error.retry_after == 7


async def test_no_http_at_all(into: Path) -> None:
    async def babble(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mail.example.org ESMTP\r\n")
        await writer.drain()
        writer.close()
        await writer.wait_closed()

    server = await asyncio.start_server(babble, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    downloader = Downloader(url, ())
    async with server:
        assert isinstance(await refusal(downloader, f"{url}/a.mp3", into), SourceUnavailable)
    await downloader.close()
