"""On a phone: a crew repairs and proves it, an inspector verifies, reports and fixes; nothing is lost."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, expect, sync_playwright

from core.models import User
from grid.catalogue.models import Category
from grid.organizations.models import Membership, Organization
from inspections.cases.models import Case
from inspections.cases.use_cases import dispatch_case, file_case, reassign_case
from inspections.intake.use_cases import receive
from inspections.requests.use_cases import RequestRow
from tests import factories
from tests.clones import at_once
from tests.e2e.accessibility import assert_accessible
from tests.e2e.camera import camera
from tests.e2e.conftest import ARGUMENTS, CHROMIUM, PATIENCE_MS
from tests.maps import small_city

pytestmark = [pytest.mark.mission("D8"), pytest.mark.mission("D6")]

ANOTHER_MS = 2500  # five pictures on in the film
HERE = (120.0, 306.0)  # metres in the small city: the lamp T2

SignIn = Callable[..., Page]
Told = TypeVar("Told")


def aside(work: Callable[[], Told]) -> Told:
    """Done in a thread of its own: the browser's loop owns this one."""
    return at_once([work])[0]


def person(name: str, role: str, body: str) -> User:
    """Somebody of a body with a role in the whole city."""
    user = factories.user(name)
    user.set_password(f"lamplight-4-{name}")
    user.save()
    organization = Organization.objects.get(code=body)
    Membership.objects.create(user=user, role=role, organization=organization)
    return user


def reported(channel: str, facility: str, at: tuple[float, float], text: str) -> Case:
    """A case an hour old."""
    return aside(lambda: _reported(channel, facility, at, text))


def _reported(channel: str, facility: str, at: tuple[float, float], text: str) -> Case:
    lon, lat = small_city.degrees_of(*at)
    row = RequestRow(
        channel=channel,
        category=Category.objects.get(code="0106"),
        text=text,
        reported_at=timezone.now() - timedelta(hours=1),
        lon=lon,
        lat=lat,
        facility_code=facility,
    )
    case = receive(row, actor=User.objects.get(username="ada")).case
    assert case is not None
    return case


def sent_to(case: Case, body: str) -> Case:
    """The case filed, and given to a body."""
    return aside(lambda: _sent_to(case, body))


def _sent_to(case: Case, body: str) -> Case:
    ada = User.objects.get(username="ada")
    filed = file_case(case, actor=ada)
    to = Organization.objects.get(code=body)
    return dispatch_case(filed, actor=ada, to=to, reason="已实际管养")


def with_limits(case: Case) -> Case:
    """Its body is to be there within two hours, should be within one, and has two days."""
    now = timezone.now()
    limits = {
        "arrive_target_at": now + timedelta(hours=1),
        "arrive_by": now + timedelta(hours=2),
        "resolve_by": now + timedelta(days=2),
    }
    aside(lambda: case.assignments.update(**limits))
    return case


@pytest.fixture
def people(served: str) -> str:
    """Bo inspects for the street, Di handles for urban management, Fu for housing."""
    person("bo", "inspector", "STREET")
    person("di", "handler", "URBAN")
    person("fu", "handler", "HOUSING")
    return served


