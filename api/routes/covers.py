"""Covers, small and of one kind, from this server alone: nobody's player has to ask other hosts for them."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from api.deps import MaybePerson, UsesServices, transaction
from api.errors import problems
from api.etags import NOT_MODIFIED, tagged_bytes
from core.errors import NotFound
from core.library.cover_source import cover_source

router = APIRouter(prefix="/api/v1/music", tags=["music"])

OF_ALL = "public, max-age=86400"
OF_ONE = "private, max-age=3600"


@router.get(
    "/track/{song_id}/cover",
    response_class=Response,
    responses={
        200: {"content": {"image/webp": {}}, "description": "The cover"},
        **NOT_MODIFIED,
        **problems(401, 404, 422, 503),
    },
)
async def cover(
    song_id: UUID,
    request: Request,
    services: UsesServices,
    person: MaybePerson,
    size: Annotated[
        Literal["64", "128", "256", "512"], Query(description="Pixels of a side, at most")
    ] = "256",
) -> Response:
    """A song's cover, square, as WebP. Of a recording that somebody sent only for them, signed in.

    Errors: `not-found` also where the song has none.
    """
    async with transaction(services.database) as session:
        user_id = None if person is None else person.user_id
        source = await cover_source(session, user_id, song_id, services.music.labels)
    if source.url is not None:
        content = await services.covers.listed(source.url, int(size))
    elif source.sha256 is not None:
        content = await services.covers.stored(source.sha256, int(size))
    else:
        raise NotFound("no cover is known")
    return tagged_bytes(request, content, "image/webp", cache=OF_ONE if source.is_private else OF_ALL)
