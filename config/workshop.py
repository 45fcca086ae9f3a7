"""What `make` does once .venv is there: front end, demo, tests, checks. Run by config/bootstrap.sh."""

import contextlib
import hashlib
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType

from config import embedded, mission

ROOT = Path(__file__).resolve().parent.parent
STATE = Path(os.environ.get("LAMPLIGHTER_STATE", ROOT / "var"))
FRONTEND = ROOT / "frontend"
NODE = 20
BIN = Path(sys.executable).parent
MANAGE = [sys.executable, str(ROOT / "manage.py")]
RESULTS = STATE / "test-results.xml"


def say(text: str) -> None:
    """Tell the person at the terminal."""
    print(text, file=sys.stderr, flush=True)


def run(*command: str | Path, folder: Path = ROOT) -> int:
    """Run a command, its output shown; the exit code."""
    return subprocess.run([str(part) for part in command], cwd=folder).returncode


def need(*command: str | Path, folder: Path = ROOT) -> None:
    """Run a command that must succeed; it has said itself why it did not."""
    if code := run(*command, folder=folder):
        sys.exit(code)


@contextlib.contextmanager
def database(name: str) -> Iterator[None]:
    """DATABASE_URL as given, or of the embedded cluster, which runs for the time of the block."""
    if os.environ.get("DATABASE_URL"):
        yield
        return
    with embedded.held(STATE):
        os.environ["DATABASE_URL"] = embedded.url(STATE, name)
        yield


def front_end() -> bool:
    """Install and build the front end where its inputs changed; False if Node is missing."""
    node = shutil.which("node") and shutil.which("npm")
    version = (
        subprocess.run(["node", "--version"], capture_output=True, text=True) if node else None
    )
    if not version or int(version.stdout.lstrip("v").split(".")[0]) < NODE:
        say(
            f"Node.js {NODE} with npm is missing: screens are not built; the API and all else runs."
        )
        return False
    _once("installed", [FRONTEND / "package-lock.json"], "npm", "ci", "--loglevel=error")
    _once("built", _front_end_sources(), "npm", "run", "--silent", "build")
    return True


def _front_end_sources() -> list[Path]:
    ignored = {"node_modules", "dist", "coverage"}
    found = []
    for folder, names, files in os.walk(FRONTEND):
        names[:] = sorted(set(names) - ignored)
        found += [Path(folder, name) for name in sorted(files)]
    return found


def _once(stamp: str, inputs: list[Path], *command: str) -> None:
    """Run the command unless it has been run for these very inputs and its result is there."""
    digest = hashlib.sha256()
    for path in inputs:
        digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes())
    done = FRONTEND / ("dist" if stamp == "built" else "node_modules") / f".{stamp}"
    if not done.exists() or done.read_text() != digest.hexdigest():
        say(f"Front end: {' '.join(command)}")
        need(*command, folder=FRONTEND)
        done.write_text(digest.hexdigest())


def setup() -> int:
    """Everything installed and built, nothing started."""
    front_end()
    say("Set up. Next: make demo, make test.")
    return 0


def demo(*arguments: str) -> int:
    """The demo city, made if missing, served until Ctrl-C: the rest is `manage.py demo`."""
    front_end()
    with embedded.held(STATE) if not os.environ.get("DATABASE_URL") else contextlib.nullcontext():
        # The next program holds the cluster itself, and ends when `make`, our parent, is killed.
        guard = ["setpriv", "--pdeathsig", "TERM"] if shutil.which("setpriv") else []
        command = [*guard, *MANAGE, "demo", *arguments]
        os.execvp(command[0], command)  # noqa: S606
    raise AssertionError("unreachable")


def test(*arguments: str) -> int:
    """vitest and pytest; further arguments are pytest's."""
    has_screens = front_end()
    codes = [run("npm", "run", "--silent", "test", folder=FRONTEND)] if has_screens else []
    options = ["-n", "2", "--dist", "loadfile", f"--junitxml={RESULTS}"]
    if not (has_screens and shutil.which("chromium")):
        options += ["-m", "not browser"]
        say("Tests that need a browser are left out: they want Node.js and Chromium.")
    with database("lamplighter_tests"):
        codes.append(run(BIN / "pytest", *options, *arguments))
    return max(codes)


def check() -> int:
    """Every static check; all run, and the failed ones are named at the end."""
    checks: dict[str, list[str | Path]] = {
        "lint": [BIN / "ruff", "check", "."],
        "format": [BIN / "ruff", "format", "--check", "."],
        "types": [BIN / "mypy", "."],
        "imports": [BIN / "lint-imports", "--no-logo"],
        "settings": [*MANAGE, "check", "--fail-level", "WARNING"],
        "migrations": [*MANAGE, "makemigrations", "--check", "--dry-run"],
    }
    failed = []
    with database("lamplighter"):
        for name, command in checks.items():
            say(f"— {name}")
            if run(*command):
                failed.append(name)
    if front_end():
        say("— front end")
        if run("npm", "run", "--silent", "check", folder=FRONTEND):
            failed.append("front end")
    say(f"Failed: {', '.join(failed)}" if failed else "All checks passed.")
    return int(bool(failed))


def bench(*arguments: str) -> int:
    """Each file of benchmarks/, one after the other; each makes and drops its own database."""
    names = sorted(path.stem for path in ROOT.glob("benchmarks/bench_*.py"))
    with database("lamplighter_bench"):
        return max(run(sys.executable, "-m", f"benchmarks.{name}", *arguments) for name in names)


def show_mission() -> int:
    """The mission's rows and the tests that showed them in the last run."""
    print(mission.report(ROOT / "docs/mission.md", RESULTS))
    return 0


def locks(*arguments: str) -> int:
    """Resolve requirements/*.in into files with hashes that name no index, no host, no path."""
    for name in ("base", "dev"):
        need(
            *(BIN / "uv", "pip", "compile", "--quiet", "--universal", "--python-version", "3.11"),
            *("--generate-hashes", "--no-emit-index-url", "--no-emit-find-links"),
            *("--custom-compile-command", "make locks", *arguments),
            *(f"requirements/{name}.in", "--output-file", f"requirements/{name}.txt"),
        )
    return 0


def _terminated(number: int, frame: FrameType | None) -> None:
    sys.exit(128 + number)


def main(act: str, *arguments: str) -> int:
    """Carry out one act of the Makefile."""
    signal.signal(signal.SIGTERM, _terminated)  # so that what was started is stopped
    acts: dict[str, Callable[..., int]] = {
        "setup": setup,
        "demo": demo,
        "test": test,
        "check": check,
        "bench": bench,
        "mission": show_mission,
        "locks": locks,
    }
    try:
        return acts[act](*arguments)
    except embedded.EmbeddedError as error:
        say(str(error))
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
