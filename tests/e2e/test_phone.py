"""The telephone desk in a browser: a call taken with the keyboard alone, and nothing lost on the way."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, Route, expect

from inspections.cases.models import Case
from inspections.intake.calls.models import DeskCall
from inspections.requests.models import ServiceRequest
from tests.e2e.accessibility import assert_accessible
from tests.e2e.test_console import sign_in
from tests.e2e.test_console_cases import behind, reported

pytestmark = [pytest.mark.mission("P1", "C1", "C8")]

NUMBER = "13812345678"
TEXT = "灯不亮三天"
# What an operator presses beside the words themselves: that is the measure of the form.
MOST_KEYS = 8


@pytest.fixture
def desk(screen: Page) -> Iterator[Page]:
    """Ada at the telephone; nothing goes wrong behind what she sees."""
    faults: list[str] = []
    screen.on("pageerror", lambda error: faults.append(str(error)))
    sign_in(screen, "/console/")
    screen.wait_for_url("**/console/**")
    screen.goto("about:blank")
    screen.goto("/console/#room=phone")
    expect(screen.locator("input[name=phone]")).to_be_focused()
    yield screen
    assert faults == []


def take_down(desk: Page) -> int:
    """A typical call until it is ready to be filed; how many keys that took besides the text."""
    keys = 0
    desk.keyboard.type(NUMBER)
    desk.keyboard.press("Enter")
    keys += 1
    desk.keyboard.type("T3")  # read from the pole
    expect(desk.get_by_role("option").first).to_contain_text("T3")
    desk.keyboard.press("Enter")
    keys += 1 + len("T3")
    desk.keyboard.type(TEXT)
    return keys


def test_a_call_is_filed_with_the_keyboard_alone_and_the_next_can_begin(desk: Page) -> None:
    assert_accessible(desk)
    keys = take_down(desk)
    expect(desk.locator("[data-what] input")).to_have_value("路灯")  # the facility says so
    expect(desk.locator("[data-preview]")).to_contain_text("推定")  # the verdict fills itself in
    expect(desk.locator("[data-earlier]")).to_contain_text("第一次来电")
    assert_accessible(desk)
    desk.keyboard.press("Control+Enter")
    keys += 1
    expect(desk.locator("[data-done] .code")).to_be_visible()
    expect(desk.locator("input[name=phone]")).to_be_focused()
    expect(desk.locator("textarea")).to_have_value("")
    assert keys <= MOST_KEYS
    desk.keyboard.press("Enter")  # the caller heard the code
    expect(desk.locator("[data-done]")).to_contain_text("上一个来电")

    def look() -> tuple[str, str, bool]:
        request = ServiceRequest.objects.get(text=TEXT)
        call = DeskCall.objects.get(request=request)
        case = Case.objects.get(requests=request)
        category = case.category.code if case.category else ""
        return request.facility_code, category, call.answered_at <= call.filed_at

    assert behind(look) == ("T3", "0106", True)
    # The same caller again: what he said before is there, and one key joins it.
    desk.keyboard.type(NUMBER)
    expect(desk.locator("[data-earlier] li")).to_have_count(1)
    expect(desk.locator("[data-join]").first).to_be_visible()
    desk.keyboard.press("Enter")
    desk.keyboard.press("Enter")
    desk.keyboard.type("还是不亮")
    desk.keyboard.press("Alt+1")
    expect(desk.locator("[data-join]").first).to_have_attribute("aria-pressed", "true")
    desk.keyboard.press("Control+Enter")
    expect(desk.locator("[role=alert]")).to_contain_text("没有选定地点")
    desk.keyboard.press("Control+Enter")
    expect(desk.locator("[data-done]")).to_contain_text("并入案卷")
    assert behind(Case.objects.count) == 1


def test_nothing_typed_is_lost_by_a_cut_a_refusal_or_a_reload(desk: Page) -> None:
    take_down(desk)
    expect(desk.locator("[data-what] input")).to_have_value("路灯")
    desk.reload()
    expect(desk.locator("textarea")).to_have_value(TEXT)
    expect(desk.locator("[data-where] input")).to_have_value("T3")
    address = "**/api/v1/requests/"
    desk.route(address, lambda route: route.abort())
    desk.keyboard.press("Control+Enter")
    expect(desk.locator("[role=alert]").first).to_be_visible()
    expect(desk.locator("textarea")).to_have_value(TEXT)
    desk.keyboard.press("F9")  # the next caller is waiting
    expect(desk.locator("[data-outbox] li")).to_have_count(1)
    expect(desk.locator("textarea")).to_have_value("")
    expect(desk.locator("input[name=phone]")).to_be_focused()
    desk.unroute(address)
    desk.reload()  # what waits is sent by itself
    expect(desk.locator("input[name=phone]")).to_be_focused()  # the room is there again
    expect(desk.locator("[data-outbox]")).to_have_count(0)
    assert behind(lambda: ServiceRequest.objects.filter(text=TEXT).count()) == 1


def test_an_answer_that_was_lost_is_not_filed_twice(desk: Page) -> None:
    take_down(desk)
    address = "**/api/v1/requests/"

    def swallow(route: Route) -> None:
        route.fetch()  # the server has it, the desk does not know
        route.abort()

    desk.route(address, swallow)
    desk.keyboard.press("Control+Enter")
    expect(desk.locator("[role=alert]").first).to_be_visible()
    desk.unroute(address)
    desk.keyboard.press("Enter")  # looked over once more: nothing of it was changed
    expect(desk.locator("[data-what] input")).to_be_focused()
    desk.keyboard.press("Control+Enter")
    expect(desk.locator("[data-done] .code")).to_be_visible()
    assert behind(lambda: ServiceRequest.objects.filter(text=TEXT).count()) == 1


def test_what_is_open_near_by_is_offered(desk: Page) -> None:
    case = behind(lambda: str(reported(at=(180, 306)).number))
    take_down(desk)
    expect(desk.locator(f"[data-join='{case}']")).to_be_visible()
    expect(desk.locator("[data-similar]")).to_contain_text(case)
