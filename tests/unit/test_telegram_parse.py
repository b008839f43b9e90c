"""Updates of the Bot API as Incoming."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.telegram.parse import parse
from core.chat.messages import Attachment, AttachmentKind, Incoming, InlinePick, InlineQuery

BOT = "melody_studio_bot"
ASHA = {"id": 700, "is_bot": False, "first_name": "Asha", "last_name": "Rao", "language_code": "hi"}
PRIVATE = {"id": 700, "type": "private", "first_name": "Asha"}
GROUP = {"id": -1002, "type": "supergroup", "title": "Singers"}
OURS = {
    "message_id": 4,
    "date": 1,
    "chat": GROUP,
    "from": {"id": 42, "is_bot": True, "username": BOT.upper()},
}
WHO: dict[str, Any] = {"channel": "telegram", "person": "700", "display_name": "Asha Rao", "language": "hi"}
AUDIO = {
    "file_id": "CQAC1",
    "file_unique_id": "AgAD1",
    "duration": 212,
    "title": "Tum Hi Ho",
    "performer": "Arijit Singh",
    "file_name": "tum.mp3",
    "mime_type": "audio/mpeg",
    "file_size": 5_000_000,
}


def message(chat: dict[str, Any] = PRIVATE, **fields: Any) -> dict[str, Any]:
    content = {"message_id": 5, "date": 1_795_390_000, "chat": chat, "from": ASHA} | fields
    return {"update_id": 1, "message": content}


def heard(update: dict[str, Any]) -> Incoming:
    """What somebody did in a chat."""
    incoming = parse(update, BOT)
    assert isinstance(incoming, Incoming)
    return incoming


def said(chat: dict[str, Any] = PRIVATE, **fields: Any) -> Incoming:
    return heard(message(chat, **fields))


def test_text() -> None:
    assert said(text="  तुम ही हो ") == Incoming(
        **WHO,
        chat="700",
        sent_at=datetime(2026, 11, 22, 23, 26, 40, tzinfo=UTC),
        message_ref="5",
        text="तुम ही हो",
    )


def test_audio_with_all_that_is_said_about_it() -> None:
    assert said(audio=AUDIO).attachment == Attachment(
        kind=AttachmentKind.AUDIO,
        file_ref="CQAC1",
        unique_ref="AgAD1",
        size=5_000_000,
        duration=212,
        title="Tum Hi Ho",
        performer="Arijit Singh",
        file_name="tum.mp3",
        media_type="audio/mpeg",
    )


@pytest.mark.parametrize(
    ("field", "kind"),
    [
        ("voice", AttachmentKind.VOICE),
        ("video", AttachmentKind.VIDEO),
        ("video_note", AttachmentKind.VIDEO),
        ("document", AttachmentKind.DOCUMENT),
    ],
)
def test_other_files(field: str, kind: AttachmentKind) -> None:
    file = {"file_id": "F", "file_unique_id": "U"}
    assert said(**{field: file}).attachment == Attachment(kind=kind, file_ref="F", unique_ref="U")


def test_caption_is_the_text_where_there_is_no_other() -> None:
    assert said(audio=AUDIO, caption="with vocals please").text == "with vocals please"


@pytest.mark.parametrize("content", [{"sticker": {"file_id": "S"}}, {"photo": []}, {"story": {}}])
def test_what_we_do_not_understand_can_be_answered_in_private_only(content: dict[str, Any]) -> None:
    incoming = said(**content)
    assert (incoming.text, incoming.attachment, incoming.chat) == (None, None, "700")
    assert parse(message(GROUP, **content), BOT) is None
    assert parse(message(GROUP, reply_to_message=OURS, **content), BOT) is None


@pytest.mark.parametrize(
    ("text", "understood"),
    [
        ("/start", "/start"),
        ("/start@Melody_Studio_Bot now", "/start now"),
        ("@melody_studio_bot tum hi ho", "tum hi ho"),
        ("@Melody_Studio_Bot, tum hi ho", "tum hi ho"),
        ("play tum hi ho @melody_studio_bot", "play tum hi ho"),
    ],
)
def test_group_messages_that_speak_to_us(text: str, understood: str) -> None:
    incoming = said(GROUP, text=text)
    assert (incoming.chat, incoming.person, incoming.text) == ("-1002", "700", understood)


@pytest.mark.parametrize(
    "text",
    [
        "tum hi ho",
        "/start@another_bot",
        "@melody_studio_bot2 hi",
        "mail@melody_studio_bot",
        "@melody_studio_bot",
        "a /start",
    ],
)
def test_group_messages_that_do_not(text: str) -> None:
    assert parse(message(GROUP, text=text), BOT) is None


def test_group_reply_to_us_and_to_others() -> None:
    assert said(GROUP, text="the second one", reply_to_message=OURS).text == "the second one"
    theirs = OURS | {"from": ASHA}
    assert parse(message(GROUP, text="the second one", reply_to_message=theirs), BOT) is None


def test_group_file_with_our_name_in_its_caption() -> None:
    incoming = said(GROUP, audio=AUDIO, caption="@melody_studio_bot")
    assert incoming.text is None
    assert incoming.attachment is not None
    assert parse(message(GROUP, audio=AUDIO), BOT) is None


def test_command_to_another_bot_in_private() -> None:
    assert parse(message(text="/start@another_bot"), BOT) is None


def test_tap() -> None:
    query = {
        "id": "4382",
        "from": ASHA,
        "message": {"message_id": 55, "date": 0, "chat": GROUP},
        "chat_instance": "-88",
        "data": "cancel:9f3c",
    }
    assert parse({"update_id": 1, "callback_query": query}, BOT) == Incoming(
        **WHO, chat="-1002", message_ref="55", action="cancel:9f3c", callback_ref="4382"
    )


@pytest.mark.parametrize("missing", ["id", "from", "message", "data"])
def test_tap_that_says_too_little(missing: str) -> None:
    query = {"id": "1", "from": ASHA, "message": {"message_id": 5, "chat": PRIVATE}, "data": "x"}
    del query[missing]
    assert parse({"callback_query": query}, BOT) is None


@pytest.mark.parametrize(("status", "blocked"), [("kicked", True), ("member", False)])
def test_blocked_and_back(status: str, blocked: bool) -> None:
    change = {"chat": PRIVATE, "from": ASHA, "date": 1_795_390_000, "new_chat_member": {"status": status}}
    incoming = heard({"my_chat_member": change})
    assert (incoming.blocked, incoming.chat, incoming.text) == (blocked, "700", None)
    assert parse({"my_chat_member": change | {"chat": GROUP}}, BOT) is None


@pytest.mark.parametrize("kind", ["channel_post", "edited_channel_post", "business_message", "poll"])
def test_other_updates(kind: str) -> None:
    assert parse({"update_id": 1, kind: message()["message"]}, BOT) is None


@pytest.mark.parametrize(
    "fields",
    [
        {"from": ASHA | {"is_bot": True}, "text": "x"},
        {"chat": {"id": -100, "type": "channel"}, "text": "x"},
        {"chat": PRIVATE | {"id": 701}, "text": "x"},
        {"from": None, "text": "x"},
    ],
)
def test_who_is_not_a_person_in_a_chat(fields: dict[str, Any]) -> None:
    assert parse(message(**fields), BOT) is None


def test_what_cannot_be_stored_is_taken_out() -> None:
    assert said(text="tum\x00 \ud83dhi").text == "tum hi"
    assert said(text="x", date=10**15).sent_at is None
    audio = said(audio=AUDIO | {"file_size": 10**30, "duration": -1, "title": 5}).attachment
    assert audio is not None
    assert (audio.size, audio.duration, audio.title) == (None, None, None)


NAMES = st.sampled_from(
    [
        *(
            "message",
            "callback_query",
            "my_chat_member",
            "edited_message",
            "inline_query",
            "chosen_inline_result",
            "from",
            "chat",
            "id",
            "type",
            "text",
            "caption",
            "data",
        ),
        *("audio", "voice", "file_id", "file_unique_id", "file_size", "duration", "date", "message_id"),
        *(
            "is_bot",
            "first_name",
            "language_code",
            "reply_to_message",
            "username",
            "new_chat_member",
            "status",
        ),
        *("contact", "phone_number", "user_id", "query", "result_id", "edit_date", "media_group_id"),
    ]
)
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters())
    | st.sampled_from(["private", "group", "/start@x", f"@{BOT}", "kicked"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=5),
    max_leaves=25,
)


@given(VALUES)
def test_whatever_comes_is_answered(update: object) -> None:
    assert isinstance(parse(update, BOT), Incoming | InlineQuery | InlinePick | None)


@pytest.mark.broad
@given(
    st.sampled_from(["private", "supergroup"]),
    st.dictionaries(
        st.sampled_from(["text", "caption", "audio", "date", "reply_to_message", "from"]), VALUES
    ),
)
def test_real_messages_with_broken_fields_are_answered(kind: str, broken: dict[str, object]) -> None:
    update = message(PRIVATE if kind == "private" else GROUP, **({"text": "/start", "audio": AUDIO} | broken))
    incoming = parse(update, BOT)
    if isinstance(incoming, Incoming) and incoming.text is not None:
        assert "\x00" not in incoming.text
        incoming.text.encode()
