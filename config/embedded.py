"""The embedded PostGIS cluster: made, started and stopped here; its address is kept in the state folder.

Everything is crash-safe: one lock orders all starts and stops, initdb works in a side folder that is
renamed when complete, a stale pid file is recognised, and a port that somebody else took is replaced.
Run as root the cluster belongs to the `postgres` user, in a folder which that user can reach.
"""

import contextlib
import fcntl
import json
import os
import pwd
import re
import secrets
import shutil
import socket
import subprocess
import time
import zlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
from psycopg import sql

from config.embedded_tuning import postgres_settings

ROLE = "lamplighter"
DATABASE = "lamplighter"
PACKAGES = "postgresql-15 postgresql-15-postgis-3"
OTHERS_HOME = Path("/var/lib/lamplighter")  # used by root when `postgres` cannot reach the project
FIRST_PORT, PORTS = 20000, 10000  # below the ports that systems hand to outgoing connections
START_SECONDS = 300  # recovery after a crash may take long


class EmbeddedError(Exception):
    """The embedded cluster cannot be made or started; the message is one line with the remedy."""


@dataclass
class Cluster:
    """What the state folder remembers of the cluster (embedded.json, readable by its owner alone)."""

    data: str  # absolute; written relative to the state folder where it lies inside
    port: int
    password: str
    kept: bool = False  # started by hand, so no `make` target stops it

    def url(self, database: str = DATABASE) -> str:
        """The DATABASE_URL of one database of this cluster."""
        return f"postgresql://{ROLE}:{self.password}@127.0.0.1:{self.port}/{quote(database, '')}"


def remembered(state: Path) -> Cluster | None:
    """The cluster that the state folder names, running or not."""
    path = state / "embedded.json"
    if not path.exists():
        return None
    cluster = Cluster(**json.loads(path.read_text()))
    cluster.data = str(state.resolve() / cluster.data)
    return cluster


def start(state: Path, *, keep: bool) -> bool:
    """Make the cluster if there is none, start it if it is not running; True if it was started here.

    `keep` marks it as started by hand: the last holder (see `held`) then leaves it running.
    """
    with _locked(state):
        cluster = remembered(state)
        if cluster and _pid(cluster):
            if keep and not cluster.kept:
                cluster.kept = True
                _remember(state, cluster)
            _await_ready(cluster)
            return False
        cluster = cluster or _new_cluster(state)
        cluster.kept = keep
        programs = _programs(cluster)
        if not Path(cluster.data).exists():
            _initialise(cluster, programs)
        _start(state, cluster, programs)
        _create_database(cluster, DATABASE)
        return True


def stop(state: Path) -> bool:
    """Stop the cluster; False if it was not running."""
    with _locked(state):
        cluster = remembered(state)
        if not cluster or not _pid(cluster):
            return False
        programs = _programs(cluster)
        for mode in ("fast", "immediate"):
            arguments = ["-D", cluster.data, "-m", mode, "-w", "-t", "60", "stop"]
            if _run(cluster, programs / "pg_ctl", *arguments).returncode == 0 or not _pid(cluster):
                return True
        raise EmbeddedError(f"PostgreSQL in {cluster.data} does not stop; see {cluster.data}.log")


def url(state: Path, database: str) -> str:
    """The address of a database of the running cluster; both are made if missing."""
    if not (running := remembered(state)) or not _pid(running):
        start(state, keep=True)
    cluster = remembered(state)
    assert cluster is not None  # noqa: S101 — start() has just written it
    _await_ready(cluster)
    _create_database(cluster, database)
    return cluster.url(database)


@contextlib.contextmanager
def held(state: Path) -> Iterator[Cluster]:
    """The cluster runs for the time of the block; the last holder stops it, unless it is kept.

    Holders share a file lock, which the system drops when a holder dies: no count can go wrong.
    """
    state.mkdir(parents=True, exist_ok=True)
    with (state / "embedded.holders").open("w") as holders:
        fcntl.flock(holders, fcntl.LOCK_SH)
        start(state, keep=False)
        cluster = remembered(state)
        assert cluster is not None  # noqa: S101
        try:
            yield cluster
        finally:
            with contextlib.suppress(BlockingIOError):  # somebody else holds it
                fcntl.flock(holders, fcntl.LOCK_EX | fcntl.LOCK_NB)
                current = remembered(state)
                if current and not current.kept:
                    stop(state)


