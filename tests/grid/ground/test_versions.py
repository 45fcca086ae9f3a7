"""Ground versions: a number that was taken back is given again, its token never."""

from contextlib import suppress

import pytest
from django.db import transaction

from core.models import User
from grid.ground.queries import newest_version, token_of
from grid.ground.use_cases import publish

pytestmark = pytest.mark.django_db


class TakenBack(Exception):
    """The publication is not to stand."""


def test_what_a_rolled_back_version_was_kept_under_never_serves_the_real_one(ada: User) -> None:
    tokens = []
    with suppress(TakenBack), transaction.atomic(), publish(actor=ada, act="test") as version:
        tokens.append((version.number, token_of(version.number)))
        raise TakenBack
    assert (newest_version(), token_of(1)) == (0, "")
    with publish(actor=ada, act="test"):
        pass
    assert newest_version() == 1 == tokens[0][0]
    assert token_of(1) not in {"", tokens[0][1]}
