"""How this house asks other servers: the address agreed upon and no other, without proxies."""

import urllib.request
from typing import Any


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """What is signed, or holds a key, goes to the address agreed upon, and nowhere else."""

    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None


OPENER = urllib.request.build_opener(_NoRedirect, urllib.request.ProxyHandler({}))
