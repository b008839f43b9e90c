"""The errors a person or a client may see.

An error carries what the outside needs and nothing else: a stable `code`, the HTTP `status`, whether trying
again later makes sense, and parameters for the text. The text itself lives in the catalogues under
`error-<code>` (`core/chat/texts`); `detail` is for operators and logs only.
"""

from __future__ import annotations

from typing import ClassVar


class MelodyError(Exception):
    """Base of all expected failures; `params` fill the placeholders of the text."""

    code: ClassVar[str] = "internal"
    status: ClassVar[int] = 500
    retryable: ClassVar[bool] = False

    def __init__(self, detail: str = "", **params: str | int | float) -> None:
        super().__init__(detail or self.code)
        self.detail = detail
        self.params = params

    @property
    def message_key(self) -> str:
        return f"error-{self.code}"


class ConfigurationError(MelodyError):
    """The operator has to change a setting; the detail is one clear line that says which."""

    code = "configuration"


class NotFound(MelodyError):
    code = "not-found"
    status = 404


class Forbidden(MelodyError):
    code = "forbidden"
    status = 403


class LinkExpired(Forbidden):
    """A signed link whose time is over; a fresh one works."""

    code = "link-expired"


class SignInNeeded(MelodyError):
    """Nobody is signed in, or not any more: only signing in once more helps."""

    code = "sign-in-needed"
    status = 401


class TokenExpired(MelodyError):
    """The access token's quarter of an hour is over; the refresh token brings a new one."""

    code = "token-expired"
    status = 401


class SignInLinkGone(MelodyError):
    """A link from a chat that is wrong, spent, replaced by a newer one, or older than ten minutes."""

    code = "sign-in-link"
    status = 404


class SomeoneElseSignedIn(MelodyError):
    """The browser is signed in with another account than the link is for."""

    code = "someone-else-signed-in"
    status = 409


class MiniAppNotBelieved(MelodyError):
    """What claims to come from Telegram is not signed for our bot, or is too old."""

    code = "mini-app"
    status = 401


class TelegramSignInOff(MelodyError):
    """There is no Telegram bot here."""

    code = "telegram-sign-in-off"
    status = 404


class LastWayIn(MelodyError):
    """Without it nobody could ever sign in to the account again."""

    code = "last-way-in"
    status = 409


class ServiceUnavailable(MelodyError):
    """Something outside does not answer; trying again later makes sense."""

    code = "unavailable"
    status = 503
    retryable = True


class ModelUnavailable(ServiceUnavailable):
    """The separation model is neither on this machine nor to be had from the network."""

    code = "no-model"


class EngineAway(ServiceUnavailable):
    """A separation engine that works elsewhere can't be used now: it does not answer, its minutes are used
    up, or it does not want this song. `lasting`: trying again soon is of no use."""

    def __init__(self, detail: str, *, lasting: bool = False) -> None:
        super().__init__(detail)
        self.lasting = lasting


class EngineUnknown(MelodyError):
    """There is no separation engine of that name here; params: `known`, a comma list."""

    code = "engine-unknown"
    status = 422


class LinkCodeUnknown(MelodyError):
    """A code to link chats that is wrong, used, one's own, or older than ten minutes."""

    code = "link-code"
    status = 404


class AlreadyLinked(MelodyError):
    """Both chats are one account already."""

    code = "already-linked"
    status = 409


class PhoneNumberUnusable(MelodyError):
    """No number that a text message can be sent to."""

    code = "phone-number"
    status = 422


class PhoneSignInOff(MelodyError):
    """Nobody can sign in by phone here: the operator has set up no sender of text messages."""

    code = "phone-sign-in-off"
    status = 409


class CodeTooOften(MelodyError):
    """Codes for this number, or from this address, are at their limit; params: `retry_after` in seconds."""

    code = "otp-too-often"
    status = 429


class CodeWrong(MelodyError):
    """Not the code that was sent; params: `tries_left`, at least 1."""

    code = "otp-wrong"
    status = 401


class CodeTriedTooOften(MelodyError):
    """A code that was tried for the last time; it helps only to ask for another."""

    code = "otp-too-many"
    status = 401


class CodeExpired(MelodyError):
    """A code that is too old or used, or that nobody asked for."""

    code = "otp-expired"
    status = 401


class PushOff(MelodyError):
    """Nobody is told anything by web push here: the operator has not set it up."""

    code = "push-off"
    status = 409


class PushSubscriptionRefused(MelodyError):
    """The endpoint is no known push service's, or the keys can't be used."""

    code = "push-subscription"
    status = 422


class EmptyQuery(MelodyError):
    """Nothing to search for: no letter and no digit."""

    code = "empty-query"
    status = 422


class QueryTooLong(MelodyError):
    """Longer than any song's name; params: `limit` in characters."""

    code = "query-too-long"
    status = 422


class UnknownSource(MelodyError):
    """There is no music source of that name here; params: `known`, a comma list."""

    code = "unknown-source"
    status = 422


class AudioNotOffered(MelodyError):
    """We may not take this song's audio from anywhere; somebody has to send it."""

    code = "audio-not-offered"
    status = 409


class StillMaking(MelodyError):
    """Something is being made of the song: it has to be finished or cancelled first."""

    code = "still-making"
    status = 409


class JobOver(MelodyError):
    """There is nothing left to cancel."""

    code = "job-over"
    status = 409


class TooManyPlaylists(MelodyError):
    """The person has as many as there may be; params: `limit`."""

    code = "too-many-playlists"
    status = 409


class PlaylistFull(MelodyError):
    """There are as many songs in it as there may be; params: `limit`."""

    code = "playlist-full"
    status = 409


class KeyReused(MelodyError):
    """An `Idempotency-Key` that stands for another request."""

    code = "idempotency-key-reused"
    status = 422


class TooBusy(MelodyError):
    """A queue is at its bound for this person; params: `limit`."""

    code = "too-busy"
    status = 429
    retryable = True


class QuotaUsed(MelodyError):
    """The person has had as many songs made in 24 hours as they may; params: `limit`, `retry_after` in
    seconds."""

    code = "quota-used"
    status = 429


class AccountBlocked(Forbidden):
    """The operator keeps this person out; their account can still be taken away or deleted."""

    code = "account-blocked"


class TooManyRequests(MelodyError):
    """More than one may ask in so short a time; params: `retry_after` in seconds."""

    code = "too-many-requests"
    status = 429


class RecordingRefused(MelodyError):
    """What was sent can't be used; the subclasses say why."""

    code = "not-audio"
    status = 422


class NotAudio(RecordingRefused):
    """No known audio format, whatever the name says."""


class EmptyRecording(RecordingRefused):
    code = "empty"


class DamagedRecording(RecordingRefused):
    """The format is known, but there is no usable sound inside."""

    code = "damaged"


class UnsupportedFormat(RecordingRefused):
    """A real audio file, but of a format or codec we do not take; params: `format`."""

    code = "unsupported-format"
    status = 415


class TooLarge(RecordingRefused):
    """More bytes than the way in allows; params: `limit_mb`."""

    code = "too-large"
    status = 413


class TooLong(RecordingRefused):
    """More sound than the operator allows; params: `limit_minutes`."""

    code = "too-long"


class TooShort(RecordingRefused):
    """Less than half a second of sound."""

    code = "too-short"


class DamagedVocals(MelodyError):
    """Kept vocals that can't be read or belong to something else: they have to be found again."""


class Cancelled(Exception):
    """The work is no longer wanted: its asker cancelled it, or another worker holds its lease."""
