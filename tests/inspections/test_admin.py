"""The administrator's pages of the work write by audited acts only."""

import pytest
from django.test import Client

from core.models import AuditEntry
from grid.organizations.models import Role
from inspections.cases.models import ProofDistance
from tests import factories
from tests.grid.jurisdiction import ground

pytestmark = pytest.mark.django_db


def test_a_categorys_distance_is_set_on_record(client: Client) -> None:
    root = factories.member("root", Role.ADMINISTRATOR, factories.organization("A1"))
    root.is_staff = True
    root.save()
    client.force_login(root, backend="django.contrib.auth.backends.ModelBackend")
    lamps = ground.category("0118")
    page = "/admin/inspections/proofdistance/"
    for address, limit in ((f"{page}add/", "30"), (f"{page}{lamps.pk}/change/", "45.5")):
        answer = client.post(address, {"category": lamps.pk, "limit_m": limit})
        assert answer.status_code == 302, answer.content
    assert ProofDistance.objects.get(category=lamps).limit_m == 45.5
    acts = AuditEntry.objects.filter(act="set_proof_distance").values_list("actor", "details")
    assert list(acts) == [(root.pk, {"limit_m": 30.0}), (root.pk, {"limit_m": 45.5})]
    assert client.get(page).status_code == 200
    assert client.get("/admin/inspections/workday/").status_code == 200
    assert client.post(f"{page}{lamps.pk}/change/", {"limit_m": "-1"}).status_code == 200
    assert ProofDistance.objects.get(category=lamps).limit_m == 45.5
