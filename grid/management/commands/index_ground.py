"""`manage.py index_ground`: index the newest ground for columns of questions, if it is not yet."""

from typing import Any

from django.core.management.base import BaseCommand

from grid.jurisdiction.whole import keep_newest


class Command(BaseCommand):
    """Build what `whose --batch` would else build when it is asked."""

    help = "Index the newest version of the ground on disk, and drop the index of the one before."

    def handle(self, **options: Any) -> None:
        """Say what stands."""
        ground = keep_newest()
        if ground is None:
            self.stdout.write("no ground was published yet")
        else:
            cells, grounds = len(ground.slice.cells), len(ground.slice.grounds)
            self.stdout.write(
                f"indexed: {cells} cells, {grounds} grounds, {len(ground.things)} facilities"
            )
