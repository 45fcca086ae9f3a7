"""`manage.py reseal_requesters`: after a change of key, seal every requester's data under the new one."""

from typing import Any

from django.core.management.base import BaseCommand

from grid.organizations.use_cases import service_user
from inspections.requests.use_cases.requesters import reseal_requesters


class Command(BaseCommand):
    """Afterwards LAMPLIGHTER_PRIVACY_KEYS_OLD may be emptied."""

    help = "seal requesters' data anew under the first privacy key"

    def handle(self, *args: Any, **options: Any) -> None:
        """Batch by batch; the old key is needed until the end."""
        count = reseal_requesters(actor=service_user("operator"))
        if options["verbosity"]:
            self.stdout.write(f"{count} resealed; LAMPLIGHTER_PRIVACY_KEYS_OLD is no longer needed")
