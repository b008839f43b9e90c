"""What goes with a person: their rows, and what nobody else needs.

Everything that belongs to a user's row goes with it by foreign keys. What is shared stays: songs of all, and
the bytes that somebody else sent too.
"""

from __future__ import annotations

import uuid

from sqlalchemy import ColumnElement, delete, select, union, update
from sqlalchemy.ext.asyncio import AsyncSession

from core.accounts.models import ChannelIdentity, User
from core.catalog.models import AudioAsset, Recording, Song
from core.conversion.models import OPEN, ConversionJob, KeptVocals, Rendition
from core.db.changes import Change, changed
from core.library.models import LibraryEntry
from core.signin.codes import forget_number


async def forget_user(session: AsyncSession, user_id: uuid.UUID) -> list[str]:
    """Delete the user and all that is theirs alone; returns the stored objects that may go now (SHA-256)."""
    user = await session.get(User, user_id, with_for_update=True)
    if user is not None and user.phone_number is not None:
        await forget_number(session, user.phone_number)
    assets = await _assets_of_nobody_else(session, user_id)
    objects = await _objects_of(session, assets)
    recordings = [*await _recordings_of(session, user_id), *await _sent_as(session, assets)]
    renditions = await _open_renditions_of(session, user_id)
    # Deleting the user takes identities, library, jobs, deliveries, askers, picks, link requests,
    # sessions, push subscriptions and pushes along.
    await session.execute(delete(User).where(User.id == user_id))
    changed(session, Change.SESSIONS, user_id)
    await _abandon_unwanted(session, renditions)
    await _delete_assets(session, assets, recordings)
    return objects


async def forget_song(session: AsyncSession, user_id: uuid.UUID, song_id: uuid.UUID) -> list[str]:
    """Take a song, and what was made of it, from the person, while nothing of it is being made.

    Returns the stored objects that may go now (SHA-256).
    """
    mine = (LibraryEntry.user_id == user_id) & (LibraryEntry.song_id == song_id)
    assets = await _assets_of_nobody_else(session, user_id, song_id)
    objects = await _objects_of(session, assets)
    recordings = await _sent_as(session, assets)
    await session.execute(delete(LibraryEntry).where(mine))  # its jobs go with it
    changed(session, Change.LIBRARY, user_id)
    await _delete_assets(session, assets, recordings)
    return objects


async def _delete_assets(session: AsyncSession, assets: list[uuid.UUID], recordings: list[uuid.UUID]) -> None:
    """Delete assets that nobody has any more, and of these recordings those that lead nowhere."""
    await session.execute(delete(Song).where(Song.asset_id.in_(assets), Song.is_private))
    forgotten = {"asset_id": None, "status": "refused"}  # whoever sends it once more has it fetched once more
    await session.execute(update(Recording).where(Recording.asset_id.in_(assets)).values(forgotten))
    await session.execute(delete(Rendition).where(Rendition.asset_id.in_(assets)))
    wanted = select(ConversionJob.id).where(ConversionJob.recording_id == Recording.id).exists()
    is_left = Recording.asset_id.is_(None) & Recording.song_id.is_(None) & ~wanted
    await session.execute(delete(Recording).where(Recording.id.in_(recordings), is_left))
    await session.execute(delete(AudioAsset).where(AudioAsset.id.in_(assets)))


async def still_needed(session: AsyncSession, objects: list[str]) -> set[str]:
    """Those of the objects that some row names."""
    columns = (AudioAsset.sha256, AudioAsset.cover_sha256, Rendition.sha256, KeptVocals.sha256)
    named = union(*(select(column).where(column.in_(objects)) for column in columns))
    return {name for name in (await session.execute(named)).scalars() if name is not None}


async def chats_of(session: AsyncSession, user_id: uuid.UUID) -> list[tuple[str, str]]:
    """(channel, external id) of the person's chat accounts; their private chats have the same names."""
    query = select(ChannelIdentity.channel, ChannelIdentity.external_id).where(
        ChannelIdentity.user_id == user_id
    )
    return [(channel, chat) for channel, chat in (await session.execute(query)).all()]


