"""Inline mode: https://core.telegram.org/bots/api#inline-mode, with the server's own words for errors."""

from __future__ import annotations

import json
import re
import time
from typing import Any

from tests.fakes.telegram.keyboards import inline_keyboard
from tests.fakes.telegram.model import Json, bad_request
from tests.fakes.telegram.wire import Form
from tests.fakes.telegram.world import World

QUERY_TOO_OLD = "query is too old and response timeout expired or query ID is invalid"
LONGEST_REF = 64
"""Bytes of a result's id and of an offset."""
LONGEST_CACHE = 86_400


def answer_inline_query(world: World, form: Form) -> bool:
    """Keep the answer for whoever asked. Raises Refusal."""
    results = _json(form, "results", [])
    _check_results(world, results)
    offset = form.fields.get("next_offset", "")
    if len(offset.encode()) > LONGEST_REF:
        raise bad_request("NEXT_OFFSET_INVALID")
    if not 0 <= int(form.fields.get("cache_time", "300")) <= LONGEST_CACHE:
        raise bad_request("CACHE_TIME_INVALID")
    button = _json(form, "button", None)
    if button is not None and not re.fullmatch(r"[\w-]{1,64}", button.get("start_parameter", ""), re.ASCII):
        raise bad_request("START_PARAM_INVALID")
    question = world.inline.get(form.fields.get("inline_query_id", ""))
    if question is None or time.monotonic() - question.asked > world.limits.inline_seconds:
        raise bad_request(QUERY_TOO_OLD)
    question.answer = {
        "results": results,
        "next_offset": offset,
        "cache_time": int(form.fields.get("cache_time", "300")),
        "is_personal": form.fields.get("is_personal") == "true",
        "button": button,
    }
    return True


def _check_results(world: World, results: list[Json]) -> None:
    if len(results) > world.limits.inline_results:
        raise bad_request("RESULTS_TOO_MUCH")
    names = [result["id"] for result in results]
    if len(set(names)) < len(names):
        raise bad_request("RESULT_ID_DUPLICATE")
    for result in results:
        if not 1 <= len(result["id"].encode()) <= LONGEST_REF:
            raise bad_request("RESULT_ID_INVALID")
        inline_keyboard(None, result.get("reply_markup", {}), world.limits)
        if result["type"] == "audio":
            file = world.files.get(result.get("audio_file_id", ""))
            if file is None or file.expired or file.kind != "audio":
                raise bad_request("wrong file identifier/HTTP URL specified")
            if len(result.get("caption", "")) > world.limits.caption_characters:
                raise bad_request("message caption is too long")
        elif result["type"] == "article":
            text = result["input_message_content"].get("message_text", "")
            if not result.get("title") or not 1 <= len(text) <= world.limits.text_characters:
                raise bad_request("can't parse inline query result")
        else:
            raise bad_request("can't parse inline query result: unsupported type")


def _json(form: Form, name: str, default: Any) -> Any:
    try:
        return json.loads(form.fields[name]) if name in form.fields else default
    except ValueError:
        raise bad_request(f"can't parse {name} JSON object") from None
