"""`manage.py expire_uploads`: drop blobs that were begun, or sent and never used, for a week."""

from typing import Any

from django.core.management.base import BaseCommand

from inspections.sync.use_cases import expire_uploads


class Command(BaseCommand):
    """Drop old parts of blobs; the worker may run it every night."""

    help = "Drop blobs that were begun, or sent and never used, for a week."

    def handle(self, *args: Any, **options: Any) -> None:
        """Say how many were dropped."""
        self.stdout.write(f"{expire_uploads()} uploads dropped")
