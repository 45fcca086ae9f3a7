"""The hub as it is served, only with shorter periods."""

from config.asgi import application
from maps.live import application as hub_application
from maps.live import streams

hub_application.WATCH_SECONDS = 0.5
streams.HEARTBEAT_SECONDS = 0.5

__all__ = ["application"]
