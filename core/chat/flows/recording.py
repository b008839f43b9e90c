"""Somebody sent a recording: it becomes an instrumental, with their saved choices, at once."""

from __future__ import annotations

from core.catalog.models import Recording
from core.catalog.service import SentRecording, remember_recording
from core.chat.messages import Attachment, AttachmentKind
from core.chat.turn import Turn
from core.conversion.preferences import Preferences, preferences_of
from core.conversion.recipe import Recipe
from core.conversion.service import Asking
from core.conversion.view import view
from core.errors import QuotaUsed, TooBusy, TooLarge, TooLong
from core.text.titles import known, names_from_file

MEGABYTE = 1_000_000


async def make_instrumental(turn: Turn, attachment: Attachment) -> None:
    """Start the conversion; the status message that follows is the answer."""
    try:
        refuse_by_description(turn, attachment)
        recording = await remember_recording(turn.session, describe(turn, attachment))
        for recipe in recipes(turn):
            await ask_for(turn, recording, recipe)
    except (TooLarge, TooLong, TooBusy, QuotaUsed) as error:
        await turn.refuse(error)


def recipes(turn: Turn, wanted: Preferences | None = None) -> tuple[Recipe, ...]:
    """What is to be made: as wanted for this song, else by the person's saved choices."""
    chosen = wanted or preferences_of(turn.identity.user)
    return chosen.recipes(turn.engine, turn.capabilities.audio_format)


async def ask_for(turn: Turn, recording: Recording, recipe: Recipe) -> bool:
    """Want a rendition for this chat; False where it waits for the same already, and says so. Raises
    TooBusy, QuotaUsed."""
    asked = await turn.conversion.ask(
        turn.session, turn.identity, turn.incoming.chat, recording, recipe, answers=turn.answers
    )
    if asked.outcome is not Asking.JOINED:
        return True
    await turn.say("already-making", title=(await view(turn.session, asked.job_id)).version)
    return False


def refuse_too_long(turn: Turn, seconds: float | None) -> None:
    """Raises TooLong for what is longer than the operator allows, as far as anybody told."""
    if seconds is not None and seconds > turn.max_song_seconds + 1:
        raise TooLong(limit_minutes=turn.max_song_seconds // 60)


def refuse_by_description(turn: Turn, attachment: Attachment) -> None:
    """What the messenger says is enough to say no, never enough to say yes. Raises TooLarge, TooLong."""
    limit = turn.capabilities.max_fetch_bytes
    if attachment.size is not None and attachment.size > limit:
        raise TooLarge(limit_mb=limit // MEGABYTE)
    refuse_too_long(turn, attachment.duration)


def describe(turn: Turn, attachment: Attachment) -> SentRecording:
    """The file as its messenger describes it, with the best name there is."""
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
