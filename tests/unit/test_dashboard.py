"""The dashboard and the alert rules speak of metrics that there are, and the guide explains every alert."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from core.metrics.gauges import GAUGES
from core.metrics.service import ALIVE, BREAKER_OPEN, COMPLETE
from core.tally import MEASURES

ROOT = Path(__file__).parents[2]
RULES = ROOT / "deploy" / "prometheus" / "alerts.yml"
DASHBOARD = ROOT / "deploy" / "grafana" / "melody.json"

LABELS: dict[str, set[str]] = {
    **{gauge.name: set(gauge.labels) for gauge in (*GAUGES, ALIVE, BREAKER_OPEN, COMPLETE)},
    **{f"{measure.name}_total": set(measure.labels) for measure in MEASURES if not measure.is_timed},
    **{
        f"{measure.name}_{part}": {*measure.labels, *extra}
        for measure in MEASURES
        if measure.is_timed
        for part, extra in (("bucket", ["le"]), ("count", []), ("sum", []))
    },
}
"""Every series there is, with its labels."""
FROM_PROMETHEUS = {"instance", "job", "alertname"}


def rules() -> list[dict[str, Any]]:
    (group,) = yaml.safe_load(RULES.read_text())["groups"]
    return list(group["rules"])


def expressions() -> Iterator[tuple[str, str]]:
    """Of both files, each with the text that names its labels."""
    for rule in rules():
        yield rule["expr"], rule["annotations"]["summary"]
    for panel in json.loads(DASHBOARD.read_text())["panels"]:
        for target in panel["targets"]:
            yield target["expr"], target["legendFormat"]


@pytest.mark.parametrize(("expression", "text"), list(expressions()))
def test_it_asks_for_what_there_is(expression: str, text: str) -> None:
    named = set(re.findall(r"melody_\w+", expression))
    assert named
    assert named <= LABELS.keys()
    known = set().union(*(LABELS[name] for name in named)) | FROM_PROMETHEUS
    grouped = re.findall(r"\b(?:by|without|on)\s*\(([^)]*)\)", expression)
    asked = {label.strip() for labels in grouped for label in labels.split(",")}
    asked |= set(re.findall(r"[{,]\s*(\w+)\s*(?:=~?|!=)", expression))
    asked |= set(re.findall(r"(?:\$labels\.|\{\{)(\w+)", text))
    assert asked <= known
    assert expression.count("(") == expression.count(")")


def test_every_metric_is_on_the_dashboard() -> None:
    shown = {name for expression, _ in expressions() for name in re.findall(r"melody_\w+", expression)}
    whole = {re.sub(r"_(bucket|count|sum)$", "", name) for name in LABELS}
    assert {re.sub(r"_(bucket|count|sum)$", "", name) for name in shown} == whole


def test_the_guide_explains_each_alert() -> None:
    guide = (ROOT / "docs" / "operations.md").read_text()
    explained = set(re.findall(r"^\| `(Melody\w+)` \|", guide, re.MULTILINE))
    assert explained == {rule["alert"] for rule in rules()}


def test_each_alert_says_how_urgent_it_is() -> None:
    for rule in rules():
        assert rule["labels"]["severity"] in {"page", "ticket"}
        assert re.fullmatch(r"\d+m", rule["for"])
