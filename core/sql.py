"""SQL files as first-class parts of a migration, reversible."""

from importlib.util import find_spec
from pathlib import Path

from django.db import migrations


def sql_file(app: str, name: str) -> Path:
    """The file `<app>/sql/<name>`; raises if the app has no such folder."""
    spec = find_spec(app)
    if spec is None or spec.origin is None:
        raise ValueError(f"there is no app {app!r}")
    return Path(spec.origin).parent / "sql" / name


class RunSQLFile(migrations.RunSQL):
    """Run `<app>/sql/<name>.sql`, and `<name>.undo.sql` when the migration is reversed.

    The name begins with the number of its migration. Released files are never edited.
    """

    def __init__(self, app: str, name: str) -> None:
        self.name = name
        super().__init__(
            sql_file(app, f"{name}.sql").read_text("utf-8"),
            sql_file(app, f"{name}.undo.sql").read_text("utf-8"),
        )

    def describe(self) -> str:
        """What migrate prints."""
        return f"SQL file {self.name}"
