"""The licence gate, as a table: which audio may be taken, and what has to be said of it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.catalog.licences import Credit, credits_of, licence_of, may_fetch, strictest
from core.music import Licence, SourceSong

CC = "creativecommons.org"


@pytest.mark.parametrize(
    ("url", "licence"),
    [
        (f"https://{CC}/licenses/by/4.0/", Licence.BY),
        (f"http://{CC}/licenses/by/3.0/", Licence.BY),
        (f"https://www.{CC}/licenses/by/4.0", Licence.BY),
        (f"https://{CC}/licenses/by/2.5/in/", Licence.BY),
        (f"https://{CC}/licenses/by/3.0/igo/legalcode", Licence.BY),
        (f"HTTPS://{CC.upper()}/Licenses/BY/4.0/", Licence.BY),
        (f"  https://{CC}/licenses/by/4.0/\n", Licence.BY),
        (f"https://{CC}/licenses/by/4.0/?ref=x#y", Licence.BY),
        (f"https://{CC}/licenses/by-sa/4.0/deed.hi", Licence.BY_SA),
        (f"https://{CC}/licenses/by-sa/3.0/us/deed.zh-hans", Licence.BY_SA),
        (f"https://{CC}/licenses/by-sa/4.0/deed", Licence.BY_SA),
        (f"https://{CC}/licenses/by-nc/4.0/", Licence.BY_NC),
        (f"https://{CC}/licenses/by-nc-sa/4.0/", Licence.BY_NC_SA),
        (f"https://{CC}/licenses/by-nd/4.0/", Licence.BY_ND),
        (f"https://{CC}/licenses/by-nc-nd/4.0/", Licence.BY_NC_ND),
        (f"https://{CC}/licenses/by-nd-nc/1.0/", Licence.BY_NC_ND),
        (f"https://{CC}/licenses/nc-sa/1.0/", Licence.BY_NC_SA),
        (f"https://{CC}/publicdomain/zero/1.0/", Licence.CC0),
        (f"http://{CC}/publicdomain/zero/1.0/deed.ta", Licence.CC0),
        (f"https://{CC}/publicdomain/mark/1.0/", Licence.PUBLIC_DOMAIN),
        (f"http://{CC}/licenses/publicdomain/", Licence.PUBLIC_DOMAIN),
        (None, Licence.UNKNOWN),
        ("", Licence.UNKNOWN),
        ("All rights reserved", Licence.UNKNOWN),
        ("by", Licence.UNKNOWN),
        (f"https://{CC}/", Licence.UNKNOWN),
        (f"https://{CC}/licenses/", Licence.UNKNOWN),
        (f"https://{CC}/licenses/by-nd-sa/4.0/", Licence.UNKNOWN),
        (f"https://{CC}/licenses/sampling+/1.0/", Licence.UNKNOWN),
        (f"https://{CC}/licenses/byte/4.0/", Licence.UNKNOWN),
        (f"https://{CC}/licenses/by/4.0/../../by-nd/4.0/", Licence.UNKNOWN),
        (f"https://{CC}/licenses/by/4.0/evil", Licence.UNKNOWN),
        (f"https://{CC}/publicdomain/", Licence.UNKNOWN),
        (f"https://{CC}.example.org/licenses/by/4.0/", Licence.UNKNOWN),
        (f"https://example.org/{CC}/licenses/by/4.0/", Licence.UNKNOWN),
        (f"https://example.org@{CC}/licenses/by/4.0/", Licence.UNKNOWN),
        (f"https://{CC}:8443/licenses/by/4.0/", Licence.UNKNOWN),
        (f"ftp://{CC}/licenses/by/4.0/", Licence.UNKNOWN),
        (f"{CC}/licenses/by/4.0/", Licence.UNKNOWN),
        ("https://artlibre.org/licence/lal/", Licence.UNKNOWN),
        ("https://www.gnu.org/licenses/gpl.html", Licence.UNKNOWN),
        ("http://[", Licence.UNKNOWN),
        ("\ud800\x00", Licence.UNKNOWN),
    ],
)
def test_a_licence_is_known_by_its_page(url: str | None, licence: Licence) -> None:
    assert licence_of(url) is licence


@pytest.mark.broad
@given(st.text())
def test_any_text_may_stand_where_a_licence_should(text: str) -> None:
    assert licence_of(text) is Licence.UNKNOWN
    assert licence_of(f"https://{CC}/licenses/{text}") in Licence


ALWAYS = {Licence.CC0, Licence.PUBLIC_DOMAIN, Licence.BY, Licence.BY_SA}
FOR_NOTHING = {Licence.BY_NC, Licence.BY_NC_SA}


def song(
    licence: Licence | None, *, source: str = "internet_archive", downloadable: bool = True
) -> SourceSong:
    return SourceSong(source, "1", "Saanjh", "Ira", licence=licence, downloadable=downloadable)


@pytest.mark.parametrize("licence", [*Licence, None])
def test_what_may_be_fetched(licence: Licence | None) -> None:
    assert may_fetch(song(licence), noncommercial=False) == (licence in ALWAYS)
    assert may_fetch(song(licence), noncommercial=True) == (licence in ALWAYS | FOR_NOTHING)


@pytest.mark.parametrize("noncommercial", [True, False])
@pytest.mark.parametrize("licence", [*Licence, None])
def test_nothing_that_is_not_handed_out(licence: Licence | None, noncommercial: bool) -> None:
    assert not may_fetch(song(licence, downloadable=False), noncommercial=noncommercial)
    assert not may_fetch(
        song(licence, downloadable=False),
        noncommercial=noncommercial,
        operator_allows={"internet_archive"},
    )


def test_jamendo_serves_noncommercial_operators_only() -> None:
    track = song(Licence.BY, source="jamendo")
    assert not may_fetch(track, noncommercial=False)
    assert may_fetch(track, noncommercial=True)
    assert not may_fetch(song(Licence.BY_ND, source="jamendo"), noncommercial=True)


def test_the_operator_answers_for_what_he_turned_on() -> None:
    video = song(Licence.ALL_RIGHTS_RESERVED, source="youtube")
    assert not may_fetch(video, noncommercial=True)
    assert may_fetch(video, noncommercial=False, operator_allows={"youtube"})
    assert not may_fetch(song(Licence.BY_ND), noncommercial=True, operator_allows={"youtube"})


def test_of_several_licences_the_strictest_counts() -> None:
    assert strictest([Licence.BY, Licence.BY_ND, Licence.CC0]) is Licence.BY_ND
    assert strictest([Licence.BY, Licence.UNKNOWN]) is Licence.UNKNOWN
    assert strictest([]) is Licence.UNKNOWN


@pytest.mark.parametrize(
    ("licence", "url", "name", "share_alike"),
    [
        ("by", f"https://{CC}/licenses/by/4.0/", "CC BY 4.0", False),
        ("by-sa", f"http://{CC}/licenses/by-sa/3.0/in/", "CC BY-SA 3.0 IN", True),
        ("by-nc-sa", f"https://{CC}/licenses/by-nc-sa/2.5/", "CC BY-NC-SA 2.5", True),
        ("cc0", f"https://{CC}/publicdomain/zero/1.0/", "CC0 1.0", False),
        ("pdm", f"https://{CC}/publicdomain/mark/1.0/", "Public Domain", False),
        ("by-nd", f"https://{CC}/licenses/by-nd/4.0/deed.ta", "CC BY-ND 4.0", False),
    ],
)
def test_a_credit_names_and_links_the_licence(licence: str, url: str, name: str, share_alike: bool) -> None:
    page = "https://archive.org/details/sample-ep-01"
    assert credits_of(licence, url, page) == Credit(name, url, page, share_alike)


def test_a_link_to_another_licence_is_none() -> None:
    credit = credits_of("by", f"https://{CC}/licenses/by-nd/4.0/", None)
    assert credit == Credit("CC BY", None, None, False)
    assert credits_of("by", None, None) == Credit("CC BY", None, None, False)


@pytest.mark.parametrize("licence", [None, "", "arr", "unknown", "gpl", "BY"])
def test_no_credit_without_an_open_licence(licence: str | None) -> None:
    assert credits_of(licence, f"https://{CC}/licenses/by/4.0/", "https://example.org") is None
