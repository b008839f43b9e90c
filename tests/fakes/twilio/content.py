"""The stand-in's content templates: made, listed, approved by WhatsApp, and what is sent of them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.responses import JSONResponse, Response

from tests.fakes.sources.base import Received
from tests.fakes.twilio.model import Choice, Refusal, new_sid

CONTENT = "/v1/Content"
QUICK_REPLY, LIST_PICKER, TEXT = "twilio/quick-reply", "twilio/list-picker", "twilio/text"
AUTHENTICATION = "whatsapp/authentication"
CODE_BODY = "{{1}} is your verification code."
"""WhatsApp's own words in templates for codes; below them stands a button that copies the code."""
LONGEST_CODE = 15
MAX_BODY, MAX_TITLE, MAX_ITEM, MAX_DESCRIPTION, MAX_ID = 1024, 20, 24, 72, 200
UNAPPROVED_BUTTONS = 3
MAX_BUTTONS = MAX_ROWS = 10
PLACEHOLDER = re.compile(r"\{\{(\w{1,16})\}\}")
NAME = re.compile(r"[a-z0-9_]{1,512}")
CONTENT_REJECTED = 63005
OUTSIDE_WINDOW = 63016


@dataclass
class Template:
    """One content template, as it was made."""

    sid: str
    friendly_name: str
    language: str
    variables: dict[str, str]
    types: dict[str, dict[str, Any]]
    approval: dict[str, Any] = field(default_factory=dict)
    """Empty until it is submitted."""

    @property
    def kind(self) -> str:
        return next(iter(self.types))

    @property
    def is_approved(self) -> bool:
        return self.approval.get("status") == "approved"

    def as_json(self, account_sid: str, url: str) -> dict[str, Any]:
        own = f"{url}{CONTENT}/{self.sid}"
        return {
            "sid": self.sid,
            "account_sid": account_sid,
            "friendly_name": self.friendly_name,
            "language": self.language,
            "variables": self.variables,
            "types": self.types,
            "url": own,
            "date_created": "2026-11-23T09:00:00Z",
            "date_updated": "2026-11-23T09:00:00Z",
            "links": {
                "approval_create": f"{own}/ApprovalRequests/whatsapp",
                "approval_fetch": f"{own}/ApprovalRequests",
            },
        }


@dataclass(frozen=True)
class Made:
    """What a person sees of a message made of a template; `error` is WhatsApp's where it takes it not."""

    body: str
    choices: tuple[Choice, ...]
    list_button: str | None
    error: int | None


class ContentShelf:
    """The templates of one account; belongs to the stand-in's lock."""

    def __init__(self, account_sid: str) -> None:
        self.templates: dict[str, Template] = {}
        self.decides_at_once = False
        """Whether WhatsApp approves of all that is submitted, there and then."""
        self._account_sid = account_sid

    def named(self, name: str) -> Template:
        return next(template for template in self.templates.values() if template.friendly_name == name)

    def decide(self, status: str = "approved", reason: str = "") -> None:
        """WhatsApp's word on all that was submitted."""
        for template in self.templates.values():
            if template.approval:
                template.approval |= {"status": status, "rejection_reason": reason}

    # --- the API ------------------------------------------------------------------------------------------

    def answer(self, request: Received, url: str) -> Response:
        """Raises Refusal."""
        rest = request.path.removeprefix(CONTENT).strip("/").split("/")
        if rest == [""]:
            return self._create(request, url) if request.method == "POST" else self._list(request, url)
        template = self.templates.get(rest[0])
        if template is None:
            raise Refusal(404, 20404, f"The requested resource {request.path} was not found")
        match rest[1:]:
            case [] if request.method == "DELETE":
                del self.templates[template.sid]
                return Response(status_code=204)
            case []:
                return JSONResponse(template.as_json(self._account_sid, url))
            case ["ApprovalRequests"]:
                return JSONResponse(
                    {
                        "sid": template.sid,
                        "account_sid": self._account_sid,
                        "whatsapp": template.approval or {"type": "whatsapp", "status": "unsubmitted"},
                        "url": f"{url}{request.path}",
                    }
                )
            case _:
                submitted = _submitted(template, json.loads(request.body))
                if self.decides_at_once and template.approval["status"] == "received":
                    template.approval["status"] = "approved"
                return JSONResponse(submitted, 201)

    def _create(self, request: Received, url: str) -> Response:
        wish = json.loads(request.body)
        types = wish["types"]
        if len(types) != 1 or next(iter(types)) not in {QUICK_REPLY, LIST_PICKER, TEXT}:
            raise _invalid("types")
        template = Template(
            new_sid("HX"), wish.get("friendly_name", ""), wish["language"], wish.get("variables", {}), types
        )
        _check(template)
        self.templates[template.sid] = template
        return JSONResponse(template.as_json(self._account_sid, url), 201)

    def _list(self, request: Received, url: str) -> Response:
        query = request.query
        size, page = int(query.get("PageSize", "50")), int(query.get("Page", "0"))
        everything = [template.as_json(self._account_sid, url) for template in self.templates.values()]
        following = None
        if len(everything) > (page + 1) * size:
            following = f"{url}{CONTENT}?PageSize={size}&Page={page + 1}&PageToken=PT{page + 1}"
        meta = {
            "page": page,
            "page_size": size,
            "first_page_url": f"{url}{CONTENT}?PageSize={size}&Page=0",
            "previous_page_url": None,
            "url": f"{url}{CONTENT}?PageSize={size}&Page={page}",
            "next_page_url": following,
            "key": "contents",
        }
        return JSONResponse({"contents": everything[page * size : (page + 1) * size], "meta": meta})

    # --- messages -----------------------------------------------------------------------------------------

    def make(self, form: Mapping[str, str], *, in_window: bool) -> Made:
        """A message of `ContentSid` and `ContentVariables`. Raises Refusal."""
        template = self.templates.get(form["ContentSid"])
        if template is None:
            raise Refusal(400, 21655, "The ContentSid is Invalid")
        if "Body" in form or "MediaUrl" in form:
            raise Refusal(400, 21619, "Body and MediaUrl do not go with ContentSid")
        values = template.variables | _variables(form.get("ContentVariables", "{}"))

        def fill(text: str) -> str:
            return PLACEHOLDER.sub(lambda found: values.get(found[1], ""), text)

        content = template.types[template.kind]
        if template.kind == AUTHENTICATION:
            if values.keys() != {"1"} or len(values["1"]) > LONGEST_CODE:
                raise Refusal(400, 21656, "The ContentVariables Parameter is invalid")
            copied = Choice(content["actions"][0]["copy_code_text"], values["1"], None)
            error = None if template.is_approved else CONTENT_REJECTED if in_window else OUTSIDE_WINDOW
            return Made(fill(CODE_BODY), (copied,), None, error)
        body = fill(content["body"])
        choices = tuple(_choices(content, fill))
        button = fill(content["button"]) if "button" in content else None
        return Made(body, choices, button, _error_of(template, body, choices, in_window=in_window))


