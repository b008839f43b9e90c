"""What Telegram's buttons carry, and what comes back of it."""

from __future__ import annotations

import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.adapters.channels.telegram.seal import TAG_LENGTH, Seal
from core.chat import actions
from core.chat.wishes import Wish
from core.conversion.preferences import Preferences, Stems
from core.library.shelves import Shelf
from core.ports import MOST_ACTION_BYTES, AudioFormat, Quality

SEAL = Seal("4200000001:a-token")
ID = uuid.UUID("ffffffff-ffff-4fff-bfff-ffffffffffff")
LONGEST_WISHES = Preferences(Quality.BEST, Stems.BOTH, 40, -6, 130, AudioFormat.MP3)
TOKEN = "a" * 16
MOST_DATA_BYTES = 64
"""Of Telegram's callback data."""


@given(st.text(max_size=13), st.from_regex(r"-?\d{1,15}", fullmatch=True))
def test_what_was_sent_to_a_chat_comes_back_from_it(action: str, chat: str) -> None:
    data = SEAL.close(chat, action)
    assert len(data.encode()) <= MOST_DATA_BYTES
    assert SEAL.open(chat, data) == action


def test_what_was_not_is_nothing() -> None:
    data = SEAL.close("700", "forget:sure")
    assert SEAL.open("701", data) is None, "of another chat"
    assert SEAL.open("-700", data) is None
    assert Seal("4200000001:another-token").open("700", data) is None
    tag = data.rpartition(".")[2]
    assert len(tag) == TAG_LENGTH
    for forged in ("forget:sure", "forget:sure.", f"forget:once.{tag}", f"forget:sure.{tag[:-1]}", f".{tag}"):
        assert SEAL.open("700", forged) is None, forged
    assert SEAL.open("700", f"forget:sure.{tag[::-1]}") is None
    assert SEAL.open("700", f"{data}\N{SNOWMAN}\udcff") is None


@pytest.mark.parametrize(
    "action",
    [
        actions.cancel_action(ID),
        actions.send_again_action(ID),
        actions.quality_action(Quality.FAST),
        actions.pick_action(ID, TOKEN),
        actions.make_action(ID),
        actions.play_action(ID),
        actions.page_action(TOKEN, actions.MOST_OFFSET),
        actions.wrong_song_action(TOKEN),
        actions.unsave_action(ID),
        actions.remove_action(ID, is_sure=True),
        *(actions.shelf_action(shelf) for shelf in Shelf),
        actions.remake_action(ID, Wish(tempo=130)),
        actions.link_action(ID, agrees=True),
        actions.offer_playlists_action(ID),
        actions.playlist_action("show", ID, ID),
        actions.redo_action(ID),
        actions.setting_action("language", "pa"),
        actions.option_action(ID, LONGEST_WISHES),
        actions.make_so_action(ID, LONGEST_WISHES),
    ],
)
def test_each_action_of_ours_fits(action: str) -> None:
    assert len(action.encode()) <= MOST_ACTION_BYTES
    assert len(SEAL.close("-1002000000000", action).encode()) <= MOST_DATA_BYTES
