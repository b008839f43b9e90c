"""WhatsApp's words: texts in its messages, choices by number, and Twilio's forms as what people do."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.whatsapp.parse import parse
from core.adapters.channels.whatsapp.render import MAX_BODY, bodies, link_body, split
from core.chat.actions import quality_action
from core.chat.choices import number_in
from core.chat.messages import AttachmentKind, Incoming
from core.ports import AudioFormat, AudioMessage, Button, Quality, Reply

pytestmark = pytest.mark.broad

NOW = datetime(2026, 11, 23, tzinfo=UTC)
FAST = quality_action(Quality.FAST)


# --- render -----------------------------------------------------------------------------------------------


def test_choices_are_numbered_below_the_text() -> None:
    reply = Reply("Which one?", ((Button("Best", "b"), Button("Fast", "f")), (Button("Cancel", "c"),)))
    assert bodies(reply) == ["Which one?\n\n1. Best\n2. Fast\n3. Cancel"]


def test_a_text_without_choices_is_the_text() -> None:
    assert bodies(Reply(" Hello \n")) == ["Hello"]
    assert bodies(Reply("")) == ["…"], "WhatsApp takes no empty message"


def test_long_texts_break_where_they_read_well() -> None:
    paragraph = "la " * 400
    parts = bodies(Reply(f"{paragraph}\n\n{paragraph}", ((Button("Cancel", "c"),),)))
    assert [part.strip() for part in parts] == [paragraph.strip(), f"{paragraph.strip()}\n\n1. Cancel"]


@given(st.text(max_size=300), st.integers(2, 60))
def test_no_piece_is_too_long_and_no_word_is_lost(text: str, limit: int) -> None:
    pieces = split(text, limit)
    assert all(0 < len(piece.encode("utf-16-le", "surrogatepass")) // 2 <= limit for piece in pieces)
    assert "".join("".join(pieces).split()) == "".join(text.split())


def test_an_audio_that_is_too_large_comes_as_a_link() -> None:
    audio = AudioMessage("Ilahi", "Arijit Singh", 60.0, AudioFormat.MP3, 1, "x.mp3", None)
    assert link_body(audio, "https://x/y") == "♪ Arijit Singh — Ilahi\nhttps://x/y"
    long = AudioMessage("x" * 3000, None, 60.0, AudioFormat.MP3, 1, "x.mp3", None)
    assert len(link_body(long, "https://x/" + "y" * 800)) <= MAX_BODY


# --- numbers ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text", ["2", "२", "௨", "২", "౨", "೨", "൨", "੨", "૨", "୨", "۲", "٢", "2️⃣", "2.", " (2) ", "#2", "２"]
)
def test_two_in_any_script(text: str) -> None:
    assert number_in(text) == 2


@pytest.mark.parametrize("text", ["", "2000", "two", "2 songs", "-", "½", "²", "二", "1.5", "save 2"])
def test_what_is_no_number(text: str) -> None:
    assert number_in(text) is None


def test_more_digits() -> None:
    assert number_in("१०") == 10


# --- parse ------------------------------------------------------------------------------------------------


def parsed(**form: Any) -> list[Incoming]:
    return parse({"MessageSid": "SM1", "ProfileName": "Asha", **form}, "chat-1", NOW)


def test_a_text() -> None:
    (incoming,) = parsed(Body=" तुम ही हो ", OriginalRepliedMessageSid="SM9")
    assert (incoming.channel, incoming.chat, incoming.person) == ("whatsapp", "chat-1", "chat-1")
    assert (incoming.text, incoming.display_name, incoming.sent_at) == ("तुम ही हो", "Asha", NOW)
    assert (incoming.message_ref, incoming.answers_ref) == ("SM1", "SM9")


@pytest.mark.parametrize(
    "form",
    [
        {"ButtonPayload": FAST, "ButtonText": "Fast"},
        {"ListId": FAST, "ListTitle": "Fast"},
        {"InteractiveData": f'{{"list_reply": {{"id": "{FAST}", "title": "Fast"}}}}'},
    ],
)
def test_a_tapped_button(form: dict[str, str]) -> None:
    (incoming,) = parsed(Body="Fast", **form)
    assert incoming.action == FAST


@pytest.mark.parametrize(
    "form", [{"ButtonPayload": "of somebody else"}, {"InteractiveData": "{"}, {"InteractiveData": "[1]"}]
)
def test_a_button_of_others_counts_by_its_label(form: dict[str, str]) -> None:
    (incoming,) = parsed(Body="Fast", **form)
    assert (incoming.action, incoming.text) == (None, "Fast")


@pytest.mark.parametrize(
    ("media_type", "kind"),
    [
        ("audio/mpeg", AttachmentKind.AUDIO),
        ("audio/ogg; codecs=opus", AttachmentKind.VOICE),
        ("Video/MP4", AttachmentKind.VIDEO),
        ("application/pdf", AttachmentKind.DOCUMENT),
        ("", AttachmentKind.DOCUMENT),
        ("image/webp", None),
        ("text/x-vcard", None),
    ],
)
def test_kinds_of_media(media_type: str, kind: AttachmentKind | None) -> None:
    url = "https://api.twilio.com/2010-04-01/Accounts/AC1/Messages/MM1/Media/ME1"
    (incoming,) = parsed(NumMedia="1", MediaUrl0=url, MediaContentType0=media_type)
    assert (incoming.attachment.kind if incoming.attachment else None) is kind
    if incoming.attachment is not None:
        assert incoming.attachment.file_ref == url
        assert incoming.attachment.unique_ref == "/2010-04-01/Accounts/AC1/Messages/MM1/Media/ME1"


def test_a_document_says_its_name_in_the_text() -> None:
    about = {"NumMedia": "1", "MediaUrl0": "https://x/y", "MediaContentType0": "application/octet-stream"}
    (named,) = parsed(Body="03 - Ilahi.flac", **about)
    (spoken,) = parsed(Body="make it good", **about)
    assert named.attachment is not None
    assert spoken.attachment is not None
    assert (named.attachment.file_name, spoken.attachment.file_name) == ("03 - Ilahi.flac", None)


@pytest.mark.parametrize(
    "form",
    [
        {"Body": "STOP"},
        {"Body": "stop."},
        {"Body": "End"},
        {"Body": "QUIT"},
        {"Body": "x", "OptOutType": "STOP"},
    ],
)
def test_stop(form: dict[str, str]) -> None:
    (incoming,) = parsed(**form)
    assert incoming.blocked is True


@pytest.mark.parametrize(
    "form", [{"Body": "Start"}, {"Body": "UNSTOP"}, {"Body": "x", "OptOutType": "START"}]
)
def test_start(form: dict[str, str]) -> None:
    (incoming,) = parsed(**form)
    assert (incoming.blocked, incoming.text) == (None, "/start")


FIELDS = st.sampled_from(
    ["Body", "NumMedia", "MediaUrl0", "MediaContentType0", "ButtonPayload", "ListId", "InteractiveData"]
)
VALUES = st.one_of(st.none(), st.integers(), st.text(max_size=30), st.lists(st.text(max_size=3), max_size=2))


@given(st.dictionaries(FIELDS, VALUES))
def test_whatever_comes_it_answers(form: dict[str, Any]) -> None:
    assert len(parse(form, "chat", NOW)) >= 1
