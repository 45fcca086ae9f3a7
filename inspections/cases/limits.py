"""What the city asks of its desk where the catalogue says nothing; settings, with their sources.

Written as the catalogue writes limits (`30min`, `2h`). Filing: Pingshan files within three minutes
(P1); an inspector who must look first has two hours before that. Dispatching: Shenzhen 2024, urgent 30 minutes,
general 2 hours.
"""

from django.conf import settings

from grid.catalogue.models import Urgency


def asks_verification(channel: str) -> bool:
    """Whether what comes by this channel is looked at on the spot before it is filed (核实)."""
    return channel in settings.VERIFIED_CHANNELS


def dispatch_limit(urgency: str) -> str:
    """How long dispatching may take, once filed."""
    urgent = urgency == Urgency.URGENT
    limit: str = settings.DISPATCH_URGENT_WITHIN if urgent else settings.DISPATCH_WITHIN
    return limit
