"""The recipes for AWS and Google Cloud: well formed, and true to the settings and programs there are."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from cfnlint.decode import decode

from api.main import OPEN_TO_PROXIES_SECONDS
from core.config import Settings
from core.liveness import ROLES
from tests.fixtures.cloud_run_schema import troubles

DEPLOY = Path(__file__).parents[2] / "deploy"
STACK = DEPLOY / "aws" / "studio.yaml"
KNOWN = {f"MELODY_{name.upper()}" for name in Settings.model_fields}
COMMANDS = {
    "api": ["python", "-m", "api.main"],
    "bot": ["python", "-m", "bot.main"],
    "worker": ["python", "-m", "tasks.worker", "convert"],
    "courier": ["python", "-m", "tasks.worker", "courier"],
    "relay": ["python", "-m", "tasks.relay"],
}
MIGRATION = ["python", "-m", "core.db.upgrade"]
GCLOUD = """#!/bin/sh
echo "$*" >>"$SAID/calls"
case "$3" in replace) cp "$4" "$SAID/" ;; esac
"""


def settings_in(tree: Any) -> Iterator[str]:
    """Every name of a setting, wherever it stands."""
    match tree:
        case dict():
            for key in ("Name", "name"):
                if isinstance(name := tree.get(key), str) and name.startswith("MELODY_"):
                    yield name
            for value in tree.values():
                yield from settings_in(value)
        case list():
            for value in tree:
                yield from settings_in(value)


def test_every_program_can_be_started_so() -> None:
    assert set(COMMANDS) == {"api", *ROLES}
    for command in (*COMMANDS.values(), MIGRATION):
        assert importlib.util.find_spec(command[2]) is not None


@pytest.mark.broad
def test_cfn_lint_finds_nothing() -> None:
    done = subprocess.run(
        [Path(sys.executable).parent / "cfn-lint", STACK],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "")


def test_the_stack_runs_every_process_with_settings_that_exist() -> None:
    stack, troubles = decode(str(STACK))
    assert not troubles
    processes = stack["Mappings"]["Processes"]
    assert {name.lower(): list(made["Command"]) for name, made in processes.items()} == COMMANDS
    _, looped, definition = stack["Resources"]["Fn::ForEach::Definitions"]
    assert set(looped) == set(processes)
    migrating, running = definition["${Process}Definition"]["Properties"]["ContainerDefinitions"]
    assert migrating["Command"] == MIGRATION
    assert not migrating["Essential"]
    assert running["DependsOn"] == [{"ContainerName": "Migrate", "Condition": "SUCCESS"}]
    for container in (migrating, running):
        assert container["ReadonlyRootFilesystem"]
        assert container["User"] == "10001:10001"
    names = set(settings_in(stack))
    assert {"MELODY_DATABASE_URL", "MELODY_REDIS_URL", "MELODY_STORAGE_URL", "MELODY_PUBLIC_URL"} <= names
    assert names <= KNOWN


def test_the_balancer_closes_connections_before_the_gateway_does() -> None:
    stack, _ = decode(str(STACK))
    assert "MELODY_TRUSTED_PROXIES" in set(settings_in(stack))
    said = [one["LoadBalancerAttributes"] for one in resources(stack) if "LoadBalancerAttributes" in one]
    (attributes,) = ({one["Key"]: one["Value"] for one in listed} for listed in said)
    assert int(attributes["idle_timeout.timeout_seconds"]) < OPEN_TO_PROXIES_SECONDS


def resources(stack: Any) -> list[dict[str, Any]]:
    made = stack["Resources"].values()
    return [one["Properties"] for one in made if isinstance(one, dict) and "Properties" in one]


@pytest.fixture
def cloud_run(tmp_path: Path) -> Path:
    """What the script gave to a stand-in of gcloud: the files, and the calls one a line."""
    said = tmp_path / "said"
    said.mkdir()
    (tmp_path / "gcloud").write_text(GCLOUD)
    (tmp_path / "gcloud").chmod(0o755)
    given = {
        "PROJECT": "songs",
        "REGION": "asia-south1",
        "IMAGE": "registry.example/melody:1.2",
        "DOMAIN": "s.example",
    }
    subprocess.run(
        [DEPLOY / "cloud-run" / "deploy.sh"],
        env={"PATH": f"{tmp_path}:{os.environ['PATH']}", "SAID": str(said)} | given,
        check=True,
        timeout=30,
    )
    return said


def given_to(cloud_run: Path) -> dict[str, dict[str, Any]]:
    """By process."""
    return {
        path.name.partition(".")[0]: yaml.safe_load(path.read_text()) for path in cloud_run.glob("*.yaml")
    }


def test_cloud_run_takes_every_field(cloud_run: Path) -> None:
    made = given_to(cloud_run)
    assert {name: found for name, document in made.items() if (found := troubles(document))} == {}
    api = made["api"]["spec"]["template"]["spec"]
    api["timeout"], api["containers"][0]["ports"][0]["containerPort"] = 5, "8000"
    assert {line.partition(":")[0] for line in troubles(made["api"])} == {
        "$.spec.template.spec",
        "$.spec.template.spec.containers[0].ports[0].containerPort",
    }


def test_cloud_run_is_given_every_process(cloud_run: Path) -> None:
    made = given_to(cloud_run)
    assert set(made) == {*COMMANDS, "migrate"}
    for name, document in made.items():
        assert "@" not in json.dumps(document).replace("melody@songs.iam", "")
        spec = document["spec"]["template"]["spec"]
        (container,) = (spec["template"]["spec"] if name == "migrate" else spec)["containers"]
        assert container["command"] == (MIGRATION if name == "migrate" else COMMANDS[name])
        assert container["image"] == "registry.example/melody:1.2"
        assert {entry["name"] for entry in container["env"]} <= KNOWN
        assert document["metadata"]["name"] == f"melody-{name}"
    kinds = {name: document["kind"] for name, document in made.items()}
    assert kinds.pop("api") == "Service"
    assert kinds.pop("migrate") == "Job"
    assert set(kinds.values()) == {"WorkerPool"}


def test_cloud_run_migrates_before_anything_is_exchanged(cloud_run: Path) -> None:
    calls = [line.split()[:3] for line in (cloud_run / "calls").read_text().splitlines()]
    assert calls[:3] == [
        ["run", "jobs", "replace"],
        ["run", "jobs", "execute"],
        ["run", "services", "replace"],
    ]
    assert calls[3:] == [["run", "worker-pools", "replace"]] * 4
