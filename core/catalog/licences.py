"""The one place that decides which songs' audio may be taken, and what has to be said of it.

Taking a voice out makes an adaptation. So licences without derivatives (ND) are out, those without commerce
(NC) depend on the operator, and share-alike (SA) binds what comes out. What comes under no licence we know
is not ours to take. A licence is what an uploader claims; nobody has checked it for us.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from core.music import Licence, SourceSong

OPEN = frozenset({Licence.CC0, Licence.PUBLIC_DOMAIN, Licence.BY, Licence.BY_SA})
NONCOMMERCIAL = frozenset({Licence.BY_NC, Licence.BY_NC_SA})
NONCOMMERCIAL_SOURCES = frozenset({"jamendo"})
"""Sources whose terms offer their service to non-commercial operators only, whatever a song's licence."""

_HOSTS = {"creativecommons.org", "www.creativecommons.org"}
_END = r"(?:/(?:deed|legalcode)(?:\.[\w-]+)?)?/?"
_VERSION = r"(?:/(?P<version>\d\.\d)(?:/(?P<country>[a-z]{2}|igo|scotland))?)?"
_LICENSED = re.compile(rf"/licenses/(?P<terms>(?:by|nc|nd|sa)(?:-(?:by|nc|nd|sa))*){_VERSION}{_END}")
_ZERO = re.compile(rf"/publicdomain/zero{_VERSION}{_END}")
_PUBLIC_DOMAIN = re.compile(rf"/(?:publicdomain/mark|licenses/publicdomain){_VERSION}{_END}")
"""The second form is the dedication that CC0 and the mark replaced in 2010; old items still name it."""
_BY_TERMS = {
    frozenset(code.value.split("-")): code
    for code in Licence
    if code is Licence.BY or code.value.startswith("by-")
}


@dataclass(frozen=True)
class Credit:
    """What has to stand under a song that is passed on: beside these its title and artist, and what we
    changed."""

    licence_name: str
    """As people know it, e.g. `CC BY-SA 4.0`."""
    licence_url: str | None
    source_url: str | None
    """The page it comes from."""
    share_alike: bool
    """What is made of it comes under the same licence."""


def may_fetch(song: SourceSong, *, noncommercial: bool, operator_allows: Collection[str] = ()) -> bool:
    """Whether we may take this song's audio from its source and make something of it.

    `noncommercial`: the operator earns nothing with this installation. `operator_allows` names the sources
    whose audio the operator turned on himself: he answers for their licences.
    """
    if not song.downloadable:
        return False
    if song.source in operator_allows:
        return True
    if song.source in NONCOMMERCIAL_SOURCES and not noncommercial:
        return False
    return song.licence in OPEN or (noncommercial and song.licence in NONCOMMERCIAL)


def licence_of(url: str | None) -> Licence:
    """The licence whose page this is; UNKNOWN for every other address, and for none.

    Versions, countries (`3.0/in`), languages (`deed.hi`), http and `www.` make no difference. Licences of
    version 1.0 that ask for no credit (`nc-sa`) count as those that do.
    """
    path = _path_at_creative_commons(url)
    if _ZERO.fullmatch(path):
        return Licence.CC0
    if _PUBLIC_DOMAIN.fullmatch(path):
        return Licence.PUBLIC_DOMAIN
    if licensed := _LICENSED.fullmatch(path):
        terms = frozenset(licensed["terms"].split("-"))
        return _BY_TERMS.get(terms | {"by"}, Licence.UNKNOWN)
    return Licence.UNKNOWN


def strictest(licences: Iterable[Licence]) -> Licence:
    """The one that allows least; UNKNOWN when there is none."""
    by_freedom = list(Licence)
    return max(licences, key=by_freedom.index, default=Licence.UNKNOWN)


def credits_of(licence: str | None, licence_url: str | None, source_url: str | None) -> Credit | None:
    """The credit for a song under an open licence; None under no licence, or under one we don't know."""
    if licence not in set(Licence) or licence in {Licence.ALL_RIGHTS_RESERVED, Licence.UNKNOWN}:
        return None
    code = Licence(licence)
    same = licence_of(licence_url) is code
    return Credit(
        licence_name=_name(code, licence_url if same else None),
        licence_url=licence_url if same else None,
        source_url=source_url,
        share_alike=code in {Licence.BY_SA, Licence.BY_NC_SA},
    )


def _name(licence: Licence, url: str | None) -> str:
    """`CC BY-SA 3.0 IN`; without an address the version is not known."""
    if licence is Licence.PUBLIC_DOMAIN:
        return "Public Domain"
    name = "CC0" if licence is Licence.CC0 else f"CC {licence.value.upper()}"
    path = _path_at_creative_commons(url)
    found = _ZERO.fullmatch(path) or _LICENSED.fullmatch(path)
    details = [found["version"], found["country"]] if found else []
    return " ".join([name, *(detail.upper() for detail in details if detail)])


def _path_at_creative_commons(url: str | None) -> str:
    """The address's path in lower case; empty when it is an address elsewhere, or none."""
    try:
        parts = urlsplit((url or "").strip().casefold())
        elsewhere = parts.scheme not in {"http", "https"} or parts.netloc not in _HOSTS
    except ValueError:
        return ""
    return "" if elsewhere else parts.path
