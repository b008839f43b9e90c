"""Runs programs as children: restarts what dies, passes their output on, ends them all.

One thread, one loop (`turn`), woken by output, by signals and by the death of a child. Every program leads a
session and process group of its own, so Ctrl-C reaches only the supervisor, and nothing of a program can stay
behind when its group is killed; a `Guard` does that if the supervisor itself is killed.
"""

from __future__ import annotations

import os
import selectors
import signal
import socket
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any, Self

from core.embedded import processes
from core.embedded.guard import Guard
from core.embedded.output import BoundedLog, Mirror
from core.embedded.program import Limits, Program, spoken
from core.errors import ConfigurationError, ServiceUnavailable

_STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_CHECK_INTERVAL = 0.5
_BAD_CONFIGURATION = 2


class Supervisor:
    """Children of this process; a context manager for the main thread, whose end is theirs.

    `check` is called twice a second (it keeps the servers alive). The guard inherits the descriptors `holds`
    and closes them when the last program has gone. With `adopts`, every child of this process but those in
    `spared()` is taken for an orphan of a program and ended; on Linux all orphans become our children.
    """

    def __init__(
        self,
        logs: Path,
        *,
        mirror: Mirror | None = None,
        limits: Limits | None = None,
        check: Callable[[], None] = lambda: None,
        holds: tuple[int, ...] = (),
        adopts: bool = False,
        spared: Callable[[], set[int]] = set,
    ) -> None:
        self.env = dict(os.environ)
        """The environment of what is started from now on."""
        self.folder: Path | None = None
        """Where it is started, if not where we were."""
        self.stopping = False
        """A signal asked us to end."""
        self._logs = logs
        self._mirror = mirror or Mirror()
        self._limits = limits or Limits()
        self._check = check
        self._holds = holds
        self._adopts = adopts
        self._spared = spared
        self._programs: list[Program] = []
        self._outputs: dict[Program, int] = {}
        self._signals = 0
        self._somebody_died = False
        self._next_check = 0.0

    def __enter__(self) -> Self:
        self._selector = selectors.DefaultSelector()
        self._wake, self._wake_end = socket.socketpair()
        for end in (self._wake, self._wake_end):
            end.setblocking(False)
        self._selector.register(self._wake, selectors.EVENT_READ, self._woken)
        self._former_wakeup = signal.set_wakeup_fd(self._wake_end.fileno(), warn_on_full_buffer=False)
        self._former: dict[signal.Signals, Any] = {
            signal.SIGCHLD: signal.signal(signal.SIGCHLD, self._on_child)
        }
        for which in _STOP_SIGNALS:
            if signal.getsignal(which) is not signal.SIG_IGN:  # nohup stays nohup
                self._former[which] = signal.signal(which, self._on_stop)
        if self._adopts:
            _become_subreaper()
        self._guard = Guard(holds=self._holds)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self.stop()
            self._guard.dismiss()
        finally:
            for which, handler in self._former.items():
                signal.signal(which, handler)
            signal.set_wakeup_fd(self._former_wakeup)
            self._selector.close()
            self._wake.close()
            self._wake_end.close()

    # --- starting --------------------------------------------------------------------------------------

    def start(self, name: str, *command: str) -> Program:
        """Start a program and keep it running."""
        program = self._add(name, command, self._shown(name), is_job=False)
        self._launch(program)
        return program

    def start_patiently(
        self, name: str, *command: str, on_line: Callable[[str], None] | None = None
    ) -> Program:
        """Start a program that stays away when it dies, until it is renewed."""
        program = self._add(name, command, on_line or self._shown(name), is_job=False, waits=True)
        self._launch(program)
        return program

    def renew(self, program: Program, patience: float) -> None:
        """Let a program end and start anew; after `patience` seconds it is killed with all in its group."""
        if program.process is None:
            program.due = time.monotonic()
        elif program.renewed_by is None:
            program.renewed_by = time.monotonic() + patience
            program.process.terminate()

    def begin_job(self, name: str, *command: str, on_line: Callable[[str], None]) -> Program:
        """Start a program that ends by itself."""
        job = self._add(name, command, on_line, is_job=True)
        self._launch(job)
        return job

    def finish_job(self, job: Program, patience: float) -> int | None:
        """Wait for a job; its exit code, or None when we were asked to end first.

        Raises ServiceUnavailable when it takes longer than `patience` seconds.
        """
        deadline = time.monotonic() + patience
        while job.code is None:
            if self.stopping:
                return None
            if time.monotonic() > deadline:
                raise ServiceUnavailable(f"{job.name} took longer than {patience:.0f} seconds")
            self.turn(0.5)
        self._programs.remove(job)
        job.log.close()
        return job.code

    def _shown(self, name: str) -> Callable[[str], None]:
        return lambda line: self._mirror.show(name, line)

    def _add(
        self,
        name: str,
        command: tuple[str, ...],
        on_line: Callable[[str], None],
        *,
        is_job: bool,
        waits: bool = False,
    ) -> Program:
        log = BoundedLog(self._logs / f"{name}.log")
        program = Program(name, command, log, on_line, is_job=is_job, limits=self._limits, waits=waits)
        self._programs.append(program)
        return program

    def _launch(self, program: Program) -> None:
        self._guard.ensure(self._groups())
        output = program.launch(self.env, self._guard.enlist(), self.folder)
        self._outputs[program] = output
        self._selector.register(output, selectors.EVENT_READ, lambda: self._read(program))

    # --- the loop --------------------------------------------------------------------------------------

    def turn(self, seconds: float) -> None:
        """Do what is due, waiting at most `seconds` for something to happen.

        Raises ServiceUnavailable when a program keeps dying, ConfigurationError when one ends its very first
        run with exit code 2 (bad configuration, by the convention of this product), and what `check` raises.
        """
        dues = [program.due for program in self._programs if program.due is not None]
        until_due = min(dues, default=float("inf")) - time.monotonic()
        for key, _ in self._selector.select(max(0.0, min(seconds, until_due, _CHECK_INTERVAL))):
            key.data()
        self._bury_the_dead()
        if self.stopping:
            return
        if time.monotonic() >= self._next_check:
            self._check()
            self._guard.ensure(self._groups())
            self._next_check = time.monotonic() + _CHECK_INTERVAL
        for program in self._programs:
            if program.due is not None and time.monotonic() >= program.due:
                self._launch(program)
            elif program.process is not None and _is_past(program.renewed_by):
                processes.send_group(program.process.pid, signal.SIGKILL)

    def _bury_the_dead(self) -> None:
        """End what the dead left behind, hear their last words, and plan their return."""
        for program in self._programs:
            if program.process is None or program.process.poll() is None:
                continue
            processes.send_group(program.process.pid, signal.SIGKILL)
            self._guard.forget(program.process.pid)
            if program in self._outputs:
                self._read(program)
                self._close(program)
            program.bury()
            if not program.is_job and not self.stopping:
                self._plan_return(program)
        if self._somebody_died:
            self._somebody_died = False
            self._end_orphans()

    def _plan_return(self, program: Program) -> None:
        now = time.monotonic()
        code = program.code or 0
        if program.renewed_by is not None:
            program.due = now
            return
        if code == _BAD_CONFIGURATION and program.launches == 1:
            raise ConfigurationError(program.last_line)
        if program.waits:
            program.note(f"ended with {spoken(code)}, waiting for a change")
            return
        delay = program.deaths.delay(now, now - program.started, code)
        if delay is None:
            raise ServiceUnavailable(
                f"{program.name} ended {self._limits.deaths} times within {self._limits.within:.0f} seconds, "
                f"the last time with: {program.last_line} (more in {program.log.path})"
            )
        program.due = now + delay
        program.note(f"ended with {spoken(code)}, starting it again")

    def _end_orphans(self) -> None:
        if not self._adopts:
            return
        ours = set(self._groups()) | self._spared() | {self._guard.pid}
        for process in processes.table().values():
            if process.parent == os.getpid() and process.pid not in ours:
                processes.send([process.pid], signal.SIGKILL)
                try:
                    os.waitpid(process.pid, os.WNOHANG)
                except ChildProcessError:
                    continue

    def _groups(self) -> list[int]:
        return [program.process.pid for program in self._programs if program.process is not None]

    # --- the end ---------------------------------------------------------------------------------------

    def stop(self, *, patience: float = 5.0) -> None:
        """End all programs in reverse order: each is asked, and has a second before the next is asked.

        What is still there after `patience` seconds, or at a second signal, is killed with all below it.
        """
        self.stopping = True
        deadline = time.monotonic() + patience
        tolerated = max(1, self._signals)
        below = processes.descendants(self._groups()) if self._programs else set()

        def wait_for(program: Program, until: float) -> None:
            while program.process is not None and time.monotonic() < until and self._signals <= tolerated:
                self.turn(0.1)

        for program in reversed(self._programs):
            program.due = None
            if program.process is not None:
                program.process.terminate()
                wait_for(program, min(deadline, time.monotonic() + 1.0))
        for program in self._programs:
            wait_for(program, deadline)
        self._kill(below)
        for program in self._programs:
            program.log.close()
        self._programs.clear()

    def _kill(self, below: set[int]) -> None:
        """Kill the programs that are left and whatever lives of their descendants."""
        deadline = time.monotonic() + 1.0
        while time.monotonic() < deadline:
            groups = self._groups()
            below = {pid for pid in below | processes.descendants(groups) if processes.is_alive(pid)}
            if not groups and not below:
                break
            for group in groups:
                processes.send_group(group, signal.SIGKILL)
            processes.send(below, signal.SIGKILL)
            self.turn(0.02)
        self._end_orphans()

    # --- events ----------------------------------------------------------------------------------------

    def _read(self, program: Program) -> None:
        if not program.read(self._outputs[program]):
            self._close(program)

    def _close(self, program: Program) -> None:
        if (output := self._outputs.pop(program, None)) is not None:
            self._selector.unregister(output)
            os.close(output)

    def _woken(self) -> None:
        try:
            while self._wake.recv(4096):
                pass
        except BlockingIOError:
            return

    def _on_stop(self, number: int, frame: FrameType | None) -> None:
        self.stopping = True
        self._signals += 1

    def _on_child(self, number: int, frame: FrameType | None) -> None:
        self._somebody_died = True


def _is_past(moment: float | None) -> bool:
    return moment is not None and time.monotonic() >= moment


def _become_subreaper() -> None:
    """Make this process the parent of orphans below it, so that none escapes in a session of its own."""
    import ctypes

    pr_set_child_subreaper = 36  # Linux, prctl(2)
    if hasattr(libc := ctypes.CDLL(None), "prctl"):
        libc.prctl(pr_set_child_subreaper, 1, 0, 0, 0)
