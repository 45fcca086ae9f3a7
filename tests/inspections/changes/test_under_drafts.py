"""Asking under a draft: by command and over HTTP the answer is the one publishing gives; for those who draft and publish."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from core.models import User
from tests.conftest import client_of
from tests.inspections.changes.conftest import drafted
from tests.inspections.conftest import Ward

pytestmark = pytest.mark.django_db


def asked(*options: str) -> str | None:
    out = StringIO()
    call_command("whose", "--facility", "lamp-1", "--json", *options, stdout=out)
    told = json.loads(out.getvalue())["responsible"]
    return told and str(told["code"])


def test_the_command_asks_under_a_draft(street: Ward) -> None:
    change_set = drafted(street.ada)
    assert asked("--draft", change_set.number) == "URBAN"
    assert asked() == "HOUSING"
    with pytest.raises(CommandError, match="no change set"):
        asked("--draft", "G0")


def test_who_drafts_or_publishes_asks_under_a_draft_over_http(street: Ward, stranger: User) -> None:
    number = drafted(street.ada).number
    address = f"/api/v1/jurisdiction/?facility=lamp-1&change_set={number}"
    answer = client_of(street.ada).get(address)
    assert answer.json()["responsible"]["code"] == "URBAN"
    assert client_of(street.ada).get(f"{address}x").status_code == 404
    refused = client_of(street.cy).get(address)
    assert (refused.status_code, refused.json()["code"]) == (403, "not_permitted")
    assert client_of(stranger).get(address).status_code == 404
    both = client_of(street.ada).get(f"{address}&as_known_at=2026-01-01")
    assert both.status_code == 400
