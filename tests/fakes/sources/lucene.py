"""The queries of the Internet Archive's search, as far as its stand-in understands them.

`field:(…)`, `"a phrase"`, words, `*` at either end of a word, AND, OR, NOT and brackets. All else is an
error, as is an operator where a word should be.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeAlias

Document: TypeAlias = Mapping[str, Sequence[str]]
Test: TypeAlias = Callable[[Document, str], bool]
"""Whether a document fits, given the field that holds where none is named."""

ANYWHERE = ("identifier", "title", "creator", "description", "subject")
_TOKEN = re.compile(r'\s*("[^"]*"|[()]|[a-z-]+:(?=[("\w*])|[\w.*]+)')


def compiled(query: str) -> Callable[[Document], bool]:
    """The query as a test of documents. Raises ValueError."""
    tokens = list(_tokens(query))
    test = _any_of(tokens)
    if tokens:
        raise ValueError(f"nobody expects {tokens[0]!r}")
    return lambda document: test(document, "")


def _tokens(query: str) -> Iterator[str]:
    place = 0
    while query[place:].strip():
        match = _TOKEN.match(query, place)
        if match is None:
            raise ValueError(f"cannot read {query[place : place + 20]!r}")
        yield match[1]
        place = match.end()


def _any_of(tokens: list[str]) -> Test:
    tests = [_all_of(tokens)]
    while tokens[:1] == ["OR"]:
        tokens.pop(0)
        tests.append(_all_of(tokens))
    return lambda document, field: any(test(document, field) for test in tests)


def _all_of(tokens: list[str]) -> Test:
    tests = [_one(tokens)]
    while tokens[:1] == ["AND"]:
        tokens.pop(0)
        tests.append(_one(tokens))
    return lambda document, field: all(test(document, field) for test in tests)


def _one(tokens: list[str]) -> Test:
    if not tokens:
        raise ValueError("the query ends too early")
    token = tokens.pop(0)
    if token == "NOT":
        test = _one(tokens)
        return lambda document, field: not test(document, field)
    if token == "(":
        test = _any_of(tokens)
        if tokens[:1] != [")"]:
            raise ValueError("a bracket stays open")
        tokens.pop(0)
        return test
    if token.endswith(":"):
        test = _one(tokens)
        return lambda document, field: test(document, token[:-1])
    if token in {")", "AND", "OR"}:
        raise ValueError(f"{token} stands where a word should")
    return _words(token)


def _words(token: str) -> Test:
    wanted = token.strip('"').casefold()

    def test(document: Document, field: str) -> bool:
        values = [
            value.casefold() for name in ([field] if field else ANYWHERE) for value in document.get(name, ())
        ]
        if "*" in wanted:
            pattern = re.compile(".*".join(map(re.escape, wanted.split("*"))))
            return any(pattern.fullmatch(value) for value in values)
        return any(re.search(rf"(?<!\w){re.escape(wanted)}(?!\w)", value) for value in values)

    return test
