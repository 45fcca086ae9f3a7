"""The room of deadlines: a request is decided where it stands, an emergency declared, a message sent again."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from grid.organizations.models import Organization, Role
from inspections.cases.emergencies.models import Emergency
from inspections.cases.models import Case
from inspections.cases.supervision.use_cases import supervise_case
from inspections.cases.timing.models import Parking
from inspections.cases.timing.use_cases import request_parking
from inspections.cases.use_cases import accept_case, dispatch_case
from inspections.messages.delivery.models import Message
from tests import factories
from tests.e2e.accessibility import assert_accessible
from tests.e2e.test_console_cases import ada, behind, desk, filed

__all__ = ["desk"]  # a fixture


def open_tab(page: Page, name: str) -> None:
    page.evaluate(f"location.hash = '#room=clocks&of={name}'")
    page.get_by_role("tab", selected=True).wait_for()


def asked() -> Case:
    """A case whose body asks that it rest."""
    di = factories.member("di", Role.HANDLER, Organization.objects.get(code="BUILDER"))
    case = accept_case(dispatch_case(filed(), actor=ada()), actor=di)
    until = timezone.localdate() + timedelta(days=20)
    return request_parking(case, actor=di, until=until, reason="封路施工")


def test_a_rest_is_decided_where_it_stands(desk: Page) -> None:
    case = behind(asked)
    open_tab(desk, "waiting")
    desk.locator("[data-choice=parkings]").click()
    row = desk.locator("[data-asked]")
    expect(row).to_contain_text("封路施工")
    row.locator("[data-act=refuse_parking]").click()
    row.locator("[data-confirm]").click()
    expect(row.get_by_role("alert")).to_have_text("请填写说明。")
    row.get_by_role("button", name="取消").click()
    row.locator("[data-act=approve_parking]").click()
    until = (timezone.localdate() + timedelta(days=9)).isoformat()
    row.get_by_label("挂账至").fill(until)
    assert_accessible(desk)
    row.locator("[data-confirm]").click()
    expect(desk.locator("[data-asked]")).to_have_count(0)
    parking = behind(lambda: Parking.objects.get(case=case))
    assert (parking.state, parking.until.isoformat()) == ("approved", until)


def test_a_supervision_climbs_by_hand(desk: Page) -> None:
    case = behind(
        lambda: supervise_case(
            asked(), actor=ada(), reason="到场超时", level="district", within="4wh"
        )
    )
    open_tab(desk, "supervisions")
    row = desk.locator("[data-supervision]")
    expect(row).to_contain_text("到场超时")
    row.locator("[data-act=escalate_supervision]").click()
    row.get_by_label("说明（必填）").fill("仍无答复")
    row.locator("[data-confirm]").click()
    expect(row).to_contain_text("市级")
    ladder = behind(lambda: list(case.supervisions.order_by("id").values_list("level", "state")))
    assert ladder == [("district", "escalated"), ("city", "open")]


@pytest.mark.mission("B24")
def test_an_emergency_is_declared_and_lifted_with_its_reason(desk: Page) -> None:
    case = behind(asked)
    open_tab(desk, "emergency")
    desk.locator("[data-declare]").click()
    form = desk.locator("#clocks-panel form")
    form.get_by_label("名称").fill("暴雨红色预警")
    form.locator("[data-confirm]").click()
    expect(form.get_by_role("alert")).to_have_text("请填写说明。")
    form.get_by_label("说明（必填）").fill("气象台 10 时发布")
    form.locator("[data-confirm]").click()
    expect(desk.locator(".banner")).to_contain_text("应急状态（战时）")
    first = behind(lambda: Case.objects.select_related("emergency").get(pk=case.pk).emergency)
    assert first is not None
    assert first.title == "暴雨红色预警"
    desk.locator("[data-lift]").click()
    desk.get_by_label("说明（必填）").fill("预警解除")
    desk.locator("[data-confirm]").click()
    expect(desk.locator(".banner")).to_contain_text("平时状态")
    lifted = behind(lambda: Emergency.objects.select_related("lifted_by").get())
    assert lifted.lifted_by is not None
    assert lifted.lifted_by.username == "ada"


def undelivered() -> Message:
    """A message that nobody could be reached for."""
    now = timezone.now()
    kept: Message = Message.objects.create(
        key="k",
        kind="assigned",
        transport="wecom",
        state="failed",
        case=asked(),
        failure="unreachable",
        attempts=10,
        happened_at=now,
        queued_at=now,
    )
    return kept


def test_what_was_not_delivered_is_sent_again(desk: Page) -> None:
    message = behind(undelivered)
    open_tab(desk, "messages")
    row = desk.locator("[data-message]")
    expect(row).to_contain_text("连不上接收方。")
    row.locator("[data-resend]").click()
    expect(row).to_contain_text("待发送")
    behind(message.refresh_from_db)
    assert (message.state, message.attempts) == ("queued", 0)
