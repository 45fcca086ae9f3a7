"""The catalogue is changed through the screen: drafted, reviewed by the law, published by a second person."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from grid.catalogue.models import Category, CategoryHeir, Duty, DutyLimit
from grid.organizations.models import Organization, Role
from inspections.cases.models import Case
from tests import factories
from tests.e2e.accessibility import assert_accessible
from tests.e2e.test_console import sign_in
from tests.e2e.test_console_cases import behind, filed

LONG_MS = 120_000  # a preview is a whole publication, its file read by a process of its own
PASSWORD = "lamplight-4-all"


@pytest.fixture
def ada(screen: Page) -> Iterator[Page]:
    """Ada at her console; nothing goes wrong behind what she sees."""
    faults: list[str] = []
    screen.on("pageerror", lambda error: faults.append(str(error)))
    sign_in(screen, "/console/")
    screen.wait_for_selector("[data-live=open]")
    yield screen
    assert faults == []


def leaders() -> None:
    """Lu of the law, and Eli who publishes; lamps are given five work days."""
    body = Organization.objects.get(code="URBAN")
    for name in ("lu", "eli"):
        person = factories.member(name, Role.LEADER, body)
        person.set_password(PASSWORD)
        person.save()
    DutyLimit.objects.create(duty=Duty.objects.get(category__code="0106"), resolve_by="5wd")


def at_draft(ada: Page, name: str) -> Page:
    """Another person, before the same draft."""
    browser = ada.context.browser
    assert isinstance(browser, Browser)
    address = ada.url
    context = browser.new_context(locale="zh-CN", viewport={"width": 1366, "height": 768})
    page = context.new_page()
    page.goto(address)
    page.fill("input[name=username]", name)
    page.fill("input[name=password]", PASSWORD)
    page.click("main button")
    page.wait_for_selector("[data-live=open]")
    page.goto(address)
    page.reload()
    page.wait_for_selector("[data-draft-state]")
    return page


def due(case: Case) -> tuple[str, str]:
    """By which limit, and whose edition, a case is to be done."""
    fresh = Case.objects.select_related("duty__edition").get(pk=case.pk)
    assert fresh.duty is not None
    (limit,) = fresh.duty.limits.values_list("resolve_by", flat=True)
    return limit, str(fresh.duty.edition.number)


@pytest.mark.mission("P4", "P6", "P7", "P8")
def test_from_the_draft_to_the_edition_and_an_old_case_keeps_its_limit(ada: Page) -> None:
    behind(leaders)
    old = behind(filed)
    ada.goto("/console/#room=catalogue&of=drafts")
    ada.reload()
    ada.click("[data-new-draft]")
    ada.get_by_label("标题").fill("2027 年时限压缩")
    ada.locator("[data-form=new-draft] input[type=date]").fill("")  # it holds at once
    ada.click("[data-form=new-draft] [data-confirm]")
    ada.click("[data-add-line]")
    form = ada.locator("[data-form=line]")
    form.locator("[name=category]").fill("0106")
    form.locator("[data-take-former]").click()
    expect(form.locator("[name=legal_basis]")).to_have_value("城市照明管理规定")
    form.locator("[name=resolve_by-0]").fill("3wd")
    form.locator("[data-confirm]").click()
    expect(ada.locator("[data-line='0106']")).to_contain_text("缩短")

    # A class that no edition knows, standing for one that is.
    ada.click("[data-add-line]")
    form.locator("[name=category]").fill("0199")
    form.locator("[name=is_new]").check()
    form.locator("[name=class_name]").fill("井盖设施")
    form.locator("[name=replaces]").fill("0101")
    form.locator("[name=legal_basis]").fill("《城市道路管理条例》")
    form.locator("[name=standard]").fill("井盖完好")
    form.locator("[name=resolve_by-0]").fill("2wd")
    assert_accessible(ada)
    form.locator("[data-confirm]").click()
    expect(ada.locator("[data-line='0199'] [data-replaces]")).to_contain_text("0101")
    expect(ada.locator("[data-line='0101']")).to_contain_text("终止")
    ada.click("[data-act=preview]")  # nobody of the law has read it
    expect(ada.locator(".lacking")).to_contain_text("法制审核")

    lu = at_draft(ada, "lu")
    lu.click("[data-act=review]")
    expect(lu.locator("[data-line='0106']")).to_contain_text("已审核")
    ada.reload()
    ada.click("[data-act=preview]")
    expect(ada.locator("[data-draft-state].previewed")).to_be_visible(timeout=LONG_MS)
    expect(ada.locator("[data-act=publish]")).to_have_count(0)  # she wrote it

    eli = at_draft(ada, "eli")
    eli.click("[data-act=publish]")
    eli.click("[data-form=publish] [data-confirm]")
    expect(eli.locator("[data-draft-state].published")).to_be_visible(timeout=LONG_MS)

    assert (behind(lambda: due(old)), behind(lambda: due(filed()))) == (("5wd", "1"), ("3wd", "2"))
    heir = behind(lambda: CategoryHeir.objects.select_related("former", "heir").get())
    assert (heir.former.code, heir.heir.code) == ("0101", "0199")
    assert not behind(lambda: Category.objects.filter(drafted=True).exists())
