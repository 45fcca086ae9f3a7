"""A residents' meeting at the console: recorded, its minutes uploaded, what was said there named; each request shows them."""

import pytest
from playwright.sync_api import FilePayload, Page, expect

from tests.e2e.accessibility import assert_accessible
from tests.e2e.test_console_cases import behind, desk, reported
from tests.inspections.conftest import PDF

__all__ = ["desk"]  # a fixture


@pytest.mark.mission("P19")
def test_minutes_are_uploaded_once_and_shown_at_the_case(desk: Page) -> None:
    case = behind(lambda: reported("路灯半夜熄灭", channel="meeting"))
    code = behind(lambda: case.requests.get().code)
    desk.click("[data-room=joint]")
    desk.click("#joint-gatherings")
    desk.locator("[data-record]").click()
    form = desk.locator("#joint-panel form")
    form.get_by_label("名称").fill("西门社区民情联系会")
    form.locator("[data-confirm]").click()
    expect(form.get_by_role("alert")).to_have_text("请填写名称和召开时间。")
    form.get_by_label("召开时间").fill("2026-03-02T10:00")
    form.locator("[data-confirm]").click()
    expect(desk.locator("#joint-panel h3").first).to_have_text("西门社区民情联系会")
    file = FilePayload(name="纪要.pdf", mimeType="application/pdf", buffer=PDF)
    desk.locator("[data-minutes]").set_input_files(file)
    expect(desk.locator("#joint-panel .files")).to_have_text("纪要.pdf")
    codes = desk.get_by_label("诉求编号或查询码")
    codes.fill(f"{code} R-没有")
    desk.locator("#joint-panel [data-confirm]").click()
    expect(desk.locator("#joint-panel").get_by_role("alert")).to_contain_text("R-没有")
    expect(codes).to_have_value(f"{code} R-没有")  # nothing typed is lost
    codes.fill(code)
    desk.locator("#joint-panel [data-confirm]").click()
    row = desk.locator("[data-said]")
    expect(row).to_contain_text("路灯半夜熄灭")
    assert_accessible(desk)
    row.get_by_role("button", name=case.number).click()
    shown = desk.locator("[data-said-at]")
    expect(shown).to_contain_text("西门社区民情联系会")
    expect(shown.get_by_role("link")).to_have_text("纪要.pdf")
