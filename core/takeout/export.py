"""Everything that is kept about a person, for them to take away: what is written, and their recordings.

Secrets of the installation (hashes of tokens and codes) and its own book-keeping (leases, attempts) are not
about the person and stay. What is shared, such as songs of all, is there by its name.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, String, cast, func, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from core.accounts.models import ChannelIdentity, User
from core.catalog.models import AudioAsset, Recording, SearchPick, Song
from core.chat.models import InboxItem
from core.conversion.models import Asker, ConversionJob, Rendition, SongCharge
from core.conversion.recipe import Recipe
from core.db.base import Base
from core.delivery.models import Delivery
from core.library.models import LibraryEntry, Playlist, PlaylistSong
from core.membership.forgetting import chats_of
from core.push.models import Push, PushSubscription
from core.signin.models import SignInSession
from core.signing import link_name
from core.whatsapp.contacts import CHANNEL as WHATSAPP
from core.whatsapp.models import WhatsAppContact

OWN_BOOKS = {
    *("attempts", "lease_token", "lease_until", "dispatched_at", "not_before"),
    *("celery_task_id", "error_params", "file_ref", "unique_ref"),
    *("endpoint_hash", "p256dh", "auth"),
}
"""Columns that say nothing about the person."""


@dataclass(frozen=True)
class StoredFile:
    """One file of the export."""

    name: str
    sha256: str


@dataclass(frozen=True)
class Export:
    documents: Mapping[str, bytes]
    """JSON, by file name."""
    files: tuple[StoredFile, ...]


async def export_of(session: AsyncSession, user_id: uuid.UUID) -> Export:
    """What there is of this person, at one moment."""
    documents = {}
    for name, query in _sections(user_id, await chats_of(session, user_id)).items():
        rows = [dict(row) for row in (await session.execute(query)).mappings()]
        documents[f"{name}.json"] = json.dumps(rows, ensure_ascii=False, indent=1, default=str).encode()
    return Export(documents, tuple(await _files(session, user_id)))


def _all_of(model: type[Base]) -> Select[Any]:
    """Every column that is about the person."""
    return select(*(column for column in model.__table__.columns if column.name not in OWN_BOOKS))


def _sections(user_id: uuid.UUID, chats: Sequence[tuple[str, str]]) -> dict[str, Select[Any]]:
    """One document each; their names are for people to read."""
    identities = select(ChannelIdentity.id).where(ChannelIdentity.user_id == user_id)
    jobs = select(ConversionJob.id).where(ConversionJob.user_id == user_id)
    recordings = select(ConversionJob.recording_id).where(ConversionJob.user_id == user_id)
    song = (Song.title, Song.artist)
    return {
        "profile": _all_of(User).where(User.id == user_id),
        "chats": _all_of(ChannelIdentity).where(ChannelIdentity.user_id == user_id),
        "sessions": _all_of(SignInSession).where(SignInSession.user_id == user_id),
        "push-subscriptions": _all_of(PushSubscription).where(PushSubscription.user_id == user_id),
        "pushes": _all_of(Push).where(Push.job_id.in_(jobs)),
        "library": _all_of(LibraryEntry)
        .add_columns(*song)
        .join(Song, Song.id == LibraryEntry.song_id)
        .where(LibraryEntry.user_id == user_id)
        .order_by(LibraryEntry.added_at),
        "playlists": select(Playlist.id, Playlist.name, Playlist.created_at, PlaylistSong.added_at, *song)
        .outerjoin(PlaylistSong, PlaylistSong.playlist_id == Playlist.id)
        .outerjoin(Song, Song.id == PlaylistSong.song_id)
        .where(Playlist.user_id == user_id)
        .order_by(Playlist.created_at, PlaylistSong.added_at),
        "searches": select(SearchPick.query, SearchPick.picked_at, *song)
        .join(Song, Song.id == SearchPick.song_id)
        .where(SearchPick.user_id == user_id)
        .order_by(SearchPick.picked_at),
        "recordings": _all_of(Recording).where(Recording.id.in_(recordings)),
        "conversions": _all_of(ConversionJob).where(ConversionJob.user_id == user_id),
        "conversions-asked-in": _all_of(Asker).where(Asker.job_id.in_(jobs)),
        "songs-counted": _all_of(SongCharge).where(SongCharge.user_id == user_id),
        "messages-to-you": _all_of(Delivery).where(
            or_(Delivery.identity_id.in_(identities), Delivery.job_id.in_(jobs))
        ),
        "messages-from-you": _all_of(InboxItem).where(tuple_(InboxItem.channel, InboxItem.chat).in_(chats)),
        "whatsapp": _all_of(WhatsAppContact).where(
            func.replace(cast(WhatsAppContact.id, String), "-", "").in_(
                [chat for channel, chat in chats if channel == WHATSAPP]
            )
        ),
    }


async def _files(session: AsyncSession, user_id: uuid.UUID) -> list[StoredFile]:
    """The person's own recordings, and what was made of them."""
    own = (
        select(Song.title, AudioAsset.id, AudioAsset.sha256, AudioAsset.container)
        .join(LibraryEntry, LibraryEntry.song_id == Song.id)
        .join(AudioAsset, AudioAsset.id == Song.asset_id)
        .where(LibraryEntry.user_id == user_id, Song.is_private)
        .order_by(LibraryEntry.added_at, Song.id)
    )
    files: list[StoredFile] = []
    for number, (title, asset_id, sha256, container) in enumerate((await session.execute(own)).all(), 1):
        folder = f"recordings/{number:04} {link_name(title)}"
        files.append(StoredFile(f"{folder}/original.{_extension(container)}", sha256))
        made = (
            select(Rendition.recipe, Rendition.sha256)
            .join(ConversionJob, ConversionJob.rendition_id == Rendition.id)
            .where(
                Rendition.asset_id == asset_id,
                ConversionJob.user_id == user_id,
                Rendition.sha256.is_not(None),
            )
            .distinct()
            .order_by(Rendition.recipe)
        )
        for recipe, its in (await session.execute(made)).all():
            kind = Recipe.parse(recipe)
            files.append(StoredFile(f"{folder}/{link_name(recipe)}.{kind.format}", its or ""))
    return files


def _extension(container: str | None) -> str:
    """FFmpeg names some containers after all that are like them: `mov,mp4,m4a`."""
    return (container or "bin").rpartition(",")[2]
