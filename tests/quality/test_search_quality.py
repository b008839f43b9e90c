"""How often the song that is meant comes first, among songs made of the same words.

Three sets of cases: the shared one, and two beside this file, each written before its misses were looked at.
The search was tuned on the first two; of `search_cases_fresh.jsonl` only classes of misses were mended, so it
comes nearest to how unseen names fare. Some cases can't be met by spelling at all (translations, nicknames,
decoys that are named as the query is) and stay in.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import NamedTuple, cast

import pytest
from sqlalchemy import insert, text

from bench.decoys import Case, decoys
from core.bootstrap import Services
from core.catalog.keys import write_keys
from core.catalog.models import Song
from core.catalog.searching.local_search import search_local
from core.catalog.searching.query import checked
from tests.material import audio_dir, cannot_run

HERE = Path(__file__).parent
BESIDE = {"held_out": HERE / "search_cases.jsonl", "fresh": HERE / "search_cases_fresh.jsonl"}
DECOYS = 8_000
AT_ONCE = 1_000


class Floors(NamedTuple):
    first: float
    """Share of the queries whose song has to come first."""
    in_three: float


@dataclass
class Recall:
    queries: int = 0
    first: int = 0
    in_three: int = 0
    missed: list[str] | None = None


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "floors"),
    [("dev", Floors(0.95, 0.96)), ("held_out", Floors(0.92, 0.95)), ("fresh", Floors(0.93, 0.96))],
    ids=["dev", "held_out", "fresh"],
)
async def test_the_song_that_is_meant_comes_first(services: Services, name: str, floors: Floors) -> None:
    cases = cases_of(name)
    wanted = await fill(services, cases)
    recall = await measure(services, cases, wanted)
    assert recall.first / recall.queries >= floors.first, recall.missed
    assert recall.in_three / recall.queries >= floors.in_three, recall.missed


def cases_of(name: str) -> list[Case]:
    path = BESIDE[name] if name in BESIDE else audio_dir().parent / "search_cases" / "dev.jsonl"
    if not path.is_file():
        cannot_run(f"there is no {path.name} with the shared search cases")
    return [cast(Case, json.loads(line)) for line in path.read_text(encoding="utf-8").splitlines()]


async def fill(services: Services, cases: Sequence[Case]) -> list[uuid.UUID]:
    """A catalogue of the cases' songs among decoys; the ids of the former."""
    named = [(case["title"], case["artist"], case["language"]) for case in cases]
    named += [
        (song["title"], song["artist"], song["language"]) for song in islice(decoys(cases, DECOYS), DECOYS)
    ]
    songs = [(uuid.uuid4(), *names) for names in named]
    for start in range(0, len(songs), AT_ONCE):
        batch = songs[start : start + AT_ONCE]
        async with services.database.transaction() as session:
            rows = [
                {"id": song_id, "title": title, "artist": artist, "language": language, "in_catalogue": True}
                for song_id, title, artist, language in batch
            ]
            await session.execute(insert(Song), rows)
            await write_keys(session, [(song_id, title, artist, ()) for song_id, title, artist, _ in batch])
    async with services.database.engine.begin() as connection:
        await connection.execute(text("ANALYZE song_keys"))
    return [song_id for song_id, *_ in songs[: len(cases)]]


async def measure(services: Services, cases: Sequence[Case], wanted: Sequence[uuid.UUID]) -> Recall:
    recall = Recall(missed=[])
    for case, song_id in zip(cases, wanted, strict=True):
        for query in case["queries"]:
            async with services.database.transaction() as session:
                answer = await search_local(session, checked(query), limit=3)
            places = [hit.song_id for hit in answer.hits]
            recall.queries += 1
            recall.first += places[:1] == [song_id]
            recall.in_three += song_id in places
            if song_id not in places and recall.missed is not None:
                recall.missed.append(f"{query} -> {case['title']}")
    return recall
