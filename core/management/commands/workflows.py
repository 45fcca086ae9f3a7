"""manage.py workflows: print docs/workflows.md."""

from typing import Any

from django.core.management.base import BaseCommand

from core.workflow_table import as_markdown, known_workflows


class Command(BaseCommand):
    """Print the workflows as the page docs/workflows.md."""

    help = "Print the workflows as the page docs/workflows.md."
    requires_system_checks: list[str] = []

    def handle(self, **options: Any) -> None:
        """Print the page."""
        self.stdout.write(as_markdown(known_workflows()), ending="")
