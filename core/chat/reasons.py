"""Why something did not work, in words."""

from __future__ import annotations

from core.chat.texts import Texts
from core.conversion.view import JobView

LINK_GONE, LINK_UNKNOWN = "link-gone", "link-unknown"
_AS_IT_IS_MEANT = {"forbidden": "audio-not-offered"}
"""What is forbidden to us when we fetch a song is its audio, not something of another person's."""
_TEXTS_OF_THEIR_OWN = {LINK_GONE, LINK_UNKNOWN}


def why(job: JobView, texts: Texts) -> str:
    """Of a job that failed: what happened, and what now."""
    code = job.error_code or "internal"
    if code in _TEXTS_OF_THEIR_OWN:
        return texts.say(code)
    return texts.error(_AS_IT_IS_MEANT.get(code, code), job.error_params)
