"""The live hub as ASGI; pages and API are WSGI (`config/wsgi.py`)."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from maps.live.application import LiveApplication  # noqa: E402 — needs the apps to be ready

application = LiveApplication()
