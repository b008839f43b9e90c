"""What buttons say when they are tapped: short strings, within every messenger's 64 bytes."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass

from core.chat.wishes import Wish, parse_code
from core.conversion.preferences import Preferences
from core.conversion.preferences import parse_code as parse_preferences
from core.library.shelves import Shelf
from core.ports import Quality

TOKEN = re.compile(r"[\w-]{1,16}", re.ASCII)
MOST_OFFSET = 1000


@dataclass(frozen=True)
class Cancel:
    job_id: uuid.UUID


@dataclass(frozen=True)
class CancelBatch:
    batch_id: uuid.UUID


@dataclass(frozen=True)
class SendAgain:
    delivery_id: uuid.UUID


@dataclass(frozen=True)
class ChooseQuality:
    quality: Quality


@dataclass(frozen=True)
class PickSong:
    song_id: uuid.UUID
    token: str | None = None
    """Of the search that found it, where it is remembered (core.chat.session)."""


@dataclass(frozen=True)
class MakeInstrumental:
    song_id: uuid.UUID


@dataclass(frozen=True)
class PlaySong:
    song_id: uuid.UUID


@dataclass(frozen=True)
class ShowPage:
    token: str
    offset: int


@dataclass(frozen=True)
class WrongSong:
    token: str


@dataclass(frozen=True)
class SaveSong:
    song_id: uuid.UUID


@dataclass(frozen=True)
class UnsaveSong:
    song_id: uuid.UUID


@dataclass(frozen=True)
class RemoveSong:
    song_id: uuid.UUID
    is_sure: bool = False


@dataclass(frozen=True)
class ShowShelf:
    shelf: Shelf


@dataclass(frozen=True)
class Remake:
    job_id: uuid.UUID
    wish: Wish


@dataclass(frozen=True)
class CancelAll:
    pass


@dataclass(frozen=True)
class Redo:
    job_id: uuid.UUID


@dataclass(frozen=True)
class ShowSetting:
    name: str


@dataclass(frozen=True)
class ChooseSetting:
    name: str
    value: str
    """Empty: no choice."""


@dataclass(frozen=True)
class SongOptions:
    song_id: uuid.UUID
    wanted: Preferences | None = None
    """None: as the person has it always."""


@dataclass(frozen=True)
class MakeSo:
    song_id: uuid.UUID
    wanted: Preferences


@dataclass(frozen=True)
class AnswerLink:
    request_id: uuid.UUID
    agrees: bool


@dataclass(frozen=True)
class Forget:
    action: str
    """`FORGET_ONCE`, `FORGET_SURE` or `FORGET_NOT`."""


@dataclass(frozen=True)
class OpenPlayer:
    pass


@dataclass(frozen=True)
class SignOut:
    """Of every browser."""


@dataclass(frozen=True)
class OfferPlaylists:
    song_id: uuid.UUID


@dataclass(frozen=True)
class PlaylistAction:
    verb: str
    """`show`, `play`, `add` (a song), `drop` (asks first), `gone` (is sure)."""
    beginning: str
    """Of the playlist's id: a person has few."""
    song_id: uuid.UUID | None = None
    offset: int = 0


@dataclass(frozen=True)
class BringHeld:
    """Send what waited until the person writes: their tap is that."""


Action = (
    Cancel | CancelBatch | SendAgain | ChooseQuality | PickSong | MakeInstrumental | PlaySong | ShowPage
    | WrongSong | SaveSong | UnsaveSong | RemoveSong | ShowShelf | Remake
    | CancelAll | Redo | ShowSetting | ChooseSetting | SongOptions | MakeSo
    | AnswerLink | Forget | OpenPlayer | SignOut | OfferPlaylists | PlaylistAction | BringHeld
)  # fmt: skip


def cancel_action(job_id: uuid.UUID) -> str:
    return f"cancel:{job_id.hex}"


def cancel_batch_action(batch_id: uuid.UUID) -> str:
    return f"cancel-batch:{batch_id.hex}"


def send_again_action(delivery_id: uuid.UUID) -> str:
    return f"again:{delivery_id.hex}"


def quality_action(quality: Quality) -> str:
    return f"quality:{quality}"


def pick_action(song_id: uuid.UUID, token: str | None) -> str:
    return f"song:{song_id.hex}:{token}" if token else f"song:{song_id.hex}"


def make_action(song_id: uuid.UUID) -> str:
    return f"make:{song_id.hex}"


def play_action(song_id: uuid.UUID) -> str:
    return f"play:{song_id.hex}"


def page_action(token: str, offset: int) -> str:
    return f"page:{token}:{offset}"


def wrong_song_action(token: str) -> str:
    return f"wrong:{token}"


def save_action(song_id: uuid.UUID) -> str:
    return f"save:{song_id.hex}"


