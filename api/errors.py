"""Every failure leaves as a problem document (RFC 9457): `application/problem+json`, with a stable `code`.

What is said is written here, in English; clients translate by `code`. Nothing of an exception's own text
goes out.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Match

from core.errors import MelodyError

SCHEMA_PLACE = "#/components/schemas/{model}"

RETRY_SECONDS = 5
"""What a client is told to wait where trying again makes sense."""

_DETAILS = {
    "audio-not-offered": "The audio of this song may not be taken from anywhere. Send it, and it is yours.",
    "bad-request": "The request could not be understood.",
    "already-making": "The same recording is being made already; this one became part of that job.",
    "damaged": "The file is damaged: there is no sound in it that can be read. Please send another copy.",
    "empty": "The file is empty. Please send it again.",
    "empty-query": "There is nothing to search for: type a song's name, with a letter or a digit in it.",
    "forbidden": "This is not allowed.",
    "internal": "Something went wrong on our side. It was noted; please try again.",
    "invalid": "Some of what was sent is missing or not valid.",
    "already-linked": "Both are one account already.",
    "idempotency-key-reused": "This Idempotency-Key was used for another request. Please take a new one.",
    "job-over": "This is over already: there is nothing left to cancel. Please look at its status.",
    "last-way-in": "This is the only way into the account. Please add another one first, then remove it.",
    "link-code": "There is no such code, or not any more. Please ask for a new one.",
    "link-expired": "This link has expired. Open the song again to get a fresh one.",
    "mini-app": "Telegram's word for who this is can't be believed any more. Please open the app again.",
    "method-not-allowed": "This address does not know that method.",
    "no-model": "The separation model is not available right now. Please try again later.",
    "not-audio": "This is no audio that we know. Please send a song, a voice note or a video.",
    "not-found": "There is nothing at this address.",
    "otp-expired": "This code is used or too old. Please ask for a new one.",
    "otp-too-many": "This code was tried too often. Please ask for a new one.",
    "otp-too-often": "Too many codes were asked for. Please wait before you ask for another.",
    "otp-wrong": "This is not the code that was sent. Please look at it again.",
    "phone-number": "This is no phone number that a text message can be sent to. Please check it.",
    "phone-sign-in-off": "Nobody can sign in by phone here. Please sign in from a chat.",
    "playlist-full": "This playlist is full. Please take a song out first, or make another one.",
    "account-blocked": "This account is blocked. Please ask the operator. Your data is still yours to take.",
    "quota-used": "These are as many songs as you may have made in a day. Please wait as Retry-After says.",
    "push-off": "Web push is not set up here. Please look in the player.",
    "push-subscription": "This is no browser's push subscription. Please subscribe anew.",
    "query-too-long": "No song has such a long name. At most 200 characters, please.",
    "range-not-satisfiable": "The file ends before the part that was asked for.",
    "request-timeout": "The request took too long to arrive.",
    "sign-in-link": "This link does not work any more. Please ask for a new one in the chat with /open.",
    "sign-in-needed": "Nobody is signed in. Please sign in, then try again.",
    "someone-else-signed-in": "Somebody else is signed in here. Please sign out first, then open the link.",
    "still-making": "Something is being made of this song. Wait for it or cancel it first.",
    "telegram-sign-in-off": "There is no Telegram bot here to sign in with.",
    "token-expired": "The access token has expired. Please get a new one with the refresh token.",
    "too-busy": "There is too much waiting already. Please try again later.",
    "too-large": "This is larger than we take here.",
    "too-long": "This is longer than we take here. Please send a shorter recording.",
    "too-many-requests": "This was too often in a short time. Please wait as long as Retry-After says.",
    "too-many-playlists": "There are as many playlists as there may be. Please delete one first.",
    "too-short": "There is less than half a second of sound in this. Please send more of it.",
    "unavailable": "A service that is needed here does not answer. Please try again in a few seconds.",
    "unsupported-format": "This kind of audio is not taken. Please send MP3, M4A, FLAC, OGG or WAV.",
    "unknown-host": "This server does not answer to that name.",
    "engine-unknown": "There is no such engine here. Please ask for one that `system/info` names.",
    "unknown-source": "There is no such music source here; ask for all, local, or one that is set up.",
}


class InvalidField(BaseModel):
    field: str
    """Where it is, as `body.title` or `query.limit`."""
    reason: str


class Problem(BaseModel):
    """The body of every error."""

    type: str = Field(default="about:blank", description="Always about:blank; `code` tells problems apart")
    title: str = Field(description="The phrase of the HTTP status")
    status: int
    detail: str = Field(description="What happened, in English")
    code: str = Field(description="What happened, for programs")
    errors: list[InvalidField] | None = Field(default=None, description="With code `invalid`: each field")
    tries_left: int | None = Field(
        default=None, description="With code `otp-wrong`: how often it may be tried"
    )
    song_id: str | None = Field(default=None, description="Of several songs, the one that it is about")


HEADS_ARE_GETS = "/api/"
"""Where `middleware.Heads` answers HEAD."""
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")


class ProblemResponse(Response):
    media_type = "application/problem+json"


def problem(
    status: int,
    code: str | None = None,
    *,
    errors: list[InvalidField] | None = None,
    tries_left: int | None = None,
    song_id: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> ProblemResponse:
    """The response for a failure; without a code it is the status phrase, as in `method-not-allowed`."""
    phrase = HTTPStatus(status).phrase
    code = code or phrase.lower().replace(" ", "-")
    detail = detail_of(code) or f"{phrase}."
    body = Problem(
        title=phrase,
        status=status,
        detail=detail,
        code=code,
        errors=errors,
        tries_left=tries_left,
        song_id=song_id,
    )
    content = json.dumps(body.model_dump(exclude_none=True), ensure_ascii=False)
    return ProblemResponse(content, status, headers=dict(headers or {}))


def detail_of(code: str) -> str | None:
    """What a code means, in English."""
    return _DETAILS.get(code)


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """For a route's `responses`: the errors it may answer with."""
    content = {ProblemResponse.media_type: {"schema": {"$ref": SCHEMA_PLACE.format(model="Problem")}}}
    return {status: {"description": HTTPStatus(status).phrase, "content": content} for status in statuses}


