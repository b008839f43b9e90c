"""The content templates at Twilio: our numbered choices as buttons and lists, and "your song is ready".

Twilio sends buttons and lists only by templates made beforehand, with variables for everything that changes
(https://www.twilio.com/docs/content/twilio-quick-reply, https://www.twilio.com/docs/content/twiliolist-picker).
No variable may hold a line break or be empty, so there is a template for each number of choices, with one
line of text above them or two. Choices are numbered there as they are in plain text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from core.chat.actions import BRING_HELD
from core.chat.texts import texts_in

MOST_BUTTONS = 3
"""Within the 24 hours, without WhatsApp's approval."""
MOST_ROWS = 10
LONGEST_BODY = 1024
LONGEST_TITLE = 20
LONGEST_ITEM = 24
LONGEST_DESCRIPTION = 72
LONGEST_ID = 200
HEADS = (1, 2)
"""Lines of text above the choices."""
VERSION = "v1"
"""Part of every name: a template is never changed, another wording is another template."""
LIST_BUTTON = "1 – {count}"
"""Opens a list; the same in every language."""

QUICK_REPLY, LIST_PICKER = "twilio/quick-reply", "twilio/list-picker"


@dataclass(frozen=True)
class Template:
    """What Twilio is asked to keep. `variables` holds a sample of each."""

    name: str
    language: str
    kind: str
    variables: dict[str, str]
    content: dict[str, Any]
    is_submitted: bool = False
    """WhatsApp has to approve of it, since it is sent outside the 24 hours."""

    @property
    def as_json(self) -> dict[str, Any]:
        """The body of the request that creates it."""
        return {
            "friendly_name": self.name,
            "language": self.language,
            "variables": self.variables,
            "types": {self.kind: self.content},
        }


class Variables:
    """Numbers variables in the order in which they are named, samples and values alike."""

    def __init__(self) -> None:
        self.values: dict[str, str] = {}

    def __call__(self, value: str) -> str:
        number = str(len(self.values) + 1)
        self.values[number] = value
        return f"{{{{{number}}}}}"


@dataclass(frozen=True)
class Row:
    """One choice: as it is written out, and as what can be tapped."""

    label: str
    action: str
    item: str
    description: str


Take = Callable[[str], str]
"""Notes a variable's value, and gives the placeholder that stands for it."""


def buttons_name(choices: int, heads: int) -> str:
    return f"melody_buttons_{choices}_head_{heads}_{VERSION}"


def list_name(choices: int, heads: int) -> str:
    return f"melody_list_{choices}_head_{heads}_{VERSION}"


def ready_name(language: str) -> str:
    return f"melody_ready_{language}_{VERSION}"


def body(heads: list[str], labels: list[str]) -> str:
    """The words of a message: its text, then the numbered choices."""
    numbered = [f"{number}. {label}" for number, label in enumerate(labels, start=1)]
    return "\n".join([*heads, "", *numbered])


def buttons_of(heads: list[str], rows: list[Row], take: Take) -> dict[str, Any]:
    """The content of a quick reply. A label is one variable, in the words and on its button."""
    shown, labels = [take(head) for head in heads], [take(row.label) for row in rows]
    actions = [
        {"type": "QUICK_REPLY", "title": label, "id": take(row.action)}
        for row, label in zip(rows, labels, strict=True)
    ]
    return {"body": body(shown, labels), "actions": actions}


def list_of(heads: list[str], rows: list[Row], take: Take) -> dict[str, Any]:
    """The content of a list picker."""
    shown, labels = [take(head) for head in heads], [take(row.label) for row in rows]
    items = [
        {"item": f"{number}. {take(row.item)}", "id": take(row.action), "description": take(row.description)}
        for number, row in enumerate(rows, start=1)
    ]
    button = LIST_BUTTON.format(count=len(rows)) if len(rows) > 1 else "1"
    return {"body": body(shown, labels), "button": button, "items": items}


def wanted(languages: tuple[str, ...]) -> Iterator[Template]:
    """All templates there should be, those for choices first."""
    for heads in HEADS:
        for count in range(1, MOST_BUTTONS + 1):
            yield _choices(buttons_name(count, heads), QUICK_REPLY, buttons_of, heads, count)
        for count in range(1, MOST_ROWS + 1):
            yield _choices(list_name(count, heads), LIST_PICKER, list_of, heads, count)
    for language in languages:
        yield ready(language)


def ready(language: str) -> Template:
    """ "Your song is ready": a button under it asks for the song, and so opens the 24 hours."""
    texts = texts_in(language)
    return Template(
        name=ready_name(language),
        language=language,
        kind=QUICK_REPLY,
        variables={"1": "Tum Hi Ho"},
        content={
            "body": texts.say("template-ready", title="{{1}}"),
            "actions": [{"type": "QUICK_REPLY", "title": texts.say("button-bring"), "id": BRING_HELD}],
        },
        is_submitted=True,
    )


def _choices(
    name: str,
    kind: str,
    make: Callable[[list[str], list[Row], Take], dict[str, Any]],
    heads: int,
    count: int,
) -> Template:
    variables = Variables()
    samples = [f"Which song is it? ({number})" for number in range(1, heads + 1)]
    rows = [
        Row(f"Tum Hi Ho {n}", f"song:{n}", f"Tum Hi Ho {n}", "Arijit Singh · 4:22")
        for n in range(1, count + 1)
    ]
    content = make(samples, rows, variables)
    return Template(name, "en", kind, variables.values, content)
