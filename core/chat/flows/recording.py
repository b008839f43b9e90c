"""Somebody sent a recording: it becomes an instrumental, with their saved choices, at once."""

from __future__ import annotations

from core.accounts.service import quality_of
from core.catalog.service import SentRecording, remember_recording
from core.chat.messages import Attachment, AttachmentKind
from core.chat.turn import Turn
from core.conversion.recipe import Recipe
from core.conversion.service import Asking
from core.conversion.view import view
from core.errors import TooBusy, TooLarge, TooLong
from core.ports import Stem
from core.text.titles import known, names_from_file

MEGABYTE = 1_000_000


async def make_instrumental(turn: Turn, attachment: Attachment) -> None:
    """Start the conversion; the status message that follows is the answer."""
    try:
        _refuse_by_description(turn, attachment)
        recording = await remember_recording(turn.session, _describe(turn, attachment))
        recipe = Recipe(
            turn.engine,
            quality_of(turn.identity.user),
            Stem.INSTRUMENTAL,
            turn.capabilities.audio_format,
        )
        asked = await turn.conversion.ask(turn.session, turn.identity, turn.incoming.chat, recording, recipe)
    except (TooLarge, TooLong, TooBusy) as error:
        await turn.say(error.message_key, **error.params)
        return
    if asked.outcome is Asking.JOINED:
        await turn.say("already-making", title=(await view(turn.session, asked.job_id)).title)


def _refuse_by_description(turn: Turn, attachment: Attachment) -> None:
    """What the messenger says is enough to say no, never enough to say yes."""
    limit = turn.capabilities.max_fetch_bytes
    if attachment.size is not None and attachment.size > limit:
        raise TooLarge(limit_mb=limit // MEGABYTE)
    if attachment.duration is not None and attachment.duration > turn.max_song_seconds + 1:
        raise TooLong(limit_minutes=turn.max_song_seconds // 60)


def _describe(turn: Turn, attachment: Attachment) -> SentRecording:
    title, artist = known(attachment.title), known(attachment.performer)
    if title is None and attachment.file_name:
        title, artist_of_file = names_from_file(attachment.file_name)
        artist = artist or artist_of_file
    return SentRecording(
        channel=turn.incoming.channel,
        unique_ref=attachment.unique_ref,
        file_ref=attachment.file_ref,
        size=attachment.size,
        duration=attachment.duration,
        title=title or turn.texts.say(_untitled(attachment.kind)),
        artist=artist,
    )


def _untitled(kind: AttachmentKind) -> str:
    match kind:
        case AttachmentKind.VOICE:
            return "title-voice"
        case AttachmentKind.VIDEO:
            return "title-video"
        case _:
            return "title-recording"
