"""Copies of the test database in which a test may really commit; append-only tables refuse a flush."""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import psycopg
from django.conf import settings
from django.db import connection, connections

Result = TypeVar("Result")


@dataclass(frozen=True)
class Clone:
    """A database of its own, with a chain of its own, and a folder for its state."""

    name: str
    state: Path

    @property
    def url(self) -> str:
        """Its DATABASE_URL."""
        there = connection.settings_dict
        login = f"{there['USER']}:{there['PASSWORD']}" if there["PASSWORD"] else there["USER"]
        return f"postgis://{login}@{there['HOST']}:{there['PORT']}/{self.name}"

    @property
    def environment(self) -> dict[str, str]:
        """The environment of a process that works in it."""
        return {
            **os.environ,
            "DATABASE_URL": self.url,
            "LAMPLIGHTER_STATE": str(self.state),
            "LAMPLIGHTER_AUDIT_KEY": settings.AUDIT_KEY,
            "LAMPLIGHTER_HANDLER_FEEDBACK": "0",
            "LAMPLIGHTER_AUTO_JOIN": "2",  # every report its own case, as in the test itself
        }

    def sql(self, statement: str) -> None:
        """What somebody may do who has the database but not the key: SQL with triggers off."""
        with closing(_connect(self.name)) as session:
            session.execute("SET session_replication_role = replica")
            session.execute(statement)


@contextmanager
def clone_of_test_database(state: Path) -> Iterator[Clone]:
    """Work in a copy of the test database; it is dropped in the end."""
    template = connection.settings_dict["NAME"]
    clone = Clone(f"{template}_clone_{os.getpid()}", state)
    connections.close_all()
    with closing(_connect("postgres")) as admin:
        admin.execute(f'DROP DATABASE IF EXISTS "{clone.name}" WITH (FORCE)')
        admin.execute(f'CREATE DATABASE "{clone.name}" TEMPLATE "{template}"')
        connection.settings_dict["NAME"] = clone.name
        try:
            _found_chain()
            yield clone
        finally:
            connections.close_all()
            connection.settings_dict["NAME"] = template
            admin.execute(f'DROP DATABASE "{clone.name}" WITH (FORCE)')


def at_once(works: list[Callable[[], Result]]) -> list[Result]:
    """Run all of them at the same time, each in its thread and connection; results in order."""

    def closed(work: Callable[[], Result]) -> Result:
        try:
            return work()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(works)) as threads:
        return [done.result() for done in [threads.submit(closed, work) for work in works]]


def _connect(database: str) -> psycopg.Connection[tuple[object, ...]]:
    there = connection.settings_dict
    return psycopg.connect(
        host=there["HOST"],
        port=there["PORT"],
        user=there["USER"],
        password=there["PASSWORD"],
        dbname=database,
        autocommit=True,
    )


def _found_chain() -> None:
    """Give the clone a chain of its own, as the migration does."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(
            """
            UPDATE core_audit_chain SET id = fresh.id,
                signature = encode(hmac('chain|' || fresh.id, core_audit_key(), 'sha256'), 'hex')
            FROM (SELECT gen_random_uuid() AS id) AS fresh
            """
        )
        cursor.execute("RESET session_replication_role")