async def _expected(request: Request, error: Exception) -> Response:
    assert isinstance(error, MelodyError)
    headers = {}
    if error.retryable or "retry_after" in error.params:
        headers["Retry-After"] = str(error.params.get("retry_after", RETRY_SECONDS))
    if error.status == HTTPStatus.UNAUTHORIZED:
        # RFC 6750 section 3: an error is named only where a token was shown.
        headers["WWW-Authenticate"] = 'Bearer error="invalid_token"' if _bears(request) else "Bearer"
    tries_left, song_id = error.params.get("tries_left"), error.params.get("song_id")
    return problem(
        error.status,
        error.code,
        tries_left=tries_left if isinstance(tries_left, int) else None,
        song_id=song_id if isinstance(song_id, str) else None,
        headers=headers,
    )


def _bears(request: Request) -> bool:
    return request.headers.get("authorization", "").lower().startswith("bearer ")


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if isinstance(error.__cause__, MelodyError):  # FastAPI calls whatever happens while it reads a body a 400
        return await _expected(request, error.__cause__)
    headers = dict(error.headers or {})
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        headers["Allow"] = ", ".join(_allowed(request))
    return problem(error.status_code, headers=headers)


def _allowed(request: Request) -> Iterator[str]:
    """All methods that this address has (RFC 9110, 15.5.6); routing tells only of the first route's."""
    heads_are_gets = request.url.path.startswith(HEADS_ARE_GETS)
    for method in METHODS:
        asked = "GET" if method == "HEAD" and heads_are_gets else method
        scope = {**request.scope, "method": asked}
        if any(route.matches(scope)[0] is Match.FULL for route in request.app.router.routes):
            yield method


async def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    fields = [
        InvalidField(field=".".join(str(part) for part in one["loc"]), reason=one["msg"])
        for one in error.errors()
    ]
    return problem(HTTPStatus.UNPROCESSABLE_ENTITY, "invalid", errors=fields)


def install(app: FastAPI) -> None:
    """Answer expected errors, unknown routes and invalid input; `middleware.Frame` answers the rest."""
    app.add_exception_handler(MelodyError, _expected)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _invalid)
    describe = app.openapi

    def describe_with_problems() -> dict[str, Any]:
        """FastAPI would list a model as `application/json` too, so this one is added by hand."""
        description = describe()
        schema = Problem.model_json_schema(ref_template=SCHEMA_PLACE)
        schemas = description.setdefault("components", {}).setdefault("schemas", {})
        schemas |= schema.pop("$defs", {}) | {"Problem": schema}
        for path in description["paths"].values():
            for operation in path.values():
                if "security" in operation:  # whoever may be signed in may be blocked
                    operation["responses"] |= {str(status): told for status, told in problems(403).items()}
        return description

    app.openapi = describe_with_problems  # type: ignore[method-assign]
