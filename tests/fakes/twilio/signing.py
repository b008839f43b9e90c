"""How Twilio signs what it sends us (https://www.twilio.com/docs/usage/security#validating-requests)."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping


def sign(key: str, url: str, form: Mapping[str, str], algorithm: str = "sha1") -> str:
    """The X-Twilio-Signature of a form that is posted to a URL."""
    text = url + "".join(name + form[name] for name in sorted(form))
    digest = hmac.new(key.encode(), text.encode(), getattr(hashlib, algorithm)).digest()
    return base64.b64encode(digest).decode()
