"""The small city, and a member's browser."""

import pytest
from django.test import Client

from tests.maps import small_city
from tests.maps.small_city import SmallCity


@pytest.fixture
def town(db: None) -> SmallCity:
    """The hand-made city, published once."""
    return small_city.build()


@pytest.fixture
def member(town: SmallCity, client: Client) -> Client:
    """A client logged in as the city's dispatcher."""
    client.force_login(town.dispatcher, backend="django.contrib.auth.backends.ModelBackend")
    return client
