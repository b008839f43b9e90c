"""The Internet Archive: releases under open licences, each with its files, without a key.

Searching finds items, which are releases; the rows are their recordings, so each of the best items is asked
for its files. What is asked and why: https://archive.org/help/aboutsearch.htm and
https://archive.org/developers/md-read.html.
"""

from __future__ import annotations

import asyncio
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, unquote_plus, urlsplit

from anyascii import anyascii

from core.adapters.sources.download import Downloader
from core.adapters.sources.http import READ_SECONDS, WebService
from core.adapters.sources.internet_archive_items import (
    FORMATS,
    IDENTIFIER,
    AudioFile,
    Item,
    is_restricted,
    item_in,
    names_of_language,
    texts_in,
)
from core.adapters.sources.values import object_in, objects_in, text_in, whole_in
from core.catalog.licences import licence_of, may_fetch, strictest
from core.errors import Forbidden, NotFound, TooLarge
from core.music import Budget, SourceRefused, SourceSong, SourceUnavailable
from core.text.fold import words

MAX_FETCH_BYTES = 80_000_000
LONGEST_ID = 1000
ROWS = 40
"""Items a search looks at."""
ITEMS = 4
"""Items whose files a search asks for, side by side."""
FILES = 3
"""Rows an item gives, unless the query names more of its files."""
LEAST_SHARE = 0.5
"""Of a query's words that a row's names must hold: an item may also have been found by its description."""
MOST_WORDS = 12
MOST_TRENDING = 12
MILLION = 6.0
"""Decimal exponent of the downloads that count as 100."""

FIELDS = (
    "identifier",
    "title",
    "creator",
    "licenseurl",
    "collection",
    "downloads",
    "format",
    "access-restricted-item",
)
LICENSED_AUDIO = "mediatype:(audio OR etree) AND licenseurl:(*creativecommons.org*)"
SPOKEN = "collection:(librivoxaudio OR audio_bookspoetry OR podcasts)"
_SPECIAL = re.compile(r'["\\:()\[\]{}^~*?/+\-!&|<>=]')
"""What means something in a query of Lucene."""
_PAGES = {"archive.org", "www.archive.org"}


