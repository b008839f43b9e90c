"""The machine's processes, as far as starting and ending servers needs to know them.

Linux is read from /proc; elsewhere `ps` is asked. A zombie counts as dead: it holds no file, port or memory,
and in a container whose first process never reaps it would look alive for ever.
"""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

_PROC = Path("/proc")


@dataclass(frozen=True)
class Process:
    pid: int
    parent: int
    group: int
    zombie: bool
    name: str
    """The program's file name; the kernel may cut it to 15 characters."""


def find(pid: int) -> Process | None:
    """The process, or None when there is none."""
    if _has_proc():
        return _from_proc(pid)
    return _from_ps("-p", str(pid)).get(pid)


def table() -> dict[int, Process]:
    """All processes by pid."""
    if _has_proc():
        found = (_from_proc(int(entry.name)) for entry in _PROC.iterdir() if entry.name.isdigit())
        return {process.pid: process for process in found if process is not None}
    return _from_ps("-A")


def is_alive(pid: int) -> bool:
    """Whether the process exists and is no zombie."""
    process = find(pid)
    return process is not None and not process.zombie


def descendants(roots: Iterable[int]) -> set[int]:
    """Pids of the living processes below the roots, whatever their group or session; not the roots."""
    children: dict[int, list[Process]] = {}
    for process in table().values():
        children.setdefault(process.parent, []).append(process)
    found: dict[int, Process] = {}
    to_visit = list(roots)
    while to_visit:
        for process in children.get(to_visit.pop(), []):
            if process.pid not in found:
                found[process.pid] = process
                to_visit.append(process.pid)
    return {process.pid for process in found.values() if not process.zombie}


def group_members(groups: Iterable[int]) -> set[int]:
    """Pids of the living processes in the groups."""
    wanted = set(groups)
    return {process.pid for process in table().values() if process.group in wanted and not process.zombie}


def send(pids: Iterable[int], which: signal.Signals) -> None:
    """Signal each process that is still there and ours to signal."""
    for pid in pids:
        try:
            os.kill(pid, which)
        except (ProcessLookupError, PermissionError):
            continue


def send_group(group: int, which: signal.Signals) -> None:
    """Signal a whole process group; nothing happens when it is empty."""
    try:
        os.killpg(group, which)
    except (ProcessLookupError, PermissionError):
        return


def _has_proc() -> bool:
    return (_PROC / "self" / "stat").exists()


def _from_proc(pid: int) -> Process | None:
    try:
        line = (_PROC / str(pid) / "stat").read_text(encoding="utf-8", errors="replace")
    except (FileNotFoundError, ProcessLookupError, PermissionError):
        return None
    before, _, after = line.rpartition(")")  # the name itself may hold brackets and spaces
    state, parent, group = after.split()[:3]
    return Process(pid, int(parent), int(group), state in "ZX", before.partition("(")[2])


def _from_ps(*selection: str) -> dict[int, Process]:
    columns = "pid=,ppid=,pgid=,stat=,comm="
    listing = subprocess.run(
        ["ps", *selection, "-o", columns],
        capture_output=True,
        text=True,
        errors="replace",
        timeout=10,
        env={"PATH": "/usr/bin:/bin", "LC_ALL": "C"},
        check=False,
    )
    found = {}
    for line in listing.stdout.splitlines():
        pid, parent, group, state, name = line.split(maxsplit=4)
        found[int(pid)] = Process(int(pid), int(parent), int(group), state.startswith("Z"), Path(name).name)
    return found