async def _assets_of_nobody_else(
    session: AsyncSession, user_id: uuid.UUID, song_id: uuid.UUID | None = None
) -> list[uuid.UUID]:
    """The assets that only this person has, of all their songs or of one."""
    mine = select(LibraryEntry.song_id).where(LibraryEntry.user_id == user_id)
    if song_id is not None:
        mine = mine.where(LibraryEntry.song_id == song_id)
    query = select(Song.asset_id).where(
        Song.id.in_(mine), Song.is_private, Song.asset_id.is_not(None), ~_has_others(user_id)
    )
    return [asset for asset in (await session.execute(query)).scalars() if asset is not None]


def _has_others(user_id: uuid.UUID) -> ColumnElement[bool]:
    """Of a private song: somebody else has it, asked for it, or the catalogue has the same bytes."""
    public = Song.__table__.alias("public_songs")
    in_library = select(LibraryEntry.id).where(
        LibraryEntry.song_id == Song.id, LibraryEntry.user_id != user_id
    )
    asked_for = (
        select(ConversionJob.id)
        .join(Rendition, ConversionJob.rendition_id == Rendition.id)
        .where(Rendition.asset_id == Song.asset_id, ConversionJob.user_id != user_id)
    )
    in_catalogue = select(public.c.id).where(public.c.asset_id == Song.asset_id, ~public.c.is_private)
    return in_library.exists() | asked_for.exists() | in_catalogue.exists()


async def _objects_of(session: AsyncSession, assets: list[uuid.UUID]) -> list[str]:
    originals = select(AudioAsset.sha256).where(AudioAsset.id.in_(assets))
    covers = select(AudioAsset.cover_sha256).where(AudioAsset.id.in_(assets))
    renditions = select(Rendition.sha256).where(Rendition.asset_id.in_(assets))
    vocals = select(KeptVocals.sha256).where(KeptVocals.asset_id.in_(assets))
    found = (await session.execute(union(originals, covers, renditions, vocals))).scalars().all()
    return sorted(name for name in found if name is not None)


async def _recordings_of(session: AsyncSession, user_id: uuid.UUID) -> list[uuid.UUID]:
    """What the person sent: the messenger's names of the files."""
    query = select(ConversionJob.recording_id).where(
        ConversionJob.user_id == user_id, ConversionJob.recording_id.is_not(None)
    )
    return [row for row in (await session.execute(query.distinct())).scalars() if row is not None]


async def _sent_as(session: AsyncSession, assets: list[uuid.UUID]) -> list[uuid.UUID]:
    """The recordings that people sent as these bytes, whether or not anything was made of them."""
    query = select(Recording.id).where(Recording.asset_id.in_(assets), Recording.song_id.is_(None))
    return list((await session.execute(query)).scalars())


async def _open_renditions_of(session: AsyncSession, user_id: uuid.UUID) -> list[uuid.UUID]:
    query = select(ConversionJob.rendition_id).where(
        ConversionJob.user_id == user_id,
        ConversionJob.status.in_(OPEN),
        ConversionJob.rendition_id.is_not(None),
    )
    return [row for row in (await session.execute(query.distinct())).scalars() if row is not None]


async def _abandon_unwanted(session: AsyncSession, renditions: list[uuid.UUID]) -> None:
    """Free the workers of what nobody waits for any more; they notice at their next heartbeat."""
    wanted = select(ConversionJob.id).where(
        ConversionJob.rendition_id == Rendition.id, ConversionJob.status.in_(OPEN)
    )
    await session.execute(
        update(Rendition)
        .where(Rendition.id.in_(renditions), Rendition.status.in_(OPEN), ~wanted.exists())
        .values(status="cancelled", lease_token=None, lease_until=None)
    )