class InternetArchiveSource:
    """`core.music.MusicSource` and `FetchesAudio`. `url` is the Archive's origin."""

    name = "internet_archive"
    label = "Internet Archive"
    facts_expire: float | None = None
    budgets: tuple[Budget, ...] = (Budget(60, 60.0),)
    max_fetch_bytes = MAX_FETCH_BYTES

    def __init__(
        self,
        url: str,
        *,
        noncommercial: bool,
        read_seconds: float = READ_SECONDS,
        downloader: Downloader | None = None,
    ) -> None:
        """`noncommercial`: the operator may use what is licensed for non-commercial use only."""
        self._url = url
        self._noncommercial = noncommercial
        self._service = WebService(self.label, url, read_seconds=read_seconds)
        self._downloader = downloader or Downloader(url, (".archive.org",))

    async def search(self, query: str, *, limit: int, language: str | None) -> list[SourceSong]:
        wanted = Wanted(query)
        if not wanted.phrases or limit < 1:
            return []
        found = await self._find(f"{LICENSED_AUDIO} AND NOT {SPOKEN} AND ({wanted.lucene()})", ROWS)
        chosen = {doc["identifier"]: _popularity(doc) for doc in self._most_likely(found, wanted)}
        items = await self._items(list(chosen))
        songs = [
            self._song(item, file, chosen[item.identifier])
            for item in items
            for file in wanted.files_of(item)
        ]
        fit = [song for song in songs if wanted.rank(song)[0] >= LEAST_SHARE]
        return sorted(fit, key=lambda song: (*wanted.rank(song), self._may_fetch(song)), reverse=True)[:limit]

    async def track(self, external_id: str) -> SourceSong:
        item, file = await self._recording(external_id)
        if item.is_restricted:
            raise NotFound("the Internet Archive does not hand it out")
        return self._song(item, file)

    async def trending(self, *, limit: int, language: str | None) -> list[SourceSong]:
        """The first recording of each of the music labels' releases that were downloaded most."""
        if limit < 1:
            return []
        query = f"{LICENSED_AUDIO} AND collection:(netlabels)"
        if language is not None:
            names = " OR ".join(f'"{name}"' for name in names_of_language(language))
            if not names:
                return []
            query += f" AND language:({names})"
        found = [doc for doc in await self._find(query, ROWS, "downloads desc") if self._may_take(doc)]
        chosen = {doc["identifier"]: _popularity(doc) for doc in found[: min(limit, MOST_TRENDING)]}
        items = await self._items(list(chosen))
        return [self._song(item, item.audio[0], chosen[item.identifier]) for item in items if item.audio]

    def id_in_link(self, url: str) -> str | None:
        """`/details/ID`, `/details/ID/file`, `/download/ID/file` and `/embed/ID`."""
        try:
            parts = urlsplit(url.strip())
        except ValueError:
            return None
        if parts.scheme not in {"http", "https"} or parts.netloc.lower() not in {*_PAGES, self._host}:
            return None
        _, kind, *rest = f"{parts.path}//".split("/", 3)
        if kind not in {"details", "download", "embed"} or not IDENTIFIER.fullmatch(rest[0]):
            return None
        # In addresses of pages a plus is a space, in those of files it is a plus.
        file = (unquote if kind == "download" else unquote_plus)(rest[1]).strip("/")
        external_id = f"{rest[0]}/{file}" if file else rest[0]
        return external_id if len(external_id) <= LONGEST_ID else None

    async def fetch(self, file_ref: str, into: Path, max_bytes: int) -> None:
        """The licence is asked for and judged again: items are withdrawn, and their licences corrected."""
        item, file = await self._recording(file_ref)
        if not self._may_fetch(self._song(item, file)):
            raise Forbidden("its licence does not allow us to take it")
        most = min(max_bytes, self.max_fetch_bytes)
        if (file.size or 0) > most:
            raise TooLarge(limit_mb=most // 1_000_000)
        # cnt=0: a machine's download is no listener's.
        address = f"{self._url}/download/{item.identifier}/{quote(file.name)}?cnt=0"
        await self._downloader.download(address, into, most)

    async def check(self) -> str:
        await self._find(LICENSED_AUDIO, 1)
        return "Internet Archive: answers, no key needed"

    async def close(self) -> None:
        await self._service.close()
        await self._downloader.close()

    # --- asking -----------------------------------------------------------------------------------------

    async def _find(self, query: str, rows: int, sort: str | None = None) -> list[dict[str, Any]]:
        """The items that a query finds and that hand out audio, each with its identifier as a string."""
        asked = [("q", query), *(("fl[]", field) for field in FIELDS)]
        asked += [("sort[]", sort)] if sort else []
        asked += [("rows", str(rows)), ("page", "1"), ("output", "json")]
        answer = await self._ask("/advancedsearch.php", asked)
        docs = object_in(answer, "response").get("docs")
        if not isinstance(docs, list):
            raise SourceUnavailable("Internet Archive sent no list of items")
        found: dict[str, dict[str, Any]] = {}
        for doc in objects_in(docs):
            identifier = next(iter(texts_in(doc.get("identifier"))), "")
            if IDENTIFIER.fullmatch(identifier) and _has_audio(doc):
                found.setdefault(identifier, {**doc, "identifier": identifier})
        return list(found.values())

    async def _items(self, identifiers: Sequence[str]) -> list[Item]:
        """The items, in this order, asked for side by side; those that do not come are missing. Raises
        SourceUnavailable when none comes."""
        turns = asyncio.Semaphore(ITEMS)

        async def one(identifier: str) -> Item | SourceUnavailable | None:
            async with turns:
                try:
                    return await self._item(identifier)
                except SourceUnavailable as error:
                    return error

        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(one(identifier)) for identifier in identifiers]
        answers = [task.result() for task in tasks]
        failures = [answer for answer in answers if isinstance(answer, SourceUnavailable)]
        if failures and len(failures) == len(answers):
            raise failures[0]
        return [answer for answer in answers if isinstance(answer, Item) and not answer.is_restricted]

    async def _item(self, identifier: str, wanted: str = "") -> Item | None:
        answer = await self._ask(f"/metadata/{identifier}")
        return item_in(identifier, answer, self.max_fetch_bytes, wanted)

    async def _recording(self, external_id: str) -> tuple[Item, AudioFile]:
        """An item with one of its files; with its first, where the id names no file. Raises NotFound."""
        identifier, _, name = external_id.partition("/")
        if not IDENTIFIER.fullmatch(identifier):
            raise NotFound("no identifier of the Internet Archive")
        item = await self._item(identifier, name)
        if item is None or not item.audio:
            raise NotFound("the Internet Archive has no such audio")
        file = item.file(name) if name else item.audio[0]
        if file is None:
            raise NotFound("the item has no such recording")
        return item, file

    async def _ask(self, path: str, params: list[tuple[str, str]] | None = None) -> Mapping[str, Any]:
        """The JSON object at a path. Raises SourceUnavailable."""
        answer = await self._service.get(path, params)
        if answer.status in {401, 403}:
            raise SourceRefused(f"Internet Archive refuses us (HTTP {answer.status})")
        if answer.status == 404:
            return {}  # which is what it says of an item that there is not
        body = answer.json()
        if not answer.ok or not isinstance(body, dict):
            raise SourceUnavailable(
                f"Internet Archive answers HTTP {answer.status}, not with what was asked", answer.retry_after
            )
        if "error" in body:
            told = re.sub(r"\S*://\S*", "…", text_in(body["error"], 200))
            raise SourceUnavailable(f"Internet Archive: {told}")
        return body

    def _most_likely(self, found: list[dict[str, Any]], wanted: Wanted) -> list[dict[str, Any]]:
        """The items worth asking for their files: those that name the query most, and among what may be taken
        one place for what may only be heard."""
        best = sorted(found, key=lambda doc: -wanted.share_in(*_names(doc)))
        free = [doc for doc in best if self._may_take(doc)]
        heard = [doc for doc in best if not self._may_take(doc)]
        return [*free[: ITEMS - 1], *heard[:1], *free[ITEMS - 1 :], *heard[1:]][:ITEMS]

    # --- telling ----------------------------------------------------------------------------------------

    def _song(self, item: Item, file: AudioFile, popularity: int | None = None) -> SourceSong:
        return SourceSong(
            source=self.name,
            external_id=f"{item.identifier}/{file.name}",
            title=file.title,
            artist=file.artist,
            url=f"{self._url}/details/{item.identifier}",
            album=item.title,
            duration=file.seconds,
            release_year=item.release_year,
            language=item.language,
            genres=(file.genre,) if file.genre else item.genres,
            thumbnail_url=f"{self._url}/services/img/{item.identifier}",
            popularity=popularity,
            licence=item.licence,
            licence_url=item.licence_url,
            downloadable=not item.is_restricted,
        )

    def _may_fetch(self, song: SourceSong) -> bool:
        return may_fetch(song, noncommercial=self._noncommercial)

    def _may_take(self, doc: Mapping[str, Any]) -> bool:
        """Whether the licence that a search tells would let us take the item's audio."""
        licence = strictest(map(licence_of, texts_in(doc.get("licenseurl"))))
        return self._may_fetch(SourceSong(self.name, "", "", "", licence=licence, downloadable=True))

    @property
    def _host(self) -> str:
        return urlsplit(self._url).netloc.lower()


