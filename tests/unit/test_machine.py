"""How many processors there are for us."""

from __future__ import annotations

from pathlib import Path

import pytest

from core import machine


@pytest.mark.parametrize(
    ("said", "processors"),
    [
        ("200000 100000\n", 2),
        ("50000 100000\n", 1),
        ("250000 100000\n", 3),
        ("max 100000\n", None),
        ("\n", None),
    ],
)
def test_a_container_has_what_its_quota_says(tmp_path: Path, said: str, processors: int | None) -> None:
    (tmp_path / "cpu.max").write_text(said)
    assert machine.quota(tmp_path / "cpu.max") == processors


def test_without_a_quota_all_of_the_machine_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "CPU_QUOTA", tmp_path / "none")
    of_the_machine = machine.cores()
    assert of_the_machine >= 1
    (tmp_path / "cpu.max").write_text("100000 100000")
    monkeypatch.setattr(machine, "CPU_QUOTA", tmp_path / "cpu.max")
    assert machine.cores() == 1
