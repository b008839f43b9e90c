"""A person's library: what they saved, heard, sent and had made."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from api.cursors import Cursor, cursor_of_library, library_place
from api.deps import CurrentPerson, UsesServices, reading, transaction
from api.errors import problems
from api.etags import NOT_MODIFIED, tagged
from api.schemas.library import LibraryItem, LibraryItems, Play, Saving, page_fields
from core.accounts.service import user_of
from core.catalog.activity import Activity, count_activity
from core.errors import NotFound
from core.library.own_audio import visible_song
from core.library.pages import LibraryShelf, Sort, library_page, library_songs
from core.library.service import note_play, save_song, unsave_song
from core.membership.removing import remove_song

router = APIRouter(prefix="/api/v1/library", tags=["library"])

MOST_ITEMS = 100
LONGEST_NAME = 200


@router.get("", response_model=LibraryItems, responses={**NOT_MODIFIED, **problems(401, 422, 503)})
async def library(
    request: Request,
    person: CurrentPerson,
    services: UsesServices,
    cursor: Cursor = None,
    limit: Annotated[int, Query(ge=1, le=MOST_ITEMS, description="Items of a page")] = 50,
    shelf: Annotated[
        LibraryShelf, Query(description="`recent`: everything; `conversions`: what instrumentals are of")
    ] = LibraryShelf.RECENT,
    sort: Annotated[
        Sort, Query(description="`used`: heard or added last comes first; `title`: by the alphabet")
    ] = Sort.USED,
    q: Annotated[
        str,
        Query(
            max_length=LONGEST_NAME,
            description="Only songs whose name or artist sounds like it, in any script",
            examples=["tum hi ho"],
        ),
    ] = "",
    song_id: Annotated[
        UUID | None, Query(description="Only this song: no item tells that it is not in the library")
    ] = None,
) -> Response:
    """The person's songs, a page at a time. A cursor is good for the order that it came with.

    Errors: `invalid`, also for a cursor of another order.
    """
    after = library_place(cursor, sort)
    async with reading():
        page = await library_page(
            services.database.reading,
            person.user_id,
            services.music.labels,
            shelf=shelf,
            sort=sort,
            limit=limit,
            after=after,
            name=q.replace("\x00", " ").strip(),
            song_id=song_id,
        )
    return tagged(request, page_fields(page.songs, cursor_of_library(page.next, sort)))


@router.get(
    "/{song_id}", response_model=LibraryItem, responses={**NOT_MODIFIED, **problems(401, 404, 422, 503)}
)
async def library_item(
    song_id: UUID, request: Request, person: CurrentPerson, services: UsesServices
) -> Response:
    """One song of the library. Errors: `not-found` where it is not in there."""
    async with reading():
        reader = services.database.reading
        found = await library_songs(reader, person.user_id, [song_id], services.music.labels)
    if not found or found[0].added_at is None:
        raise NotFound(f"{song_id} is not in the library")
    return tagged(request, LibraryItem.of(found[0]))


@router.put(
    "/{song_id}",
    responses={201: {"model": LibraryItem, "description": "Saved now"}, **problems(401, 404, 422, 503)},
)
async def save(
    song_id: UUID,
    person: CurrentPerson,
    services: UsesServices,
    response: Response,
    body: Saving | None = None,
) -> LibraryItem:
    """Keep a song in the library, or with `saved: false` keep it no longer on purpose. 200 where it stood so
    before. Errors: `not-found`, also for recordings of others."""
    saved = body is None or body.saved
    async with transaction(services.database) as session:
        await user_of(session, person.user_id)
        await visible_song(session, person.user_id, song_id)
        if saved and await save_song(session, person.user_id, song_id):
            await count_activity(session, song_id, Activity.SAVE)
            response.status_code = 201
        elif not saved:
            await unsave_song(session, person.user_id, song_id)
        found = await library_songs(session, person.user_id, [song_id], services.music.labels)
    return LibraryItem.of(found[0])


@router.delete("/{song_id}", status_code=204, responses=problems(401, 404, 409, 422, 503))
async def remove(song_id: UUID, person: CurrentPerson, services: UsesServices) -> None:
    """Take a song out for good, with what was made of it; audio that nobody else has is deleted.

    Errors: `still-making` while something is being made of it, `not-found` where it is not in the library.
    """
    async with transaction(services.database) as session:
        if not await remove_song(session, person.user_id, song_id):
            raise NotFound(f"{song_id} is not in the library")


@router.post("/{song_id}/plays", status_code=204, responses=problems(401, 404, 422, 503))
async def play(
    song_id: UUID, person: CurrentPerson, services: UsesServices, body: Play | None = None
) -> None:
    """Tell that the song was heard; from now on it is in the library.

    A client that was offline tells later, with `played_at`; with a `play_id` it may tell of it as often as it
    takes to get through.
    """
    told = body or Play()
    async with transaction(services.database) as session:
        await user_of(session, person.user_id)
        await visible_song(session, person.user_id, song_id)
        is_new = await note_play(session, person.user_id, song_id, play_id=told.play_id, at=told.played_at)
        if is_new:
            await count_activity(session, song_id, Activity.PLAY)
