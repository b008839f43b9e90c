"""MSG91 as far as codes by text message go."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from starlette.responses import JSONResponse, Response

from tests.fakes.sources.base import HttpStandIn, Received

REPEATED_WITHIN = 10.0
MOST_RETRIES = 3
MOST_TRIES = 5
SEND = "/api/v5/otp"
VERIFY = f"{SEND}/verify"
RETRY = f"{SEND}/retry"
PARAMETERS = {
    SEND: {"template_id", "mobile", "otp", "otp_length", "otp_expiry", "sender", "userip", "unicode"}
    | {"invisible", "realTimeResponse"},
    VERIFY: {"mobile", "otp"},
    RETRY: {"mobile", "retrytype"},
}
NEEDED = {SEND: {"template_id", "mobile"}, VERIFY: {"mobile", "otp"}, RETRY: {"mobile"}}


@dataclass
class Text:
    """A text message that MSG91 has taken."""

    mobile: str
    """With the country's code, without a plus."""
    otp: str
    template_id: str
    minutes: int
    at: float
    """Seconds of the stand-in's clock."""
    tries: int = 0
    retries: int = 0
    verified: bool = False


@dataclass
class Account:
    """What the account with MSG91 is like."""

    auth_key: str = "auth-key-of-the-stand-in"
    templates: set[str] = field(default_factory=lambda: {"template-of-the-stand-in"})
    address_is_allowed: bool = True
    """The caller's address is on the key's list; IP security is on for new keys."""
    has_balance: bool = True


class Msg91StandIn(HttpStandIn):
    """`texts` are the messages taken, oldest first; `clock` gives seconds."""

    title = "MSG91"

    def __init__(
        self, *, host: str = "127.0.0.1", port: int = 0, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.account = Account()
        self.texts: list[Text] = []
        self.clock = clock
        super().__init__(host=host, port=port)

    @property
    def auth_key(self) -> str:
        return self.account.auth_key

    @property
    def template_id(self) -> str:
        return next(iter(self.account.templates))

    def texts_to(self, number: str) -> list[Text]:
        """What was sent to an E.164 number."""
        with self.lock:
            return [text for text in self.texts if f"+{text.mobile}" == number]

    def reset(self) -> None:
        super().reset()
        with self.lock:
            self.account = Account()
            self.texts.clear()

    def complaints(self, request: Received) -> Iterable[str]:
        known = PARAMETERS.get(request.path)
        if known is None:
            return
        yield from (f"{request.path}: {name} is no parameter" for name in request.query.keys() - known)
        yield from (f"{request.path}: lacks {name}" for name in NEEDED[request.path] - request.query.keys())
        if "authkey" not in request.headers:
            yield f"{request.path}: lacks the header authkey"
        mobile = request.query.get("mobile", "")
        if not (mobile.isascii() and mobile.isdigit() and 8 <= len(mobile) <= 15):
            yield f"{request.path}: mobile is not the country's code and the number, digits only"
        if request.path == SEND:
            yield from _complaints_about_sending(request)
        elif request.path == VERIFY and request.method == "POST":
            yield "a verification by POST takes a form only: use GET"

    def answer(self, request: Received) -> Response:
        if request.path not in PARAMETERS or (request.path == SEND and request.method != "POST"):
            raise LookupError(f"MSG91 has no {request.method} {request.path}")
        if request.headers.get("authkey") != self.account.auth_key:
            return _error("Invalid authkey", "201")
        if not self.account.address_is_allowed:
            return _error("IPBlocked", "418")
        match request.path:
            case "/api/v5/otp":
                return self._send(request)
            case "/api/v5/otp/verify":
                return self._verify(request.query.get("mobile", ""), request.query.get("otp", ""))
            case _:
                return self._retry(request.query.get("mobile", ""))

    def _send(self, request: Received) -> Response:
        query = request.query
        if query.get("template_id") not in self.account.templates:
            return _error("Template ID Missing or Invalid Template")
        if not self.account.has_balance:
            return _error("Insufficient balance", "301")
        mobile, length = query.get("mobile", ""), int(query.get("otp_length", "4"))
        if len(mobile) < 10:
            return _error("Please enter valid mobile number")
        otp = query.get("otp") or "".join(secrets.choice("0123456789") for _ in range(length))
        now = self.clock()
        if any(
            text.mobile == mobile and text.otp == otp and now - text.at < REPEATED_WITHIN
            for text in self.texts
        ):
            return _error("Duplicate message dropped", "311")
        minutes = int(query.get("otp_expiry", "15"))
        self.texts.append(Text(mobile, otp, query["template_id"], minutes, now))
        return JSONResponse({"type": "success", "request_id": secrets.token_hex(12)})

    def _verify(self, mobile: str, otp: str) -> Response:
        text = self._last_to(mobile)
        if text is None:
            return _error("Mobile no. not found")
        if text.verified:
            return _error("Mobile no. already verified")
        if self.clock() - text.at >= 60 * text.minutes:
            return _error("OTP expired")
        text.tries += 1
        if text.tries > MOST_TRIES:
            return _error("Max limit reached for this otp verification")
        if text.otp != otp:
            return _error("OTP not match")
        text.verified = True
        return JSONResponse({"type": "success", "message": "OTP verified success"})

    def _retry(self, mobile: str) -> Response:
        text = self._last_to(mobile)
        if text is None:
            return _error("No OTP request found to retryotp")
        text.retries += 1
        if text.retries > MOST_RETRIES:
            return _error("OTP retry count maxed out")
        return JSONResponse({"type": "success", "message": "retry send successfully"})

    def _last_to(self, mobile: str) -> Text | None:
        return next((text for text in reversed(self.texts) if text.mobile == mobile), None)


def _complaints_about_sending(request: Received) -> Iterator[str]:
    query = request.query
    length, minutes, otp = query.get("otp_length", "4"), query.get("otp_expiry"), query.get("otp")
    if not (length.isdecimal() and 4 <= int(length) <= 9):
        yield "otp_length is not 4 to 9"
    if minutes is None or not (minutes.isdecimal() and 1 <= int(minutes) <= 1440):
        yield "otp_expiry is not 1 to 1440 minutes; its default is not known, so it is always sent"
    if otp is not None and not (otp.isascii() and otp.isdecimal() and str(len(otp)) == length):
        yield "otp is not as long as otp_length says"
    try:
        variables = json.loads(request.body or b"{}")
    except ValueError:
        variables = None
    if not isinstance(variables, dict):
        yield "the body is no JSON object of template variables"


def _error(message: str, code: str | None = None) -> Response:
    """MSG91 refuses with HTTP 200."""
    body = {"type": "error", "message": message}
    return JSONResponse(body if code is None else {**body, "code": code})
