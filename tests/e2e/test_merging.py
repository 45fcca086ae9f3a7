"""Merging at the screen: what cannot be merged this way is offered the other way round; a merged case tells what was said."""

import pytest
from playwright.sync_api import Page, expect

from inspections.cases.models import Case
from inspections.cases.use_cases import dispatch_case
from tests.e2e.test_console import sign_in
from tests.e2e.test_console_cases import ada, behind, filed, reported


@pytest.mark.mission("P4")
def test_a_case_that_is_further_along_takes_the_other_in(screen: Page) -> None:
    sign_in(screen, "/console/")
    screen.wait_for_selector("[data-live=open]")
    further = behind(lambda: dispatch_case(filed(), actor=ada()))
    other = behind(lambda: reported(at=(122, 306)))
    screen.goto(f"/console/#case={further.number}")
    screen.reload()
    screen.locator(f"[data-merge-into='{other.number}']").click()
    form = screen.locator("[data-form=merge]")
    form.locator("textarea").fill("同一盏灯")
    form.locator("[data-confirm]").click()
    screen.locator("[data-reversed]").click()
    expect(form.locator("[data-into]")).to_have_value(further.number)
    expect(form.locator("textarea")).to_have_value("同一盏灯")
    form.locator("[data-confirm]").click()
    expect(screen.get_by_text("已并案").first).to_be_visible()
    expect(screen.get_by_text("通丰路路灯不亮").last).to_be_visible()  # what was said in it
    merged = behind(lambda: Case.objects.select_related("merged_into").get(pk=other.pk))
    assert merged.merged_into == further