def unsave_action(song_id: uuid.UUID) -> str:
    return f"unsave:{song_id.hex}"


def remove_action(song_id: uuid.UUID, *, is_sure: bool = False) -> str:
    return f"remove:{song_id.hex}:sure" if is_sure else f"remove:{song_id.hex}"


def shelf_action(shelf: Shelf) -> str:
    return f"shelf:{shelf}"


def remake_action(job_id: uuid.UUID, wish: Wish) -> str:
    return f"remake:{job_id.hex}:{wish.code()}"


CANCEL_ALL = "cancel-all"
BRING_HELD = "bring-held"
OPEN_PLAYER, SIGN_OUT = "open", "sign-out"
FORGET_ONCE, FORGET_SURE, FORGET_NOT = "forget:once", "forget:sure", "forget:not"


def link_action(request_id: uuid.UUID, *, agrees: bool) -> str:
    return f"link:{request_id.hex}:{'yes' if agrees else 'no'}"


def offer_playlists_action(song_id: uuid.UUID) -> str:
    return f"lists:{song_id.hex}"


def playlist_action(
    verb: str, playlist_id: uuid.UUID, song_id: uuid.UUID | None = None, *, offset: int = 0
) -> str:
    what = song_id.hex if song_id else str(offset)
    return f"list-{verb}:{playlist_id.hex[:12]}:{what}"


def redo_action(job_id: uuid.UUID) -> str:
    return f"redo:{job_id.hex}"


def setting_action(name: str, value: str | int | None = None) -> str:
    """Without a value it shows what there is to choose."""
    return f"set:{name}" if value is None else f"set:{name}:{value}"


def option_action(song_id: uuid.UUID, wanted: Preferences | None = None) -> str:
    return f"opt:{song_id.hex}:{wanted.code()}" if wanted else f"opt:{song_id.hex}"


def make_so_action(song_id: uuid.UUID, wanted: Preferences) -> str:
    return f"so:{song_id.hex}:{wanted.code()}"


def parse_action(text: str) -> Action | None:
    """The action of a tapped button; None when it is none of ours."""
    name, _, value = text.partition(":")
    first, _, second = value.partition(":")
    try:
        match name:
            case "cancel":
                return Cancel(uuid.UUID(value))
            case "cancel-batch":
                return CancelBatch(uuid.UUID(value))
            case "again":
                return SendAgain(uuid.UUID(value))
            case "quality":
                return ChooseQuality(Quality(value))
            case "song":
                return PickSong(uuid.UUID(first), _token(second) if second else None)
            case "make":
                return MakeInstrumental(uuid.UUID(value))
            case "play":
                return PlaySong(uuid.UUID(value))
            case "page":
                return ShowPage(_token(first), _offset(second))
            case "wrong":
                return WrongSong(_token(value))
            case "save":
                return SaveSong(uuid.UUID(value))
            case "unsave":
                return UnsaveSong(uuid.UUID(value))
            case "remove":
                return RemoveSong(uuid.UUID(first), is_sure=second == "sure")
            case "remake":
                return Remake(uuid.UUID(first), parse_code(second))
            case "link" if second in {"yes", "no"}:
                return AnswerLink(uuid.UUID(first), second == "yes")
            case "forget" if text in {FORGET_ONCE, FORGET_SURE, FORGET_NOT}:
                return Forget(text)
            case "open":
                return OpenPlayer()
            case "sign-out":
                return SignOut()
            case "lists":
                return OfferPlaylists(uuid.UUID(value))
            case "list-add":
                return PlaylistAction("add", _beginning(first), uuid.UUID(second))
            case "list-show" | "list-play" | "list-drop" | "list-gone":
                return PlaylistAction(name.removeprefix("list-"), _beginning(first), offset=_offset(second))
            case "cancel-all":
                return CancelAll()
            case "bring-held":
                return BringHeld()
            case "redo":
                return Redo(uuid.UUID(value))
            case "set" if ":" in value:
                return ChooseSetting(first, second)
            case "set":
                return ShowSetting(value)
            case "opt":
                return SongOptions(uuid.UUID(first), parse_preferences(second) if second else None)
            case "so":
                return MakeSo(uuid.UUID(first), parse_preferences(second))
            case "shelf":
                return ShowShelf(Shelf(value))
    except ValueError:
        return None
    return None


def _token(text: str) -> str:
    if not TOKEN.fullmatch(text):
        raise ValueError(text)
    return text


def _beginning(text: str) -> str:
    if not re.fullmatch(r"[0-9a-f]{12}", text):
        raise ValueError(text)
    return text


def _offset(text: str) -> int:
    offset = int(text) if len(text) <= 4 else -1
    if not 0 <= offset <= MOST_OFFSET:
        raise ValueError(text)
    return offset