@pytest.fixture
def phone(people: str, tmp_path: Path) -> Iterator[SignIn]:
    """Signs somebody in on a phone of their own that stands at T2, camera and position allowed."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=[*ARGUMENTS, *camera(tmp_path)]
        )

        def sign_in(name: str, *, located: bool = True, at: tuple[float, float] = HERE) -> Page:
            context = browser.new_context(
                base_url=people,
                locale="zh-CN",
                viewport={"width": 390, "height": 844},
                has_touch=True,
                is_mobile=True,
            )
            context.set_default_timeout(PATIENCE_MS)
            if located:
                context.grant_permissions(["geolocation", "camera"])
                stand(context, at)
            page = context.new_page()
            page.goto("/inspect/")
            page.fill("input[name=username]", name)
            page.fill("input[name=password]", f"lamplight-4-{name}")
            page.click("main button")
            page.wait_for_selector("nav.tabs")
            return page

        yield sign_in
        browser.close()


def state_of(case: Case) -> str:
    """Where it stands now."""
    return aside(lambda: str(Case.objects.get(pk=case.pk).state))


def given_away(case: Case, reason: str) -> None:
    """Meanwhile the desk gives it to housing; urban management assists."""
    reassign_case(
        Case.objects.get(pk=case.pk),
        actor=User.objects.get(username="ada"),
        to=Organization.objects.get(code="HOUSING"),
        assists=[Organization.objects.get(code="URBAN")],
        reason=reason,
    )


def stand(context: BrowserContext, at: tuple[float, float]) -> None:
    """The phone is at a place in metres, known to five."""
    lon, lat = small_city.degrees_of(*at)
    context.set_geolocation({"longitude": lon, "latitude": lat, "accuracy": 5})


def step(page: Page, words: str) -> None:
    """Press the big button, once it says this."""
    button = page.locator(".bar button")
    expect(button).to_have_text(words)
    button.click()


def shoot(page: Page, after_ms: int = 0) -> None:
    """One photo with the camera of the page, so long after it was opened.

    The film begins anew with every opening: who takes two photos of one case waits differently.
    """
    shutter = page.get_by_role("button", name="拍一张")
    expect(shutter).to_be_enabled()
    page.wait_for_timeout(after_ms)
    shutter.click()
    expect(page.locator("dialog.camera")).to_contain_text("已拍 1 张，已存入手机")
    page.get_by_role("button", name="完成").click()


@pytest.mark.mission("D7")
def test_a_crew_accepts_arrives_proves_and_handles(phone: SignIn) -> None:
    case = sent_to(reported("phone", "T2", HERE, "路灯不亮，孩子放学走这里很黑"), "URBAN")
    page = phone("di")
    expect(page.locator(".position")).to_have_text("定位 ±5 米")
    line = page.locator("a.line")
    expect(line).to_have_count(1)
    expect(line).to_contain_text("路灯不亮，孩子放学走这里很黑")
    expect(line).to_contain_text("就在这里")
    assert_accessible(page)
    line.click()
    step(page, "受理")
    step(page, "我已到场")
    step(page, "拍处置前照片")
    assert_accessible(page)
    shoot(page)
    step(page, "拍处置后照片")
    shoot(page, after_ms=ANOTHER_MS)
    expect(page.locator(".picture")).to_have_count(2)
    page.reload()  # a phone that was switched off has both photos still
    expect(page.locator(".picture")).to_have_count(2)
    step(page, "提交处置")
    sheet = page.locator("dialog.sheet")
    sheet.get_by_role("button", name="提交处置").click()
    expect(sheet).to_contain_text("请先填写处置情况")
    assert_accessible(page)
    sheet.get_by_role("textbox").fill("更换光源 1 盏，已亮灯")
    sheet.get_by_role("button", name="提交处置").click()
    expect(page.locator(".head")).to_contain_text("已处置")
    expect(page.locator("main")).to_contain_text("服务器已收 2/2 张照片")
    assert_accessible(page)
    assert state_of(case) == "handled"
    assert aside(lambda: case.assignments.get().arrived_at) is not None
    evidence = page.request.get(f"/api/v1/cases/{case.number}/").json()["properties"]["evidence"]
    assert [one["purpose"] for one in evidence] == ["before", "after"]
    assert [one["position_source"] for one in evidence] == ["fixes", "fixes"]
    kept = "async () => (await indexedDB.databases()).map(({name}) => name)"
    assert page.evaluate(kept) == ["lamplighter-inspector"]


def test_a_step_that_was_taken_is_not_offered_again_while_the_screen_loads(phone: SignIn) -> None:
    case = sent_to(reported("phone", "T2", HERE, "路灯不亮"), "URBAN")
    page = phone("di")
    page.locator("a.line").click()
    step(page, "受理")
    expect(page.locator(".head")).to_contain_text("已受理")
    page.route("**/api/v1/tasks/*/", lambda route: route.abort())  # nothing new comes in
    step(page, "我已到场")
    expect(page.locator(".operation.done")).to_have_count(2)
    expect(page.locator(".bar button")).to_have_text("拍处置前照片")
    assert aside(lambda: case.tasks.get(kind="handle").visits.count()) == 1


def test_an_inspector_sees_how_far_verifies_or_moves_the_pin(phone: SignIn) -> None:
    near = reported("web", "T2", HERE, "灯不亮")
    far = reported("wechat", "T9", (540, 306), "灯一闪一闪")
    sent_to(reported("phone", "T4", (240, 306), "别人的任务"), "URBAN")
    page = phone("bo")
    lines = page.locator("a.line")
    expect(lines).to_have_count(2)  # the crew's task is not the inspector's
    expect(lines.nth(1)).to_contain_text("东方向 420 米")
    page.get_by_role("button", name="核查 0").click()
    expect(page.locator("main")).to_contain_text("这一类没有待办任务")
    page.get_by_role("button", name="核实 2").click()

    lines.nth(1).click()
    page.get_by_role("button", name="点位不对").click()
    sheet = page.locator("dialog.sheet")
    sheet.get_by_role("button", name="用我的位置").click()
    expect(sheet.locator(".verdict")).to_contain_text("方格城市建设开发有限公司")
    assert_accessible(page)
    sheet.get_by_role("button", name="点位不对").click()
    expect(page.locator(".operation.done")).to_have_count(1)
    lon, lat = small_city.degrees_of(*HERE)
    place = aside(lambda: Case.objects.get(pk=far.pk).place)
    assert (place.x, place.y) == pytest.approx((lon, lat), abs=1e-5)

    page.get_by_role("link", name="返回").click()
    lines.filter(has_text="灯不亮").click()
    step(page, "拍核实照片")
    shoot(page)
    step(page, "核实属实")
    page.locator("dialog.sheet").get_by_role("button", name="核实属实").click()
    expect(page.locator(".head")).to_contain_text("已核实")
    assert state_of(near) == "verified"


def test_a_cut_and_a_reload_lose_nothing(phone: SignIn) -> None:
    case = reported("web", "T2", HERE, "灯不亮")
    page = phone("bo")
    page.locator("a.line").click()
    step(page, "拍核实照片")
    shoot(page)
    page.route("**/api/v1/**", lambda route: route.abort())
    page.get_by_role("button", name="未发现问题").click()
    sheet = page.locator("dialog.sheet")
    sheet.get_by_role("textbox").fill("现场灯是亮的")
    sheet.get_by_role("button", name="未发现问题").click()
    expect(page.locator("nav.tabs b")).to_have_text("2")
    page.goto("/inspect/#/queue")
    expect(page.locator("main")).to_contain_text("等待网络，恢复后自动发送")
    assert_accessible(page)
    page.reload()
    expect(page.locator("main")).to_contain_text("等待发送（2）")
    page.unroute("**/api/v1/**")
    # The queue may be trying again by itself this moment: then there is nothing to press.
    page.get_by_role("button", name="立即发送").evaluate_all("all => all.forEach((b) => b.click())")
    expect(page.locator("main")).to_contain_text("都已发送")
    expect(page.locator("main")).to_contain_text("服务器已收 1/1 张照片")
    (visit,) = aside(lambda: list(case.tasks.get().visits.all()))
    assert (visit.outcome, visit.note) == ("not_found", "现场灯是亮的")


def test_two_at_once_the_second_sees_what_happened_and_keeps_the_words(phone: SignIn) -> None:
    case = sent_to(reported("phone", "T2", HERE, "灯不亮"), "URBAN")
    page = phone("di")
    page.locator("a.line").click()
    step(page, "受理")
    expect(page.locator(".head")).to_contain_text("已受理")
    page.get_by_role("button", name="申请退单").click()
    sheet = page.locator("dialog.sheet")
    sheet.get_by_role("textbox").fill("这盏灯属于住建委")
    page.route("**/api/v1/live/**", lambda route: route.abort())
    aside(lambda: given_away(case, "移交记录在住建委"))
    sheet.get_by_role("button", name="申请退单").click()
    parked = page.locator(".operation.parked")
    expect(parked).to_contain_text("未被接受")
    expect(parked).to_contain_text("您填写的：这盏灯属于住建委")
    parked.get_by_role("button", name="看看发生了什么").click()
    expect(parked).to_contain_text("改派")
    expect(parked).to_contain_text("移交记录在住建委")
    expect(parked).to_contain_text("现在的状态：已派遣")
    assert_accessible(page)


@pytest.mark.mission("F22")
def test_what_one_sees_on_the_way_is_reported_and_fixed_on_the_spot(phone: SignIn) -> None:
    page = phone("bo")
    expect(page.locator("main")).to_contain_text("没有待办任务")
    assert_accessible(page)
    page.get_by_role("navigation").get_by_role("link", name="上报").click()
    page.get_by_role("searchbox", name="类别").fill("路")
    page.get_by_role("button", name="路灯").click()
    page.get_by_role("textbox", name="情况").fill("灯罩松动")
    page.get_by_text("我当场处理好了").click()
    page.get_by_role("button", name="上报并办结").click()
    expect(page.get_by_role("alert")).to_contain_text("处理前和处理后照片各一张")
    for words, after_ms in (("拍处置前照片", 0), ("拍处置后照片", ANOTHER_MS)):
        page.get_by_role("button", name=words).click()
        shoot(page, after_ms)
    page.get_by_role("textbox", name="做了什么").fill("已拧紧")
    assert_accessible(page)
    page.get_by_role("button", name="上报并办结").click()
    expect(page.locator(".operation.done, .operation.parked")).to_have_count(3)
    case = aside(lambda: Case.objects.select_related("category").get())
    assert (case.channel, case.category and case.category.code) == ("patrol", "0106")
    assert page.locator(".operation.parked").all_inner_texts() == []
    assert case.state == "closed"


def test_without_a_position_the_list_goes_by_limit_and_says_so(phone: SignIn) -> None:
    reported("web", "T2", HERE, "灯不亮")
    page = phone("bo", located=False)
    expect(page.locator(".position")).to_have_text("未获准使用定位")
    expect(page.locator("main")).to_contain_text("任务按时限排序")
    expect(page.locator("a.line")).to_have_count(1)
    assert_accessible(page)


def test_a_new_task_appears_by_itself_and_on_the_map_then_english_then_out(phone: SignIn) -> None:
    page = phone("bo")
    expect(page.locator("main")).to_contain_text("没有待办任务")
    page.wait_for_timeout(1500)  # the stream of events is open by then
    reported("web", "T2", HERE, "刚刚上报")
    expect(page.locator("a.line")).to_contain_text("刚刚上报")
    page.get_by_role("navigation").get_by_role("link", name="地图").click()
    page.locator(".pin.verify").click()
    expect(page.locator("div.chosen a")).to_contain_text("刚刚上报")
    assert_accessible(page)
    overflow = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert overflow == 0
    page.get_by_role("navigation").get_by_role("link", name="我的").click()
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator("nav.tabs")).to_contain_text("Outbox")
    assert_accessible(page)
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/inspect/login/**")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


@pytest.mark.mission("C3", "N10")
def test_a_handler_asks_for_time_tells_the_requester_and_stops_work(phone: SignIn) -> None:
    case = with_limits(sent_to(reported("phone", "T2", HERE, "路灯不亮"), "URBAN"))
    page = phone("di")
    expect(page.locator("a.line")).to_contain_text("前到场")
    page.locator("a.line").click()
    step(page, "受理")
    expect(page.locator(".head")).to_contain_text("已受理")
    expect(page.locator(".arrive")).to_contain_text("最迟")
    sheet = page.locator("dialog.sheet")

    page.get_by_role("button", name="申请延期").click()
    box = sheet.bounding_box()
    assert box is not None
    assert box["height"] > 844 / 2
    assert_accessible(page)
    sheet.get_by_role("spinbutton", name="延长多少").fill("2")
    sheet.get_by_role("button", name="申请延期").click()
    expect(sheet).to_contain_text("请先填写原因")
    why = sheet.get_by_role("textbox", name="原因")
    why.fill("等灯具到货")
    page.set_viewport_size({"width": 390, "height": 400})  # the keyboard opens
    expect(why).to_be_in_viewport(ratio=0.9)
    page.set_viewport_size({"width": 390, "height": 844})
    sheet.get_by_role("button", name="申请延期").click()
    expect(page.locator("main")).to_contain_text("申请延期 2 工作日")

    page.get_by_role("button", name="反馈诉求人").click()
    sheet.get_by_text("当面").click()
    sheet.get_by_role("textbox").fill("已当面说明，明日修复")
    sheet.get_by_role("button", name="反馈诉求人").click()
    expect(page.locator(".told")).to_contain_text("已反馈诉求人 · 当面")

    page.get_by_role("button", name="下达停工令").click()
    expect(sheet.locator("datalist option").first).to_be_attached()  # the bodies are known
    sheet.get_by_role("combobox").fill("没有这个单位")
    sheet.get_by_role("textbox").fill("开挖未报批，即刻停工")
    sheet.get_by_role("button", name="下达停工令").click()
    expect(sheet).to_contain_text("没有名为“没有这个单位”的单位")
    sheet.get_by_role("combobox").fill("HOUSING")
    page.reload()  # what was typed is there still
    page.get_by_role("button", name="下达停工令").click()
    expect(sheet.get_by_role("combobox")).to_have_value("HOUSING")
    page.route("**/api/v1/undertakings/", lambda route: route.abort())
    sheet.get_by_role("button", name="下达停工令").click()
    expect(page.locator(".operation")).to_contain_text(["下达停工令"])
    page.unroute("**/api/v1/undertakings/")
    page.goto("/inspect/#/queue")
    page.get_by_role("button", name="立即发送").evaluate_all("all => all.forEach((b) => b.click())")
    expect(page.locator("main")).to_contain_text("都已发送")
    (order,) = aside(lambda: list(case.undertakings.select_related("organization")))
    assert (order.kind, order.organization.code) == ("stop_work", "HOUSING")
    assert order.text == "开挖未报批，即刻停工"

    told = phone("fu")  # the body that is told to stop finds it above its tasks, and answers
    told.get_by_role("link", name="停工令").click()
    told.get_by_role("button", name="反馈", exact=True).click()
    told.locator("dialog.sheet").get_by_role("textbox").fill("已停工，正在补办手续")
    told.locator("dialog.sheet").get_by_role("button", name="反馈").click()
    expect(told.locator("main")).to_contain_text("fu 反馈：已停工，正在补办手续")
    assert_accessible(told)
