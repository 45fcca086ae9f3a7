"""How grave a matter is gives its limit where its duty states none: the city's standard, a setting."""

import re

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from grid.catalogue.models import Severity


def severity_limits() -> dict[str, str]:
    """Severity → limit, as `critical=2h,major=1wd`; raises ImproperlyConfigured."""
    limits: dict[str, str] = {}
    for part in filter(None, str(settings.SEVERITY_LIMITS).replace(" ", "").split(",")):
        level, _, limit = part.partition("=")
        if level not in Severity.values or not re.fullmatch(r"\d{1,5}(min|h|wh|wd)", limit):
            raise ImproperlyConfigured(
                f"LAMPLIGHTER_SEVERITY_LIMITS: {part!r} is not severity=limit, as in critical=2h"
            )
        limits[level] = limit
    return limits
