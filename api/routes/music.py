"""Songs of all: search, one song, and what is heard most. Public; nobody has to sign in."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import AfterValidator

from api.deps import UsesServices
from api.errors import problems
from api.etags import NOT_MODIFIED, tagged
from api.schemas.music import SearchPage, SongItem, TrendingSongs

router = APIRouter(prefix="/api/v1/music", tags=["music"])

MOST_ITEMS = 50
FARTHEST = 1000
FRESH = "public, max-age=30"
UNFINISHED = "no-store"
"""A partial answer is none to keep."""
SLOW = "public, max-age=300"


def _primary(language: str | None) -> str | None:
    """`pt-BR` is Portuguese here: songs have languages, not countries."""
    return None if language is None else language.partition("-")[0].lower()


Language = Annotated[
    str | None,
    AfterValidator(_primary),
    Query(
        pattern=r"^[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*$",
        max_length=35,
        description="Only songs in this language: ISO 639; of a BCP 47 tag the first part counts",
        examples=["hi"],
    ),
]
Limit = Annotated[int, Query(ge=1, le=MOST_ITEMS, description="Items of a page")]


@router.get("/search", summary="Search", responses=problems(422, 503))
async def search(
    services: UsesServices,
    response: Response,
    q: Annotated[
        str,
        Query(
            description="A song's name, in any script and spelling, with or without the artist; "
            "at most 200 characters",
            examples=["tum hi ho"],
        ),
    ],
    limit: Limit = 20,
    offset: Annotated[int, Query(ge=0, le=FARTHEST, description="Items to pass over")] = 0,
    language: Language = None,
    source: Annotated[str, Query(description="`all`, `local`, or one source's name")] = "all",
) -> SearchPage:
    """Songs by name, from the operator's catalogue and every configured source, one item a song.

    Answers within 1.5 seconds with what has arrived; `partial` tells whether some source is missing. Errors:
    `empty-query`, `query-too-long`, `unknown-source`, `invalid`.
    """
    answer = await services.music.search(
        q, limit=limit, offset=offset, language=language, source=source.strip().lower()
    )
    response.headers["Cache-Control"] = UNFINISHED if answer.partial else FRESH
    return SearchPage.of(answer)


@router.get(
    "/track/{song_id}",
    summary="One song",
    response_model=SongItem,
    responses={**NOT_MODIFIED, **problems(404, 422, 503)},
)
async def track(song_id: UUID, request: Request, services: UsesServices) -> Response:
    """One song. Recordings that people sent are nobody else's business: they are not found here."""
    return tagged(request, SongItem.of(await services.music.song(song_id)), cache=SLOW)


@router.get("/trending", summary="What is heard most", responses=problems(422, 503))
async def trending(
    services: UsesServices,
    response: Response,
    language: Language = None,
    limit: Limit = 20,
    timeframe: Annotated[Literal["weekly", "daily"], Query(description="How far to look back")] = "weekly",
) -> TrendingSongs:
    """What is played, saved and converted most here, joined with the charts of the sources."""
    songs = await services.music.trending(language=language, limit=limit, timeframe=timeframe)
    response.headers["Cache-Control"] = SLOW
    return TrendingSongs(items=[SongItem.of(song) for song in songs], timeframe=timeframe)
