"""Signing in on a phone, changing the password, and the administrator's pages, in a real browser."""

import pytest
from playwright.sync_api import Page, expect

from core.models import User
from grid.organizations.models import Organization, Role
from grid.organizations.use_cases import grant_role, service_user
from tests.e2e.accessibility import assert_accessible

PASSWORD = "lamplight-4-ada"


def sign_in(page: Page, password: str) -> None:
    """Fill in the form and send it."""
    page.fill("input[name=username]", "ada")
    page.fill("input[name=password]", password)
    page.click("main button")


@pytest.mark.usefixtures("served")
def test_a_phone_signs_in_and_the_password_is_changed(screen: Page) -> None:
    screen.set_viewport_size({"width": 390, "height": 844})
    screen.goto("/password/")
    assert_accessible(screen)
    sign_in(screen, "wrong")
    expect(screen.get_by_role("alert")).to_have_text("账号或密码不正确，请重试。")
    assert_accessible(screen)
    screen.click("button[name=language]")
    expect(screen.get_by_role("heading")).to_have_text("Sign in")
    sign_in(screen, PASSWORD)
    expect(screen.get_by_role("heading")).to_have_text("Change password")
    assert_accessible(screen)
    width = screen.evaluate("document.documentElement.scrollWidth")
    assert width <= 390
    screen.fill("input[name=old_password]", PASSWORD)
    for field in ("new_password1", "new_password2"):
        screen.fill(f"input[name={field}]", "three-hundred-metres")
    screen.click("main button")
    expect(screen.get_by_role("status")).to_be_visible()
    screen.get_by_role("button", name="Sign out").click()
    expect(screen.get_by_role("heading")).to_have_text("Sign in")


@pytest.fixture
def administrator(served: str) -> str:
    """Ada administers, too; the address at which she does."""
    body = Organization.objects.order_by("pk")[0]
    ada, operator = User.objects.get(username="ada"), service_user("operator")
    grant_role(ada, actor=operator, role=Role.ADMINISTRATOR, organization=body)
    return served


def test_the_administrators_pages_keep_to_our_own_origin(administrator: str, screen: Page) -> None:
    faults: list[str] = []
    screen.on("console", lambda m: faults.append(m.text) if m.type == "error" else None)
    screen.on(
        "request", lambda r: None if r.url.startswith(administrator) else faults.append(r.url)
    )
    screen.goto("/admin/")
    sign_in(screen, PASSWORD)
    expect(screen.locator("#site-name")).to_contain_text("点灯人")
    for page in (
        "core/user/add/",
        "grid/membership/add/",
        "grid/ownershiparea/",
        "core/auditentry/",
    ):
        screen.goto(f"/admin/{page}")
        expect(screen.locator("#content")).to_be_visible()
    assert [fault for fault in faults if not fault.startswith("data:")] == []
