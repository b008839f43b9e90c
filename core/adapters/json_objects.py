"""What services answer, read as the JSON object that it should be."""

from __future__ import annotations

import json
from typing import Any


def json_object(content: bytes) -> dict[str, Any]:
    """The object; empty where it is none, since proxies in trouble answer with HTML."""
    try:
        body = json.loads(content)
    except (ValueError, RecursionError):
        return {}
    return body if isinstance(body, dict) else {}
