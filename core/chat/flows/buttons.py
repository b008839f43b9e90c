"""Taps on buttons."""

from __future__ import annotations

import uuid

from core.accounts.service import choose_quality
from core.chat.actions import (
    AnswerLink,
    BringHeld,
    Cancel,
    CancelAll,
    CancelBatch,
    ChooseQuality,
    ChooseSetting,
    Forget,
    MakeInstrumental,
    MakeSo,
    OfferPlaylists,
    OpenPlayer,
    PickSong,
    PlaylistAction,
    PlaySong,
    Redo,
    Remake,
    RemoveSong,
    SaveSong,
    SendAgain,
    ShowPage,
    ShowSetting,
    ShowShelf,
    SignOut,
    SongOptions,
    UnsaveSong,
    WrongSong,
    parse_action,
)
from core.chat.flows import (
    account,
    jobs,
    library,
    linking,
    player,
    playlists,
    remake,
    search,
    settings,
    several,
    song,
    uncertain,
)
from core.chat.turn import Turn
from core.errors import Forbidden, NotFound


async def tapped(turn: Turn, action: str) -> None:
    """Do what the button says; a button of another version gets a helpful answer."""
    match parse_action(action):
        case Cancel(job_id):
            await _cancel(turn, job_id)
        case CancelBatch(batch_id):
            await several.cancel(turn, batch_id)
        case SendAgain(delivery_id):
            await uncertain.send_again(turn, delivery_id)
        case ChooseQuality(quality):
            choose_quality(turn.identity.user, quality)
            await turn.say_in_place("quality-saved", quality=turn.texts.say(f"quality-{quality}"))
        case PickSong(song_id, token):
            await song.pick(turn, song_id, token)
        case MakeInstrumental(song_id):
            await song.make(turn, song_id)
        case PlaySong(song_id):
            await song.play(turn, song_id)
        case ShowPage(token, offset):
            await search.show_page(turn, token, offset)
        case WrongSong(token):
            await search.wrong_song(turn, token)
        case SaveSong(song_id):
            await library.save(turn, song_id)
        case UnsaveSong(song_id):
            await library.unsave(turn, song_id)
        case RemoveSong(song_id, is_sure):
            await library.remove(turn, song_id, is_sure=is_sure)
        case Remake(job_id, wish):
            await remake.remake(turn, job_id, wish)
        case AnswerLink(request_id, agrees):
            await linking.respond(turn, request_id, agrees=agrees)
        case Forget(wish):
            await account.answered(turn, wish)
        case OpenPlayer() if turn.player_url is not None:
            await player.open_(turn)
        case SignOut():
            await player.sign_out(turn)
        case OfferPlaylists(song_id):
            await playlists.offer(turn, song_id)
        case PlaylistAction() as wanted_of_playlist:
            await playlists.act(turn, wanted_of_playlist)
        case CancelAll():
            await jobs.cancel_all(turn)
        case BringHeld():
            await jobs.bring_held(turn)
        case Redo(job_id):
            await jobs.redo(turn, job_id)
        case ShowSetting(name) if name in settings.IN_A_ROW:
            await settings.offer(turn, name)
        case ChooseSetting(name, value) if settings.is_choice(name, value):
            await settings.choose_one(turn, name, value)
        case SongOptions(song_id, wanted):
            await settings.show_options(turn, song_id, wanted)
        case MakeSo(song_id, wanted):
            await song.make(turn, song_id, wanted)
        case ShowShelf(shelf):
            await library.show_shelf(turn, shelf)
        case _:
            await turn.say("button-old")


async def _cancel(turn: Turn, job_id: uuid.UUID) -> None:
    """The status message itself shows that it worked."""
    try:
        was_open = await turn.conversion.cancel(turn.session, turn.identity.user_id, job_id)
    except NotFound as error:  # among many people everybody sees everybody's buttons
        await turn.say((error if turn.is_private else Forbidden()).message_key)
        return
    if not was_open:
        await turn.say("already-over")
