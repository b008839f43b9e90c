"""The label of a title's language: certain or absent, always the same, never an error."""

from __future__ import annotations

import threading

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.text.language import language_of


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("முன்பே வா", "ta"),
        ("నాటు నాటు", "te"),
        ("একলা চলো রে", "bn"),
        ("ਬਰਾਊਨ ਮੁੰਡੇ", "pa"),
        ("ខ្មែរ", "km"),
        ("夜に駆ける", "ja"),
        ("月亮代表我的心", "zh"),
        ("밤편지", "ko"),
        ("הבה נגילה", "he"),
        ("Червона калина її", "uk"),
        ("Ты", "ru"),
        ("لڑکی", "ur"),
        ("Still I wait here for the morning light to find me again", "en"),
    ],
)
def test_languages(text: str, language: str | None) -> None:
    assert language_of(text) == language


@pytest.mark.parametrize("text", ["tum hi ho", "Let it be", "a", "", "123", "😀", "\ud800"])
def test_what_can_not_be_told_has_no_language(text: str) -> None:
    assert language_of(text) is None


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet=st.characters(), max_size=60))
def test_it_never_fails(text: str) -> None:
    assert language_of(text) == language_of(text)


def test_several_threads_get_the_same_answer() -> None:
    text = "ये जो देस है तेरा स्वदेस है तेरा तुझे है पुकारा"
    found: list[str | None] = []
    threads = [threading.Thread(target=lambda: found.append(language_of(text))) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(found) == 6
    assert len(set(found)) == 1