@contextlib.contextmanager
def _locked(state: Path) -> Iterator[None]:
    state.mkdir(parents=True, exist_ok=True)
    with (state / "embedded.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _remember(state: Path, cluster: Cluster) -> None:
    fresh = state / "embedded.json.new"
    fresh.unlink(missing_ok=True)
    fresh.touch(mode=0o600)
    inside = Path(cluster.data).is_relative_to(state.resolve())
    data = os.path.relpath(cluster.data, state.resolve()) if inside else cluster.data
    fresh.write_text(json.dumps({**asdict(cluster), "data": data}, indent=1))
    fresh.rename(state / "embedded.json")


def _owner() -> dict[str, Any]:
    """How subprocesses run: as ourselves, or as `postgres` if we are root (PostgreSQL refuses root)."""
    if os.geteuid() != 0:
        return {}
    try:
        entry = pwd.getpwnam("postgres")
    except KeyError:
        raise EmbeddedError(
            "PostgreSQL does not run as root and there is no user 'postgres': "
            f"install {PACKAGES}, or set DATABASE_URL"
        ) from None
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def _new_cluster(state: Path) -> Cluster:
    """Choose folder, port and password; nothing is made yet."""
    home = state.resolve() / "postgres"
    if owner := _owner():
        home = _reachable_home(home, owner)
    else:
        home.mkdir(mode=0o700, exist_ok=True)
    data = str(home / "data")
    port = FIRST_PORT + zlib.crc32(data.encode()) % PORTS
    return Cluster(data=data, port=port, password=secrets.token_urlsafe(24))


def _reachable_home(home: Path, owner: dict[str, Any]) -> Path:
    """`home` if the `postgres` user can write there, else a folder of its own under /var/lib."""
    for candidate in (home, OTHERS_HOME / secrets.token_hex(8)):
        candidate.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
        candidate.mkdir(mode=0o700, exist_ok=True)
        os.chown(candidate, owner["user"], owner["group"])
        if subprocess.run(["test", "-w", str(candidate)], cwd="/", **owner).returncode == 0:
            return candidate
        candidate.rmdir()
    raise EmbeddedError(f"the user 'postgres' can write neither to {home} nor to {OTHERS_HOME}")


def _programs(cluster: Cluster) -> Path:
    """The folder of the server's programs: of the version that made the data, else the newest."""
    servers = {
        int(control.parents[1].name): Path("/usr/lib/postgresql", control.parents[1].name, "bin")
        for control in Path("/usr/share/postgresql").glob("[0-9]*/extension/postgis.control")
    }
    servers = {major: path for major, path in servers.items() if (path / "initdb").exists()}
    if (config := shutil.which("pg_config")) and not servers:
        about = subprocess.run(
            [config, "--bindir", "--sharedir", "--version"],
            capture_output=True,
            text=True,
            check=True,
        ).stdout.splitlines()
        if Path(about[1], "extension/postgis.control").exists():
            servers[int(re.findall(r"\d+", about[2])[0])] = Path(about[0])
    made_by = Path(cluster.data, "PG_VERSION")
    wanted = [int(made_by.read_text())] if made_by.exists() else sorted(servers)[-1:]
    if not wanted or wanted[0] not in servers:
        version = f" {wanted[0]}" if wanted else ""
        raise EmbeddedError(
            f"PostgreSQL{version} with PostGIS is not installed: "
            f"sudo apt-get install {PACKAGES.replace('15', str(wanted[0])) if wanted else PACKAGES}"
            " — or set DATABASE_URL to a PostGIS database"
        )
    return servers[wanted[0]]


def _run(cluster: Cluster, program: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run one of PostgreSQL's programs as the cluster's owner, in a plain environment.

    Output goes to a file beside the data: a pipe would stay open in the server that pg_ctl leaves.
    """
    output = Path(f"{cluster.data}.out")
    with output.open("w+") as out:
        done = subprocess.run(
            [str(program), *arguments],
            text=True,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            cwd=Path(cluster.data).parent if not _owner() else "/",
            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"},
            **_owner(),
        )
        out.seek(0)
        done.stdout = out.read()
    return done


def _initialise(cluster: Cluster, programs: Path) -> None:
    """Make the data folder: complete or not at all."""
    making = Path(f"{cluster.data}.making")
    shutil.rmtree(making, ignore_errors=True)
    password = making.with_name("password")
    password.unlink(missing_ok=True)
    password.touch(mode=0o600)
    password.write_text(f"{cluster.password}\n")
    if owner := _owner():
        os.chown(password, owner["user"], owner["group"])
    done = _run(
        cluster,
        programs / "initdb",
        *("-D", str(making), "-U", ROLE, "--auth=scram-sha-256", f"--pwfile={password}"),
        *("--encoding=UTF8", "--lc-collate=C", "--lc-ctype=C.UTF-8", "--lc-messages=C"),
        *("--lc-monetary=C", "--lc-numeric=C", "--lc-time=C", "--data-checksums"),
    )
    password.unlink()
    if done.returncode:
        raise EmbeddedError(f"initdb failed in {making}: {_last_line(done.stdout)}")
    with (making / "postgresql.conf").open("a") as conf:
        conf.write("\ninclude_if_exists = '../lamplighter.conf'  # written at each start\n")
    making.rename(cluster.data)


def _start(state: Path, cluster: Cluster, programs: Path) -> None:
    """Start the server on the remembered port, or on the next one that is free."""
    data, log = Path(cluster.data), Path(f"{cluster.data}.log")
    (data / "postmaster.pid").unlink(missing_ok=True)  # stale: _pid() found nobody
    if log.exists() and log.stat().st_size > 10_000_000:
        log.replace(f"{log}.1")
    (data.parent / "lamplighter.conf").write_text(postgres_settings())
    for _ in range(20):
        while not _is_free(cluster.port):
            cluster.port = FIRST_PORT + (cluster.port + 1 - FIRST_PORT) % PORTS
        _remember(state, cluster)
        already = log.stat().st_size if log.exists() else 0
        options = f"-p {cluster.port}"
        arguments = ["-D", cluster.data, "-l", str(log), "-w", "-t", str(START_SECONDS)]
        done = _run(cluster, programs / "pg_ctl", *arguments, "-o", options, "start")
        if done.returncode == 0:
            return
        with log.open("rb") as written:
            written.seek(already)
            said = written.read().decode(errors="replace")
        if "could not bind" not in said:
            raise EmbeddedError(f"PostgreSQL does not start: {_last_line(said)} (see {log})")
    raise EmbeddedError(f"no free port from {FIRST_PORT} to {FIRST_PORT + PORTS} was found")


def _last_line(text: str) -> str:
    """The line that says most: the last fatal one, else the last."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    told = [line for line in lines if re.search(r"FATAL|PANIC|error:", line)]
    return (told or lines or ["no message"])[-1]


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _pid(cluster: Cluster) -> int | None:
    """The server's process, if it runs: the pid file alone may be a leftover or name a stranger."""
    try:
        pid = int(Path(cluster.data, "postmaster.pid").read_text().split("\n", 1)[0])
        works_in = Path(f"/proc/{pid}/cwd").readlink()  # a server's own folder is its data
    except (OSError, ValueError):
        return None
    return pid if works_in == Path(cluster.data) else None


def _await_ready(cluster: Cluster) -> None:
    """Wait until the running server answers."""
    until = time.monotonic() + START_SECONDS
    while True:
        try:
            psycopg.connect(cluster.url("postgres"), connect_timeout=5).close()
        except psycopg.OperationalError as error:
            if time.monotonic() > until or "starting up" not in str(error):
                message = " ".join(str(error).split())
                raise EmbeddedError(f"the embedded PostGIS does not answer: {message}") from error
            time.sleep(0.2)
        else:
            return


def _create_database(cluster: Cluster, name: str) -> None:
    with psycopg.connect(cluster.url("postgres"), autocommit=True) as connection:
        found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        if found.fetchone():
            return
        with contextlib.suppress(psycopg.errors.DuplicateDatabase, psycopg.errors.UniqueViolation):
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
