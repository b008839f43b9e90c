"""Recordings: handing one over, and hearing what there is of a song."""

from __future__ import annotations

import asyncio
from pathlib import Path
from uuid import UUID

from fastapi import APIRouter, Request, Response

from api.deps import CurrentPerson, UsesKeys, UsesServices, transaction
from api.errors import problems
from api.schemas.audio import (
    LINK_SECONDS,
    AudioFile,
    PlayableRendition,
    Playback,
    Segments,
    SongCredit,
    link_end,
    shape_of,
)
from api.schemas.library import PersonsSong
from api.uploads import FIELD, OVERHEAD_BYTES, UPLOAD_BYTES, Uploads
from core.accounts.models import User
from core.accounts.service import user_of
from core.bootstrap import Services
from core.catalog.models import AudioAsset
from core.chat.status import first_spoken
from core.conversion.playback import Playable, Ready, playable
from core.errors import NotFound, TooLong
from core.library.pages import library_songs
from core.library.uploads import UploadedFile, take_in
from core.media.fmp4 import head_bytes, read_layout
from core.media.formats import HEAD_BYTES, recognise
from core.media.playable import extension_of
from core.media.probe import Glance
from core.ports import SAMPLE_RATE, Stem, StoredObject
from core.signing import ANY_BYTES, MEDIA_TYPES, FileSigner
from core.text.titles import file_name, known, names_from_file

router = APIRouter(prefix="/api/v1/audio", tags=["audio"])

UPLOAD_PATH = "/api/v1/audio/upload"
UPLOAD_BODY_BYTES = UPLOAD_BYTES + OVERHEAD_BYTES


@router.post(
    "/upload",
    status_code=201,
    responses={
        200: {"model": PersonsSong, "description": "The same bytes were in the library before"},
        **problems(401, 408, 413, 415, 422, 429, 503),
    },
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                "multipart/form-data": {
                    "schema": {
                        "type": "object",
                        "required": [FIELD],
                        "properties": {FIELD: {"type": "string", "format": "binary"}},
                    }
                }
            },
        }
    },
)
async def upload(
    request: Request, person: CurrentPerson, services: UsesServices, response: Response
) -> PersonsSong:
    """Hand over a recording, at most 200 MB: it is in the person's library, and nobody else's.

    The same bytes once more are the same song. Errors: `too-large`, `too-long`, `not-audio`, `empty`,
    `damaged`, `unsupported-format`, and `too-busy` for more than three uploads at once.
    """
    uploads: Uploads = request.app.state.uploads
    async with uploads.receive(request, person.user_id, UPLOAD_BYTES) as arrived:
        glance = await uploads.look_at(arrived.path)
        if glance.seconds is not None and glance.seconds > services.settings.max_song_seconds + 1:
            raise TooLong(limit_minutes=services.settings.max_song_seconds // 60)
        stored = await services.store.put(arrived.path)
        cover = await _keep_cover(glance.cover, arrived.path.with_name("cover.jpg"), services)
    async with transaction(services.database) as session:
        user = await user_of(session, person.user_id)
        title, artist = _names(glance, arrived.file_name, user, services)
        file = UploadedFile(stored, glance.container, glance.codec, title, artist, glance.seconds, cover)
        taken = await take_in(session, user.id, file)
        found = await library_songs(session, user.id, [taken.song_id], services.music.labels)
    response.status_code = 201 if taken.is_new else 200
    response.headers["Location"] = f"/api/v1/library/{taken.song_id}"
    return PersonsSong.of_library(found[0])


@router.get("/songs/{song_id}/playback", responses=problems(401, 404, 422, 503))
async def playback(
    song_id: UUID, person: CurrentPerson, services: UsesServices, keys: UsesKeys, response: Response
) -> Playback:
    """What can be heard of a song now, by links that work for half an hour; ask again for fresh ones.

    Of a song of all or of the person's own; others' recordings are not found.
    """
    signer = await keys.file_signer()
    async with transaction(services.database) as session:
        found = await playable(session, person.user_id, song_id, services.music.labels)
    song, asset = found.song, found.original
    ready = [await _playable(one, found, services, signer) for one in found.renditions]
    response.headers["Cache-Control"] = "private, no-store"
    return Playback(
        song_id=song.id,
        title=song.title,
        artist=song.artist,
        is_private=found.is_private,
        duration=(asset and asset.seconds) or song.duration,
        peaks=None if asset is None else asset.peaks,
        original=None if asset is None else await _original(asset, found, services, signer),
        renditions=[one for one in ready if one is not None],
        credit=None if found.credit is None else SongCredit.of(found.credit),
    )


async def _keep_cover(cover: bytes | None, path: Path, services: Services) -> StoredObject | None:
    if cover is None:
        return None
    await asyncio.to_thread(path.write_bytes, cover)
    return await services.store.put(path)


def _names(glance: Glance, name: str, user: User, services: Services) -> tuple[str, str | None]:
    """(title, artist): as the tags tell, else the file's name, else that it is a recording."""
    title, artist = known(glance.tags.title), known(glance.tags.artist)
    if title is None:
        title, artist_of_file = names_from_file(name)
        artist = artist or artist_of_file
    if title is None:
        language = user.preferences.get("language")
        title = first_spoken([language], services.settings.default_language).say("title-recording")
    return title, artist


async def _playable(
    ready: Ready, found: Playable, services: Services, signer: FileSigner
) -> PlayableRendition | None:
    """What was made; None for what is for singing and its file is gone."""
    song, segments = found.song, None
    is_for_singing = ready.recipe.stem is Stem.SING
    if is_for_singing:
        try:
            segments = await _segments(ready, services)
        except NotFound:
            return None
    return PlayableRendition(
        **shape_of(ready.recipe).model_dump(),
        file=AudioFile.of(
            ready.made,
            ready.recipe,
            song.title,
            song.artist or None,
            signer,
            is_open=found.is_open and not is_for_singing,  # that is read piece by piece, here alone
        ),
        segments=segments,
    )


async def _segments(ready: Ready, services: Services) -> Segments:
    """Read from the head of the file. Raises NotFound where it is gone."""
    head = head_bytes(round(ready.made.seconds * SAMPLE_RATE))
    blocks = services.store.read(ready.made.sha256, 0, min(head, ready.made.size))
    return Segments.of(read_layout(b"".join([block async for block in blocks])))


async def _original(
    asset: AudioAsset, found: Playable, services: Services, signer: FileSigner
) -> AudioFile | None:
    """The recording as it came; None where its file is gone."""
    song, sign = found.song, signer.sign_open if found.is_open else signer.sign
    try:
        head = b"".join([block async for block in services.store.read(asset.sha256, 0, HEAD_BYTES)])
    except NotFound:
        return None
    container = recognise(head)
    extension = None if container is None else extension_of(container)
    name = file_name(song.artist or None, song.title, extension or "bin")
    return AudioFile(
        url=sign(asset.sha256, name, lifetime=LINK_SECONDS),
        media_type=MEDIA_TYPES.get(f".{extension}", ANY_BYTES),
        size=asset.size,
        duration=asset.seconds,
        expires_at=link_end(),
    )
