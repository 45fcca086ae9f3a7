"""Pages and API as WSGI."""

import os
import threading
from collections.abc import Iterable
from typing import Any

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")


class AtOnce:
    """Lets so many requests work at once as the pool has connections.

    The server has more threads than that, for live streams, which wait in them without working.
    """

    def __init__(self, application: Any, limit: int) -> None:
        self._application = application
        self._places = threading.BoundedSemaphore(limit)

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        with self._places:
            answer: Iterable[bytes] = self._application(environ, start_response)
        return answer


application: Any = get_wsgi_application()
if _pool := int(os.environ.get("LAMPLIGHTER_POOL", "0")):
    application = AtOnce(application, _pool)
