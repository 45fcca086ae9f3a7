"""Runs the product's processes as one: starts them, starts them again when they crash, stops them all.

Each child leads a process group of its own, so that Ctrl-C reaches the supervisor alone and a child's
own children can be found and ended with it.
"""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import IO

GRACE_SECONDS = 8.0  # from the polite signal to the one that cannot be refused
LONGEST_PAUSE = 30.0
STEADY_SECONDS = 60.0  # having run so long, a crash counts as the first


@dataclass
class Child:
    """One process to keep running."""

    name: str
    command: Sequence[str]
    environment: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[str] | None = None
    started: float = 0.0
    restart_at: float = 0.0
    pause: float = 1.0

    def start(self) -> None:
        """Start it in a process group of its own; its lines are shown with its name before them."""
        guard = ["setpriv", "--pdeathsig", "TERM"] if shutil.which("setpriv") else []
        self.started, self.restart_at = time.monotonic(), 0.0
        self.process = subprocess.Popen(
            [*guard, *self.command],
            env={**os.environ, "PYTHONUNBUFFERED": "1", **self.environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
        )
        assert self.process.stdout is not None  # noqa: S101 — it is a pipe
        threading.Thread(target=_show, args=[self.name, self.process.stdout], daemon=True).start()

    def send(self, number: int) -> None:
        """Signal the process itself; it passes the word on to its own."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(number)

    def end(self) -> None:
        """Kill whatever is left of its group."""
        if self.process:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


def _show(name: str, lines: IO[str]) -> None:
    for line in lines:
        say(f"{name:>6} │ {line.rstrip()}")


def say(text: str) -> None:
    """Write one whole line, whoever else is writing; a closed terminal is no reason to fall."""
    with contextlib.suppress(OSError):
        sys.stderr.write(f"{text}\n")
        sys.stderr.flush()


class Supervisor:
    """Keeps the children running until a signal; a second signal kills."""

    def __init__(self, children: Sequence[Child]) -> None:
        self.children = children
        self._asked = 0

    def run(self, *, on_tick: Callable[[], None] = lambda: None) -> None:
        """Start all, return when all have ended after a signal; `on_tick` is called while they run."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:  # nohup
                signal.signal(number, self._ask)
        try:
            for child in self.children:
                child.start()
            while not self._asked:
                self._mend()
                on_tick()
                time.sleep(0.25)
        finally:
            self._stop()

    def _ask(self, number: int, frame: FrameType | None) -> None:
        self._asked += 1

    def _mend(self) -> None:
        now = time.monotonic()
        for child in self.children:
            if child.process is None or child.process.poll() is None:
                continue
            if not child.restart_at:
                child.end()
                child.pause = 1.0 if now - child.started > STEADY_SECONDS else child.pause
                child.restart_at = now + child.pause
                code = child.process.returncode
                say(f"{child.name} ended with {code}: starts again in {child.pause:.0f} s")
                child.pause = min(child.pause * 2, LONGEST_PAUSE)
            elif now >= child.restart_at:
                child.start()

    def _stop(self) -> None:
        say("Stopping …")
        already, until = self._asked, time.monotonic() + GRACE_SECONDS
        for child in self.children:
            child.send(signal.SIGTERM)
        while any(c.process and c.process.poll() is None for c in self.children):
            if time.monotonic() > until or self._asked > max(already, 1):
                break
            time.sleep(0.05)
        for child in self.children:
            child.end()


def interrupt_with_make() -> None:
    """See to it that an interrupt sent to our parent `make` alone reaches us too.

    GNU make passes SIGTERM on to its children, but not SIGINT: it restores the signal's default
    action and waits for them. That shows in /proc, and is what a thread looks for here.
    """
    status, bit = Path(f"/proc/{os.getppid()}/status"), 1 << (signal.SIGINT - 1)

    def watch() -> None:
        with contextlib.suppress(OSError, KeyError, ValueError):
            while True:
                about = dict(line.split(":\t", 1) for line in status.read_text().splitlines())
                if about["Name"] not in {"make", "gmake"}:
                    return
                if not (int(about["SigCgt"], 16) | int(about["SigIgn"], 16)) & bit:
                    os.kill(os.getpid(), signal.SIGINT)
                    return
                time.sleep(0.25)

    threading.Thread(target=watch, daemon=True).start()