def _submitted(template: Template, wish: dict[str, Any]) -> dict[str, Any]:
    """What comes of asking WhatsApp. Raises Refusal."""
    body = template.types[template.kind]["body"].strip()
    if template.kind == LIST_PICKER or template.approval or not NAME.fullmatch(wish["name"]):
        raise _invalid("approval")
    edges = re.fullmatch(r"\{\{.*|.*\}\}\W*|.*\}\}\s*\{\{.*", body, re.DOTALL)
    template.approval = {
        "type": "whatsapp",
        "name": wish["name"],
        "category": wish["category"],
        "content_type": template.kind,
        "status": "rejected" if edges else "received",
        "rejection_reason": "Variables can't be at the start or end of the template" if edges else "",
        "allow_category_change": True,
    }
    return {name: value for name, value in template.approval.items() if name != "type"}


def _check(template: Template) -> None:
    """The limits of what is fixed in a template, and a sample for each variable. Raises Refusal."""
    content = template.types[template.kind]
    named = set(PLACEHOLDER.findall(json.dumps(content)))
    if not named <= template.variables.keys() or not all(template.variables.values()):
        raise _invalid("variables")
    amount = len(content.get("actions", content.get("items", ())))
    most = {QUICK_REPLY: MAX_BUTTONS, LIST_PICKER: MAX_ROWS, TEXT: 0}[template.kind]
    if amount > most or (amount == 0 and most):
        raise _invalid("choices")
    if template.kind == LIST_PICKER and not all(item.get("description") for item in content["items"]):
        raise _invalid("description")
    samples = tuple(_choices(content, lambda text: PLACEHOLDER.sub("x", text)))
    if _exceeds(template.kind, content["body"], samples):
        raise _invalid("length")


def _choices(content: dict[str, Any], fill: Callable[[str], str]) -> list[Choice]:
    buttons = [
        Choice(fill(one["title"]), fill(one.get("id", one["title"])), None)
        for one in content.get("actions", ())
    ]
    rows = [
        Choice(fill(one["item"]), fill(one["id"]), fill(one["description"]))
        for one in content.get("items", ())
    ]
    return [*buttons, *rows]


def _exceeds(kind: str, body: str, choices: tuple[Choice, ...]) -> bool:
    longest = MAX_TITLE if kind == QUICK_REPLY else MAX_ITEM
    return len(body) > MAX_BODY or any(
        not one.title.strip()
        or len(one.title) > longest
        or not one.id
        or len(one.id) > MAX_ID
        or len(one.description or "") > MAX_DESCRIPTION
        for one in choices
    )


def _variables(text: str) -> dict[str, str]:
    try:
        values = json.loads(text)
    except ValueError:
        values = None
    if not isinstance(values, dict) or not all(isinstance(value, str) and value for value in values.values()):
        raise Refusal(400, 21656, "The ContentVariables Parameter is invalid")
    if any(re.search(r"[\n\r\t]| {5}", value) for value in values.values()):
        raise Refusal(400, 21656, "The ContentVariables Parameter is invalid")
    return values


def _error_of(template: Template, body: str, choices: tuple[Choice, ...], *, in_window: bool) -> int | None:
    if not in_window and (template.kind == LIST_PICKER or not template.is_approved):
        return OUTSIDE_WINDOW
    names = [one.title for one in choices]
    too_many = template.kind == QUICK_REPLY and not template.is_approved and len(names) > UNAPPROVED_BUTTONS
    are_distinct = len({one.id for one in choices}) == len(set(names)) == len(names)
    if too_many or not are_distinct or _exceeds(template.kind, body, choices):
        return CONTENT_REJECTED
    return None


def _invalid(what: str) -> Refusal:
    return Refusal(400, 20001, f"Invalid parameter: {what}")
