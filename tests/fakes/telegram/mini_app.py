"""What a Mini App is told when it is opened, signed as Telegram signs it.

core.telegram.org/bots/webapps, "Validating data received via the Mini App".
"""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import Any
from urllib.parse import urlencode


def init_data(token: str, user: Any, auth_date: float, **more: str) -> str:
    """`Telegram.WebApp.initData` for the bot with this token; `user` as Telegram's WebAppUser."""
    fields = {
        "query_id": "AAHdF6IQAAAAAN0XohDhrOrc",
        "user": json.dumps(user, ensure_ascii=False, separators=(",", ":")),
        "auth_date": str(int(auth_date)),
        **more,
    }
    text = "\n".join(f"{name}={fields[name]}" for name in sorted(fields))
    key = hmac.new(b"WebAppData", token.encode(), hashlib.sha256).digest()
    return urlencode({**fields, "hash": hmac.new(key, text.encode(), hashlib.sha256).hexdigest()})
