"""The embedded cluster: made once, found again, mended after every kind of accident."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import LiteralString

import psycopg
import pytest

from config import embedded

ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.skipif(
    not list(Path("/usr/share/postgresql").glob("*/extension/postgis.control")),
    reason="no PostgreSQL with PostGIS on this machine: DATABASE_URL names another",
)


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A state folder whose cluster is removed at the end, wherever it lies."""
    folder = tmp_path_factory.mktemp("state")
    yield folder
    embedded.stop(folder)
    if cluster := embedded.remembered(folder):
        shutil.rmtree(Path(cluster.data).parent)


def _manage(state: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {k: v for k, v in os.environ.items() if k != "DATABASE_URL"}
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env={**environment, "LAMPLIGHTER_STATE": str(state)},
        capture_output=True,
        text=True,
    )


def _answer(state: Path, question: LiteralString) -> object:
    cluster = embedded.remembered(state)
    assert cluster
    with psycopg.connect(cluster.url()) as connection:
        row = connection.execute(question).fetchone()
        assert row
        return row[0]


def test_a_command_without_cluster_says_one_line(state: Path) -> None:
    done = _manage(state, "migrate")
    assert done.returncode == 1
    assert "embedded start" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_two_starts_at_once_make_one_cluster(state: Path) -> None:
    start = [sys.executable, "manage.py", "embedded", "start"]
    environment = {**os.environ, "LAMPLIGHTER_STATE": str(state)}
    both = [
        subprocess.Popen(start, cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    said = sorted(process.communicate()[1].split(" on port")[0] for process in both)
    assert said == ["PostGIS is running", "PostGIS started"]


def test_the_role_can_do_all_and_the_server_listens_here_only(state: Path) -> None:
    embedded.start(state, keep=True)
    assert _answer(state, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user") is True
    assert _answer(state, "SHOW listen_addresses") == "127.0.0.1"
    assert _answer(state, "SHOW port") != "5432"
    assert (
        _answer(state, "SELECT count(*) FROM pg_available_extensions WHERE name = 'postgis'") == 1
    )


def test_url_makes_the_database_and_prints_the_address_alone(state: Path) -> None:
    done = _manage(state, "embedded", "url", "--database", "两 words")
    assert done.returncode == 0
    assert done.stdout.count("\n") == 1
    with psycopg.connect(done.stdout.strip()) as connection:
        assert connection.execute("SELECT current_database()").fetchone() == ("两 words",)


def test_a_wrong_password_is_refused(state: Path) -> None:
    embedded.start(state, keep=True)
    cluster = embedded.remembered(state)
    assert cluster
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(cluster.url().replace(cluster.password, "guess"))


def test_starts_again_after_a_crash_with_a_pid_file_that_names_a_stranger(state: Path) -> None:
    embedded.start(state, keep=True)
    cluster = embedded.remembered(state)
    assert cluster
    pid_file = Path(cluster.data, "postmaster.pid")
    server = int(pid_file.read_text().split()[0])
    os.kill(server, signal.SIGQUIT)  # an immediate end, as after a power cut: recovery follows
    while embedded._pid(cluster):
        time.sleep(0.05)
    pid_file.write_text(f"{os.getpid()}\n{cluster.data}\n")
    assert embedded.start(state, keep=True) is True
    assert _answer(state, "SELECT 1") == 1


def test_a_taken_port_is_replaced(state: Path) -> None:
    embedded.start(state, keep=True)
    before = embedded.remembered(state)
    embedded.stop(state)
    assert before
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other.bind(("127.0.0.1", before.port))
        other.listen()
        assert embedded.start(state, keep=True) is True
    after = embedded.remembered(state)
    assert after
    assert after.port == before.port + 1
    assert _answer(state, "SHOW port") == str(after.port)


def test_the_last_holder_stops_it_unless_it_is_kept(state: Path) -> None:
    embedded.stop(state)
    with embedded.held(state):
        with embedded.held(state):
            pass
        assert _answer(state, "SELECT 1") == 1
    assert embedded.stop(state) is False
    embedded.start(state, keep=True)
    with embedded.held(state):
        pass
    assert embedded.stop(state) is True


def test_a_half_made_cluster_is_made_again(tmp_path: Path) -> None:
    try:
        cluster = embedded._new_cluster(tmp_path)
        half = Path(f"{cluster.data}.making")
        half.mkdir()
        (half / "PG_VERSION").write_text("15\n")
        embedded._remember(tmp_path, cluster)
        assert embedded.start(tmp_path, keep=False) is True
    finally:
        embedded.stop(tmp_path)
        shutil.rmtree(Path(cluster.data).parent)


def test_a_missing_server_is_named_with_the_remedy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cluster = embedded.Cluster(data=str(tmp_path / "data"), port=20000, password="x")
    (tmp_path / "data").mkdir()
    (tmp_path / "data/PG_VERSION").write_text("99\n")
    with pytest.raises(
        embedded.EmbeddedError, match=r"apt-get install postgresql-99 .*DATABASE_URL"
    ):
        embedded._programs(cluster)