class Wanted:
    """The words of a query, as typed and in Latin letters."""

    def __init__(self, query: str) -> None:
        typed = " ".join(_SPECIAL.sub(" ", text_in(query)).split()[:MOST_WORDS])
        latin = " ".join(_SPECIAL.sub(" ", anyascii(typed)).split())
        self.phrases = [phrase for phrase in dict.fromkeys((typed, latin)) if words(phrase)]
        self._words = [set(words(phrase)) for phrase in self.phrases]

    def lucene(self) -> str:
        """Items with these words in their title or creator, or all of them anywhere. Everything is quoted, so
        that nothing people type is an operator."""
        return " OR ".join(
            f'title:("{phrase}") OR creator:("{phrase}") OR ({_all_words(phrase)})' for phrase in self.phrases
        )

    def share_in(self, *texts: str) -> float:
        """The share of the words, 0 to 1, that stand in these texts."""
        there = {word for text in texts for form in (text, anyascii(text)) for word in words(form)}
        return max(len(wanted & there) / len(wanted) for wanted in self._words)

    def rank(self, song: SourceSong) -> tuple[float, float]:
        """How well a song fits, more is better: in all of its names, then in its title alone."""
        return self.share_in(song.title, song.artist, song.album or ""), self.share_in(song.title)

    def files_of(self, item: Item) -> list[AudioFile]:
        """The files of an item that are meant: those that the query names, else the first few of a release
        that it names, else none."""
        shares = {file.name: self.share_in(file.title) for file in item.audio}
        named = [file for file in item.audio if shares[file.name] > 0]
        if named:
            whole = sum(share == 1 for share in shares.values())
            return sorted(named, key=lambda file: -shares[file.name])[: max(FILES, whole)]
        meant = [file for file in item.audio if self.share_in(item.title, item.creator, file.artist) > 0]
        return meant[:FILES]


def _all_words(phrase: str) -> str:
    return " AND ".join(f'"{word}"' for word in phrase.split())


def _names(doc: Mapping[str, Any]) -> Iterable[str]:
    return (*texts_in(doc.get("title")), *texts_in(doc.get("creator")))


def _has_audio(doc: Mapping[str, Any]) -> bool:
    formats = texts_in(doc.get("format"))
    return not is_restricted(doc) and (not formats or not set(FORMATS).isdisjoint(formats))


def _popularity(doc: Mapping[str, Any]) -> int | None:
    """Downloads on a scale of logarithms: a million and more is 100."""
    downloads = whole_in(next(iter(texts_in(doc.get("downloads"))), doc.get("downloads")))
    return None if downloads is None else min(100, round(100 * math.log10(1 + downloads) / MILLION))
