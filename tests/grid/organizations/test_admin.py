"""The administrator's pages write by audited acts only, and the ground not at all."""

import pytest
from django.contrib import admin
from django.http import HttpRequest
from django.test import Client

from core.models import AuditEntry, User
from grid.areas.models import Area
from grid.facilities.models import Facility
from grid.organizations.models import Membership, Organization, Role
from grid.organizations.use_cases import OwnAncestor, change_organization
from tests import factories
from tests.everything import everything

pytestmark = pytest.mark.django_db


@pytest.fixture
def body(db: None) -> Organization:
    """The administrator's own body."""
    return factories.organization("A1")


@pytest.fixture
def root(body: Organization, client: Client) -> Client:
    """A client of the administrator."""
    person = factories.member("root", Role.ADMINISTRATOR, body)
    person.is_staff = True
    person.save()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def newest() -> tuple[str, str]:
    """The newest act and its subject."""
    entry = AuditEntry.objects.order_by("-id")[0]
    return entry.act, entry.subject_type


def test_every_page_opens(root: Client) -> None:
    everything()
    for model, page in admin.site._registry.items():
        address = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
        if not page.has_view_permission(_request(root)):
            continue
        assert root.get(address).status_code == 200, address
        if one := model._default_manager.first():
            assert root.get(f"{address}{one.pk}/change/").status_code == 200, address


def _request(client: Client) -> HttpRequest:
    request: HttpRequest = client.get("/admin/").wsgi_request
    return request


def test_accounts_are_made_and_changed_by_acts(root: Client) -> None:
    made = {"username": "zoe", "password": "three-hundred-metres", "language": "en"}
    assert root.post("/admin/core/user/add/", made).status_code == 302
    zoe = User.objects.get(username="zoe")
    assert zoe.check_password("three-hundred-metres")
    assert newest() == ("create_account", "core.user")
    page = f"/admin/core/user/{zoe.pk}/change/"
    assert root.post(page, {"new_password": "twelve-dark-lamps"}).status_code == 302
    zoe.refresh_from_db()
    assert zoe.check_password("twelve-dark-lamps")
    assert newest() == ("set_password", "core.user")
    root.post("/admin/core/user/", {"action": "close", "_selected_action": [zoe.pk]})
    zoe.refresh_from_db()
    assert not zoe.is_active
    assert newest() == ("close_account", "core.user")
    assert root.post(f"/admin/core/user/{zoe.pk}/delete/", {"post": "yes"}).status_code == 403


def test_roles_are_given_and_withdrawn_by_acts(root: Client, body: Organization) -> None:
    zoe = factories.user("zoe")
    given = {"user": zoe.pk, "role": "administrator", "organization": body.pk, "area_code": ""}
    assert root.post("/admin/grid/membership/add/", given).status_code == 302
    assert newest() == ("grant_role", "core.user")
    zoe.refresh_from_db()
    assert zoe.is_staff
    membership = Membership.objects.get(user=zoe)
    chosen = {"action": "withdraw", "_selected_action": [membership.pk]}
    root.post("/admin/grid/membership/", chosen)
    assert newest() == ("withdraw_role", "core.user")
    zoe.refresh_from_db()
    assert not zoe.is_staff


def test_bodies_are_changed_by_acts_that_say_what_stood_there(
    root: Client, body: Organization
) -> None:
    page = f"/admin/grid/organization/{body.pk}/change/"
    changed = {"name": "新名", "chief": "张三", "phone": "12345", "area_code": ""}
    assert root.post(page, changed).status_code == 302
    body.refresh_from_db()
    assert (body.name, body.code) == ("新名", "A1")
    entry = AuditEntry.objects.get(act="change_organization")
    assert entry.details == {"name": ["单位A1", "新名"], "chief": ["", "张三"]}
    made = {"code": "B2", "name": "新单位", "kind": "utility", "chief": "李四", "area_code": ""}
    assert root.post("/admin/grid/organization/add/", made).status_code == 302
    assert newest() == ("add_organization", "grid.organization")


@pytest.mark.mission("C6")
def test_a_body_that_takes_cases_has_a_named_chief(root: Client, body: Organization) -> None:
    made = {"code": "B2", "name": "新单位", "kind": "utility", "chief": " ", "area_code": ""}
    refused = root.post("/admin/grid/organization/add/", made)
    assert refused.status_code == 200
    assert "承办案件的单位须登记负责人姓名" in refused.content.decode()
    assert "新单位" in refused.content.decode()  # what was typed is still there
    page = f"/admin/grid/organization/{body.pk}/change/"
    assert root.post(page, {"name": "新名", "chief": "", "area_code": ""}).status_code == 200
    assert not Organization.objects.filter(code="B2").exists()
    for kind in ("community", "centre"):
        free = made | {"code": kind, "kind": kind, "chief": ""}
        assert root.post("/admin/grid/organization/add/", free).status_code == 302


def test_no_body_stands_above_itself_nor_follows_itself(root: Client, body: Organization) -> None:
    below = Organization.objects.create(code="C3", name="下级", parent=body, successor=body)
    page = f"/admin/grid/organization/{body.pk}/change/"
    asked = {"name": body.name, "chief": "", "phone": "", "area_code": ""}
    for link in ("parent", "successor"):
        for other in (body, below):
            response = root.post(page, asked | {link: other.pk})
            assert response.status_code == 200
            assert "自身" in response.content.decode()
            with pytest.raises(OwnAncestor, match="A1"):
                change_organization(body, actor=User.objects.get(), **{link: other})


def test_the_ground_and_the_trail_are_only_read(root: Client) -> None:
    made = everything()
    for model in (Facility, AuditEntry, made.version.__class__):
        page = admin.site._registry[model]
        request = root.get("/admin/").wsgi_request
        assert not page.has_add_permission(request)
        assert not page.has_change_permission(request)
        assert not page.has_delete_permission(request)
    assert Area not in admin.site._registry


def test_others_do_not_enter(client: Client, body: Organization) -> None:
    ada = factories.member("ada", Role.DISPATCHER, body)
    client.force_login(ada, backend="django.contrib.auth.backends.ModelBackend")
    answer = client.get("/admin/")
    assert answer.status_code == 302
    ada.is_staff = True  # even so: the pages ask for the role
    ada.save()
    assert client.get("/admin/core/user/").status_code == 403


def test_whoever_has_no_business_there_is_told_so(root: Client, body: Organization) -> None:
    assert Client().get("/admin/").status_code == 302
    person = factories.member("dot", Role.DISPATCHER, body)
    root.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    assert root.get("/admin/", follow=True).status_code == 403


def test_pages_speak_both_languages(root: Client) -> None:
    chinese = root.get("/admin/").content.decode()
    assert "权责清单事项" in chinese
    english = root.get("/admin/", headers={"Accept-Language": "en"}).content.decode()
    assert "audit trail" in english.lower()
    assert "categorys" not in english.lower()
    columns = root.get("/admin/grid/handover/", headers={"Accept-Language": "en"}).content.decode()
    assert "Select handover to view" in columns
