"""What is in Telegram's messages beside words and songs."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from bot.telegram.parse import parse
from core.chat.messages import AttachmentKind, Contact, InlinePick, InlineQuery, Oddity
from tests.unit.test_telegram_parse import ASHA, AUDIO, BOT, GROUP, OURS, heard, message, said

CARD = {"phone_number": "919812345678", "first_name": "Asha", "user_id": 700}
GIF: dict[str, Any] = {"file_id": "F", "file_unique_id": "U"}


def edited(chat: dict[str, Any] | None = None, **fields: Any) -> dict[str, Any]:
    content = message(*([] if chat is None else [chat]), **{"edit_date": 1_795_390_060} | fields)["message"]
    return {"update_id": 1, "edited_message": content}


@pytest.mark.parametrize(
    ("content", "oddity"),
    [
        ({"sticker": {}}, Oddity.STICKER),
        ({"photo": [{}]}, Oddity.PICTURE),
        ({"animation": GIF, "document": GIF}, Oddity.PICTURE),
        ({"location": {}}, Oddity.PLACE),
        ({"venue": {}, "location": {}}, Oddity.PLACE),
        ({"poll": {}}, Oddity.POLL),
        ({"dice": {}}, Oddity.GAME),
        ({"something_new": {}}, Oddity.OTHER),
    ],
)
def test_what_is_neither_words_nor_sound_says_what_it_is(content: dict[str, Any], oddity: Oddity) -> None:
    incoming = said(**content)
    assert (incoming.oddity, incoming.text, incoming.attachment) == (oddity, None, None)


def test_words_and_files_are_nothing_odd() -> None:
    assert said(text="x").oddity is None
    assert said(audio=AUDIO).oddity is None
    assert said(photo=[{}], caption="Tum Hi Ho").oddity is None


@pytest.mark.parametrize("note", ["pinned_message", "new_chat_members", "message_auto_delete_timer_changed"])
def test_what_nobody_said_needs_no_answer(note: str) -> None:
    assert parse(message(**{note: {}}), BOT) is None
    assert parse(message(GROUP, reply_to_message=OURS, **{note: {}}), BOT) is None


def test_what_our_own_inline_mode_wrote_is_left_alone() -> None:
    assert parse(message(audio=AUDIO, via_bot={"id": 42, "username": BOT.upper()}), BOT) is None
    assert said(audio=AUDIO, via_bot={"id": 43, "username": "another_bot"}).attachment is not None


def test_an_album_is_told_by_its_files() -> None:
    first, second = (said(audio=AUDIO, media_group_id="13771") for _ in range(2))
    assert first.media_group == second.media_group == "13771"
    assert said(audio=AUDIO).media_group is None


# --- contacts ---------------------------------------------------------------------------------------------


def test_ones_own_number() -> None:
    incoming = said(contact=CARD)
    assert incoming.contact == Contact("919812345678", is_senders_own=True)
    assert incoming.oddity is None


@pytest.mark.parametrize(
    "about",
    [
        {"contact": CARD | {"user_id": 701}},
        {"contact": {key: value for key, value in CARD.items() if key != "user_id"}},
        {"contact": CARD | {"user_id": "700"}},
        {"contact": CARD, "forward_origin": {"type": "user"}},
        {"contact": CARD, "forward_date": 1},
    ],
)
def test_a_card_that_proves_nothing(about: dict[str, Any]) -> None:
    contact = said(**about).contact
    assert contact is not None
    assert not contact.is_senders_own


def test_numbers_are_no_business_of_a_group() -> None:
    assert parse(message(GROUP, contact=CARD, reply_to_message=OURS), BOT) is None


# --- edited messages --------------------------------------------------------------------------------------


def test_a_mended_text_is_heard_as_it_reads_now() -> None:
    incoming = heard(edited(text="Tum Hi Ho"))
    assert (incoming.text, incoming.is_edited, incoming.message_ref) == ("Tum Hi Ho", True, "5")
    assert incoming.sent_at == datetime(2026, 11, 22, 23, 27, 40, tzinfo=UTC)
    assert heard(edited(GROUP, text=f"@{BOT} tum hi ho")).text == "tum hi ho"
    assert not said(text="Tum Hi Ho").is_edited


@pytest.mark.parametrize(
    "content",
    [
        {"audio": AUDIO, "caption": "a better caption"},
        {"location": {"latitude": 1.0, "longitude": 2.0}},
        {"text": "nobody edited this", "edit_date": None},
        {"sticker": {}},
    ],
)
def test_other_changes_are_not_said_again(content: dict[str, Any]) -> None:
    assert parse(edited(**content), BOT) is None


def test_in_groups_an_edit_speaks_to_us_or_not() -> None:
    assert parse(edited(GROUP, text="tum hi ho"), BOT) is None


# --- groups -----------------------------------------------------------------------------------------------


def test_a_command_to_another_bot_is_not_ours_even_as_a_reply() -> None:
    assert parse(message(GROUP, text="/help@another_bot", reply_to_message=OURS), BOT) is None


def test_a_file_in_reply_to_us_is_meant_for_us() -> None:
    attachment = said(GROUP, audio=AUDIO, reply_to_message=OURS).attachment
    assert attachment is not None
    assert attachment.kind is AttachmentKind.AUDIO


# --- inline mode ------------------------------------------------------------------------------------------


def test_a_question_from_any_chat() -> None:
    query = {"id": "61", "from": ASHA, "query": " tum hi ho ", "offset": "20", "chat_type": "group"}
    assert parse({"update_id": 1, "inline_query": query}, BOT) == InlineQuery(
        "telegram", query_ref="61", person="700", language="hi", text="tum hi ho", offset="20"
    )
    empty = query | {"query": "", "offset": ""}
    assert parse({"inline_query": empty}, BOT) == InlineQuery(
        "telegram", query_ref="61", person="700", language="hi", text="", offset=""
    )


def test_a_pick_from_an_answer() -> None:
    chosen = {"result_id": "0a:card", "from": ASHA, "query": "tum hi ho"}
    assert parse({"chosen_inline_result": chosen}, BOT) == InlinePick(
        "telegram", person="700", choice_ref="0a:card", text="tum hi ho"
    )


@pytest.mark.parametrize("missing", ["id", "from"])
def test_a_question_that_says_too_little(missing: str) -> None:
    query = {"id": "61", "from": ASHA, "query": "x", "offset": ""}
    del query[missing]
    assert parse({"inline_query": query}, BOT) is None
    assert parse({"inline_query": query | {"id": "1", "from": ASHA | {"is_bot": True}}}, BOT) is None
