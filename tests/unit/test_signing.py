"""Signed links: only ours are valid, only in time, only for what they were made for."""

from __future__ import annotations

import itertools
from pathlib import PurePosixPath
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Forbidden, LinkExpired
from core.signing import ANY_BYTES, FileSigner, SignedFile, link_name, same_secret

KEY = bytes(range(32))
SHA = "ab" * 32
NOW = 1_795_000_000.5


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def signer(clock: Clock) -> FileSigner:
    return FileSigner(KEY, clock)


def parts_of(link: str) -> list[str]:
    """What a server makes of the path: cut at the slashes, then decoded."""
    empty, files, *parts = link.split("/")
    assert (empty, files) == ("", "files")
    assert len(parts) == 4
    return [unquote(part) for part in parts]


def test_a_link_stands_for_its_file(signer: FileSigner) -> None:
    link = signer.sign(SHA, "Tum Hi Ho (Instrumental).m4a", lifetime=600)
    assert link.startswith(f"/files/{int(NOW) + 600}/")
    assert signer.verify(*parts_of(link)) == SignedFile(SHA, "Tum Hi Ho (Instrumental).m4a")


def test_a_link_works_until_its_time_is_over(signer: FileSigner, clock: Clock) -> None:
    parts = parts_of(signer.sign(SHA, "a.m4a", lifetime=600))
    clock.now = NOW + 599
    signer.verify(*parts)
    clock.now = NOW + 600
    with pytest.raises(LinkExpired):
        signer.verify(*parts)


@pytest.mark.parametrize("part", range(4))
def test_no_part_can_be_changed(signer: FileSigner, part: int) -> None:
    parts = parts_of(signer.sign(SHA, "a.m4a", lifetime=600))
    for position, new in itertools.product(range(len(parts[part])), "0A"):
        changed = parts[part][:position] + new + parts[part][position + 1 :]
        if changed != parts[part]:
            with pytest.raises(Forbidden):
                signer.verify(*[*parts[:part], changed, *parts[part + 1 :]])


def test_a_forged_link_is_not_told_that_it_is_old(signer: FileSigner, clock: Clock) -> None:
    expires, _, sha256, name = parts_of(signer.sign(SHA, "a.m4a", lifetime=1))
    clock.now += 100
    with pytest.raises(Forbidden) as refused:
        signer.verify(expires, "A" * 43, sha256, name)
    assert not isinstance(refused.value, LinkExpired)


@pytest.mark.parametrize("bad", ["", "é", "\ud800", "-" * 10_000])
def test_strange_parts_are_refused(signer: FileSigner, bad: str) -> None:
    parts = parts_of(signer.sign(SHA, "a.m4a", lifetime=600))
    for place in range(4):
        with pytest.raises(Forbidden):
            signer.verify(*[*parts[:place], bad, *parts[place + 1 :]])


def test_another_installation_does_not_accept_it(signer: FileSigner, clock: Clock) -> None:
    with pytest.raises(Forbidden):
        FileSigner(bytes(32), clock).verify(*parts_of(signer.sign(SHA, "a.m4a", lifetime=600)))


@pytest.mark.parametrize(
    ("name", "media_type"),
    [
        ("a.m4a", "audio/mp4"),
        ("a.MP3", "audio/mpeg"),
        ("cover.jpg", "image/jpeg"),
        ("a.html", ANY_BYTES),
        ("m4a", ANY_BYTES),
    ],
)
def test_the_media_type_follows_the_extension(name: str, media_type: str) -> None:
    assert SignedFile(SHA, name).media_type == media_type


@given(st.text(max_size=300))
def test_any_name_comes_back_as_one_segment(name: str) -> None:
    signer = FileSigner(KEY, lambda: NOW)
    link = signer.sign(SHA, name + ".m4a", lifetime=60)
    assert link.isascii()
    assert len(link) < 2000
    found = signer.verify(*parts_of(link))
    assert found.file_name == link_name(name + ".m4a")
    assert found.file_name.strip(".")


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("तुम ही हो.m4a", "तुम ही हो.m4a"),
        ("AC/DC – T.N.T.m4a", "AC_DC – T.N.T.m4a"),
        ("../../etc/passwd", "_.._etc_passwd"),
        ("..", "file"),
        ("", "file"),
        ("a\x00b\r\nc.mp3", "a_b__c.mp3"),
        ("Mr. Jones and Me", "Mr. Jones and Me"),
        ("x" * 500 + ".m4a", "x" * 120 + ".m4a"),
    ],
)
def test_names_stay_readable(name: str, kept: str) -> None:
    assert link_name(name) == kept


def test_the_type_survives_a_long_name() -> None:
    assert PurePosixPath(link_name("y" * 400 + ".mp3")).suffix == ".mp3"


@pytest.mark.parametrize("given_secret", ["", "secre", "secret ", "Secret", "sécret", "\udc80"])
def test_secrets_are_equal_or_not(given_secret: str) -> None:
    assert same_secret("secret", "secret")
    assert not same_secret(given_secret, "secret")
