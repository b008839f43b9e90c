"""Lighthouse, fetched by npm for a benchmark: it is no part of the player, nor of the tests."""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

VERSION = "12.8.2"
"""The newest that runs on Node 20."""
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
METRICS = {
    "first-contentful-paint": "first_paint_ms",
    "largest-contentful-paint": "largest_paint_ms",
    "total-blocking-time": "blocked_ms",
    "cumulative-layout-shift": "layout_shift",
}
RUN_SECONDS = 180.0
FETCH_SECONDS = 300.0


class NoLighthouseError(Exception):
    """It could not be had here; the text says why."""


@dataclass(frozen=True)
class Verdict:
    """The medians of several visits to one page."""

    page: str
    device: str
    """`mobile` (Lighthouse's slow phone on a slow network) or `desktop`."""
    runs: int
    scores: dict[str, int]
    """By category, 0 to 100."""
    metrics: dict[str, float]
    lowest_performance: int
    complaints: list[str]
    """Audits below full marks outside performance, of any run."""


def fetch() -> None:
    """Bring Lighthouse here, where it is not yet. Raises NoLighthouseError."""
    if shutil.which("npm") is None:
        raise NoLighthouseError("npm is not installed")
    try:
        done = subprocess.run(_command("--version"), capture_output=True, text=True, timeout=FETCH_SECONDS)
    except subprocess.TimeoutExpired:
        raise NoLighthouseError("npm did not bring it in time") from None
    if done.returncode:
        raise NoLighthouseError((done.stderr.strip().splitlines() or ["npm could not fetch it"])[-1])


def visit(url: str, page: str, device: str, runs: int, browser: str) -> Verdict:
    """Look at one page so many times, each with a fresh profile. Raises NoLighthouseError."""
    reports = [_look(url + page, device, browser) for _ in range(runs)]
    performance = [_score(report, "performance") for report in reports]
    return Verdict(
        page=page,
        device=device,
        runs=runs,
        scores={
            name: round(statistics.median(_score(report, name) for report in reports)) for name in CATEGORIES
        },
        metrics={
            ours: round(statistics.median(report["audits"][theirs]["numericValue"] for report in reports), 3)
            for theirs, ours in METRICS.items()
        },
        lowest_performance=min(performance),
        complaints=sorted({complaint for report in reports for complaint in _complaints(report)}),
    )


def _look(address: str, device: str, browser: str) -> dict[str, dict[str, dict[str, float]]]:
    with TemporaryDirectory() as folder:
        out = Path(folder) / "report.json"
        command = _command(
            address,
            "--quiet",
            "--output=json",
            f"--output-path={out}",
            "--chrome-flags=--headless=new --no-sandbox --disable-dev-shm-usage",
            *(["--preset=desktop"] if device == "desktop" else []),
        )
        done = subprocess.run(
            command,
            env={**os.environ, "CHROME_PATH": browser},
            capture_output=True,
            text=True,
            timeout=RUN_SECONDS,
        )
        if done.returncode or not out.exists():
            raise NoLighthouseError((done.stderr.strip().splitlines() or ["it wrote no report"])[-1])
        report: dict[str, dict[str, dict[str, float]]] = json.loads(out.read_text())
        return report


def _command(*arguments: str) -> Sequence[str]:
    return ["npm", "exec", "--yes", f"--package=lighthouse@{VERSION}", "--", "lighthouse", *arguments]


def _score(report: dict[str, dict[str, dict[str, float]]], category: str) -> int:
    return round(100 * report["categories"][category]["score"])


def _complaints(report: dict[str, dict[str, dict[str, float]]]) -> list[str]:
    found = []
    for category in CATEGORIES[1:]:
        references: list[dict[str, str]] = report["categories"][category]["auditRefs"]  # type: ignore[assignment]
        for reference in references:
            score = report["audits"][reference["id"]].get("score")
            if score is not None and score < 1 and reference.get("weight"):
                found.append(f"{category}: {reference['id']}")
    return found
