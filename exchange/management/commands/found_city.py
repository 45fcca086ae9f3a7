"""`manage.py found_city`: the one city of this database."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import ProgrammingError
from psycopg.errors import UndefinedTable

from core.errors import DomainError
from core.models import User
from exchange.boundary import read_boundary
from exchange.readers.errors import UnreadableFile
from grid.ground.use_cases import found_city


class Command(BaseCommand):
    """Found the city: its name, its metric coordinate system, its clock, its outline."""

    help = "Found the one city of this migrated, empty database."

    def add_arguments(self, parser: CommandParser) -> None:
        """The options of the public contract."""
        parser.add_argument("--name", required=True)
        parser.add_argument("--metric-crs", required=True, metavar="EPSG:N")
        parser.add_argument("--timezone", default="Asia/Shanghai")
        parser.add_argument("--boundary", type=Path, metavar="FILE")
        parser.add_argument(
            "--datum", default="", help="of the boundary; else the file's own CRS, else WGS84"
        )

    def handle(self, *args: Any, **given: Any) -> None:
        """Found it, or say in one line why not."""
        try:
            actor, _ = User.objects.get_or_create(
                username="system", defaults={"is_service": True, "is_active": False}
            )
            city = found_city(
                actor=actor,
                name=given["name"],
                metric_crs=given["metric_crs"],
                timezone_name=given["timezone"],
                boundary=read_boundary(Path(given["boundary"]), given["datum"])
                if given["boundary"]
                else None,
            )
        except (DomainError, UnreadableFile) as error:
            raise CommandError(error.message, returncode=2) from error
        except ProgrammingError as error:
            if not isinstance(error.__cause__, UndefinedTable):
                raise
            raise CommandError(
                "the database is not migrated; run 'manage.py migrate' first", returncode=2
            ) from error
        self.stdout.write(f"{city.name} is founded, measured in EPSG:{city.metric_srid}")
