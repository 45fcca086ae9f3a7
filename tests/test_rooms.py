"""The house keeps its order: imports, foreign keys, file names, migrations, and no word of this machine.

import-linter (pyproject.toml) holds the order of the rooms; here stands what it cannot see.
"""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection, models

from tests.clones import Clone

ROOT = Path(__file__).resolve().parent.parent
APPS = ["core", "grid", "inspections", "exchange", "maps", "config"]
ROOMS = {
    "grid": "ground areas organizations evidence cells catalogue facilities ownership handover "
    "jurisdiction",
    "inspections": "calendar requests cases fieldwork joint disputes changes intake sync messages "
    "routing evaluation",
    "maps": "tiles base live finding console inspector owners public reports",
}
FLOORS = [
    "models",
    "queries",
    "permissions",
    "workflow",
    "use_cases",
    "serializers",
    "views",
    "urls",
]
FORBIDDEN_NAMES = {"utils", "helpers", "services", "common"}
FORBIDDEN_TEXT = re.compile(
    r"registry\.npmjs|npmmirror\.|pypi\.org|pythonhosted\.org|deb\.debian\.org|/work/[a-z.]|/farm/[a-z]"
    r"|/root/[.a-z]|/home/[a-z]+/|/Users/[a-z]+/"
)


def _tracked() -> list[Path]:
    """The files of the repository; without git (an unpacked archive), nothing can be said."""
    listed = subprocess.run(
        ["git", "-C", str(ROOT), "-c", f"safe.directory={ROOT}", "ls-files", "-z"],
        capture_output=True,
        text=True,
    )
    if listed.returncode:
        pytest.skip("not a git checkout")
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


def _height(module: str) -> tuple[int, int] | None:
    """How high a module stands: (app, room); None for what is not ours."""
    app, _, rest = module.partition(".")
    if app not in APPS:
        return None
    rooms = ROOMS.get(app, "").split()
    room = rest.split(".")[0]
    return APPS.index(app), rooms.index(room) if room in rooms else len(rooms)


def _foreign_keys() -> Iterator[tuple[type[models.Model], type[models.Model], str]]:
    for model in apps.get_models(include_auto_created=True):
        for field in model._meta.get_fields(include_hidden=True):
            if isinstance(field, models.ForeignKey | models.ManyToManyField):
                yield model, field.related_model, f"{model._meta.label}.{field.name}"


def test_foreign_keys_point_only_to_rooms_below() -> None:
    upward = []
    for model, target, name in _foreign_keys():
        here, there = _height(model.__module__), _height(target.__module__)
        if here and there and there > here:
            upward.append(f"{name} → {target._meta.label}")
    assert upward == []


def _imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def test_a_room_imports_only_the_floors_below() -> None:
    """urls > views > serializers > use_cases > workflow > permissions > queries > models."""
    wrong = []
    for app, rooms in ROOMS.items():
        for room in rooms.split():
            for height, floor in enumerate(FLOORS):
                above = {f"{app}.{room}.{name}" for name in FLOORS[height + 1 :]}
                files = [ROOT / app / room / f"{floor}.py"]
                files += (ROOT / app / room / floor).rglob("*.py")
                wrong += [
                    f"{path.relative_to(ROOT)} imports {module}"
                    for path in files
                    if path.exists()
                    for module in set(_imported(path)) & above
                ]
    assert wrong == []


def test_files_have_names_that_say_something() -> None:
    unnamed = [str(p) for p in _tracked() if p.stem in FORBIDDEN_NAMES and p.suffix == ".py"]
    assert unnamed == []


def test_no_file_names_a_registry_or_a_machine() -> None:
    found = []
    for path in _tracked():
        content = path.read_bytes()
        if b"\0" in content[:8192]:  # a picture, an archive
            continue
        for number, line in enumerate(content.decode(errors="replace").splitlines(), 1):
            if FORBIDDEN_TEXT.search(line):
                found.append(f"{path.relative_to(ROOT)}:{number}: {line.strip()[:80]}")
    assert found == []


@pytest.mark.django_db
def test_migrations_match_the_models() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


OURS = """
    SELECT relname FROM pg_class WHERE relkind IN ('r', 'v', 'S') AND relname ~ %(names)s
    UNION SELECT proname FROM pg_proc WHERE proname ~ %(names)s
"""


def test_migrations_reverse_and_apply_again(clone_db: Clone) -> None:
    """Back to nothing, of which no table, view, sequence or function of ours is left; and up again."""
    names = f"^({'|'.join(APPS)})_"
    steps = [(["maps", "zero"], True), (["core", "zero"], False), ([], True)]
    for target, leaves_something in steps:  # what stands on core goes with it; maps does not
        done = subprocess.run(
            [sys.executable, "manage.py", "migrate", "-v0", *target],
            cwd=ROOT,
            env=clone_db.environment,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
        with connection.cursor() as cursor:
            cursor.execute(OURS, {"names": names})
            assert bool(cursor.fetchall()) is leaves_something
