"""Fixtures of every room: a founded city drawn in squares of 100 metres, and who acts there."""

import pytest

from core.models import User
from grid.ground.models import City
from tests import factories


@pytest.fixture
def ada(db: None) -> User:
    """Ada dispatches, and here publishes the ground."""
    return factories.user("ada")


@pytest.fixture
def city(db: None) -> City:
    """A founded city whose ground is measured in EPSG:4545."""
    return factories.city()
