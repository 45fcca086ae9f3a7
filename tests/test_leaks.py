"""Who sees what, route by route: nobody is shown what is not theirs to see.

The table names every route under /api/v1/; a route that is missing here fails the test. A row says
where to ask, which words of the answer would give the thing away, and who of the cast may see them.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.admindocs.views import simplify_regex
from django.db import connection
from django.urls import URLPattern, get_resolver
from django.utils import timezone
from rest_framework.test import APIClient
from shapely import Point

from core.audit import record_act
from core.models import User
from grid.organizations.models import Role
from inspections.cases.closing.models import Cause
from inspections.cases.closing.use_cases import ask_exclusion
from inspections.cases.emergencies.use_cases import declare_emergency
from inspections.cases.models import Case, Rating
from inspections.cases.supervision.use_cases import issue_reminders, supervise_case
from inspections.cases.use_cases import call_back, rework_case
from inspections.cases.use_cases.closing import Said
from inspections.changes.catalogue.use_cases import begin_draft, write_line
from inspections.changes.use_cases import preview_change_set, publish_change_set
from inspections.intake.knowledge.use_cases import draft_entry
from inspections.messages.delivery.models import Message
from inspections.messages.models import Notice
from tests import factories
from tests.conftest import client_of
from tests.everything import Everything, everything
from tests.grid.jurisdiction import ground
from tests.inspections.changes.conftest import drafted
from tests.inspections.conftest import (
    argue,
    case_in,
    enquiry,
    evidence_folder,
    gathered,
    instruct,
    met,
    prove,
    put_off,
    visit,
    ward_here,
)
from tests.inspections.intake.upstream.conftest import order_for
from tests.inspections.messages.conftest import queue_all

__all__ = ["evidence_folder"]  # a fixture

pytestmark = pytest.mark.django_db

PREFIX = "/api/v1/"
NOBODY: frozenset[str] = frozenset()
MEMBERS = frozenset({"ada", "bo", "cy", "eve"})
METHODS = ["get", "head", "post", "put", "patch", "delete"]


@dataclass(frozen=True)
class Route:
    """`asked` is an address below the prefix; `words` give the thing away; `seen_by` may see it."""

    asked: str
    words: str
    seen_by: frozenset[str] = MEMBERS


PLACE = factories.degrees(Point(50, 50)).centroid
ROUTES = {
    "": Route("", "/api/v1/areas/", MEMBERS | {"stranger"}),  # addresses, no data
    "areas/": Route("areas/", "区域500236"),
    "areas/<code>/": Route("areas/500236/", "区域500236"),
    "cells/": Route("cells/", "cell-1"),
    "cells/<code>/": Route("cells/cell-1/", '"area_m2"'),
    "organizations/": Route("organizations/", "住房和城乡建设局"),
    "organizations/<code>/": Route("organizations/H001/", "住房和城乡建设局"),
    "categories/": Route("categories/", "道路破损"),
    "categories/<code>/": Route("categories/lamp/", "城市照明管理规定"),
    "catalogue/duties/": Route("catalogue/duties/", "城市照明管理规定"),
    "catalogue/duties/<pk>/": Route("catalogue/duties/1/", "城市照明管理规定"),
    "catalogue/editions/": Route("catalogue/editions/", '"brought"'),
    "catalogue/editions/<number>/": Route("catalogue/editions/1/", '"brought"'),
    "catalogue/differences/": Route("catalogue/differences/?from=1", '"counts"'),
    "facilities/": Route("facilities/", "lamp-1"),
    "facilities/<code>/": Route("facilities/lamp-1/", "住房和城乡建设局"),
    "ownership-areas/": Route("ownership-areas/", "own-1"),
    "ownership-areas/<code>/": Route("ownership-areas/own-1/", "文〔2024〕1号"),
    "handovers/": Route("handovers/", "移交书1号"),
    "handovers/<code>/": Route("handovers/HO-1/", "移交书1号"),
    "knowledge/": Route("knowledge/", "可以带犬上公交吗"),
    "knowledge/<pk>/": Route("knowledge/1/", "可以带犬上公交吗"),
    "ground-faults/": Route("ground-faults/", "own-1"),
    "ground-faults/<pk>/": Route("ground-faults/1/", "own-1"),
    "ground-faults/counts/": Route("ground-faults/counts/", "unproven"),
    "channels/": Route("channels/", "县长信箱"),
    "channels/<code>/": Route("channels/C-MAIL/", "县长信箱"),
    "jurisdiction/": Route(
        f"jurisdiction/?lon={PLACE.x}&lat={PLACE.y}&category=lamp", "城市管理局"
    ),
    "search/": Route("search/?q=lamp-", '"code":"lamp-1"'),
    "me/": Route("me/", "指挥中心", frozenset({"ada", "bo"})),
    "audit/": Route("audit/?act=grant_role", "to the desk", frozenset({"eve"})),
}
# The work, seen in the ward of tests/inspections/conftest.py: desk, inspectors and verifier of the
# area, the body that has the case and the one that supervises, leaders; not the same from elsewhere.
DESK = frozenset({"ada", "bo", "ed", "vi", "lu"})
OF_THE_CASE = DESK | {"di", "su"}
OF_THE_WARD = OF_THE_CASE | {"cy", "fu", "xi"}  # every member sees what is planned for the ground
WORK = {
    "requests/": Route("requests/", "路灯不亮", OF_THE_CASE),
    "requests/<code>/": Route("requests/{request}/", "路灯不亮", OF_THE_CASE),
    "requests/<code>/requester/": Route("requests/{request}/requester/", "-", NOBODY),
    "requests/<code>/answer/": Route("requests/{request}/answer/", "-", NOBODY),
    "requests/<code>/locate/": Route("requests/{request}/locate/", "-", NOBODY),
    "requests/<code>/release/": Route("requests/{request}/release/", "-", NOBODY),
    "requests/<code>/erase/": Route("requests/{request}/erase/", "-", NOBODY),
    "requests/<code>/fed_back/": Route("requests/{request}/fed_back/", "-", NOBODY),
    "requests/<code>/confirm_back/": Route("requests/{request}/confirm_back/", "-", NOBODY),
    "requests/<code>/join/": Route("requests/{request}/join/", "-", NOBODY),
    "requests/<code>/open/": Route("requests/{request}/open/", "-", NOBODY),
    "gatherings/": Route("gatherings/", "西门民情联系会", frozenset({"ada", "lu"})),
    "gatherings/<pk>/": Route("gatherings/{gathering}/", "路灯不亮", frozenset({"ada", "lu"})),
    "gatherings/<pk>/minutes/": Route("gatherings/{gathering}/minutes/", "-", NOBODY),
    "gatherings/<pk>/minutes/<sha256>/": Route(
        "gatherings/{gathering}/minutes/{minutes}/", "%PDF-", frozenset({"ada", "lu"})
    ),
    "gatherings/<pk>/requests/": Route("gatherings/{gathering}/requests/", "-", NOBODY),
    "desk/inbox/": Route("desk/inbox/", "灯几点亮", DESK),
    "desk/inbox/<code>/": Route("desk/inbox/{waiting}/", "灯几点亮", DESK),
    "desk/inbox/counts/": Route("desk/inbox/counts/", '"answer":1', DESK),
    "desk/calls/": Route("desk/calls/", '"stages"', frozenset({"ada", "lu"})),
    "desk/confirmations/": Route("desk/confirmations/", "路灯不亮", NOBODY),
    "requests/by_phone/": Route("requests/by_phone/", "-", NOBODY),
    "evidence/<pk>/release/": Route("evidence/{evidence}/release/", "-", NOBODY),
    "channels/shares/": Route("channels/shares/", '"channel":"phone"', OF_THE_CASE | {"fu"}),
    "upstream-orders/": Route("upstream-orders/", "U-77", OF_THE_CASE),
    "upstream-orders/<pk>/": Route("upstream-orders/{order}/", "U-77", OF_THE_CASE),
    "upstream-orders/<pk>/reports/<report>/send_again/": Route(
        "upstream-orders/{order}/reports/{upstream_report}/send_again/", "-", NOBODY
    ),
    "cases/": Route("cases/", "{number}", OF_THE_CASE),
    "cases/candidates/": Route(
        "cases/candidates/?lon={lon}&lat={lat}&category=0118", "{number}", OF_THE_CASE
    ),
    "cases/similar/": Route("cases/similar/?lon={lon}&lat={lat}", "{number}", OF_THE_CASE),
    "cases/<number>/": Route("cases/{number}/", "{number}", OF_THE_CASE),
    "cases/<number>/trail/": Route("cases/{number}/trail/", '"dispatch"', OF_THE_CASE),
    "cases/<number>/add_evidence/": Route("cases/{number}/add_evidence/", "-", NOBODY),
    "cases/<number>/<act>/": Route("cases/{number}/close/", "-", NOBODY),
    "tasks/": Route("tasks/", "{number}", DESK | {"di"}),
    "tasks/<pk>/": Route("tasks/{task}/", "{number}", DESK),
    "tasks/<pk>/visit/": Route("tasks/{task}/visit/", "-", NOBODY),
    "visits/": Route("visits/", "灯杆倾斜", OF_THE_CASE),
    "visits/<pk>/": Route("visits/{visit}/", "灯杆倾斜", OF_THE_CASE),
    "extensions/": Route("extensions/", "等待灯具到货", OF_THE_CASE),
    "extensions/<pk>/": Route("extensions/{extension}/", "等待灯具到货", OF_THE_CASE),
    "parkings/": Route("parkings/", "冬季不宜施工", OF_THE_CASE),
    "parkings/<pk>/": Route("parkings/{parking}/", "冬季不宜施工", OF_THE_CASE),
    "emergencies/": Route("emergencies/", "{emergency_title}", OF_THE_WARD),
    "emergencies/<pk>/": Route("emergencies/{emergency}/", "{emergency_title}", OF_THE_WARD),
    "emergencies/<pk>/lift/": Route("emergencies/{emergency}/lift/", "-", NOBODY),
    "desk/figures/": Route("desk/figures/", '"same_day_look"', frozenset({"ada", "lu"})),
    "reminders/": Route("reminders/", "提醒〔", OF_THE_CASE | {"fu"}),
    "reminders/<pk>/": Route("reminders/{reminder}/", "提醒〔", OF_THE_CASE),
    "supervisions/": Route("supervisions/", "群众反映强烈", OF_THE_CASE),
    "supervisions/<pk>/": Route("supervisions/{supervision}/", "群众反映强烈", OF_THE_CASE),
    "reworks/": Route("reworks/", "灯仍不亮", OF_THE_CASE),
    "reworks/<pk>/": Route("reworks/{rework}/", "灯仍不亮", OF_THE_CASE),
    "reworks/causes/": Route("reworks/causes/", "not_solved", OF_THE_CASE),
    "exclusions/": Route("exclusions/", "超出职责", OF_THE_CASE),
    "exclusions/<pk>/": Route("exclusions/{exclusion}/", "超出职责", OF_THE_CASE),
    "returns/": Route("returns/", "{argued}", OF_THE_CASE | {"fu"}),
    "returns/<pk>/": Route("returns/{return}/", "不归我们管", OF_THE_CASE | {"fu"}),
    "transfers/": Route("transfers/", "{argued}", OF_THE_CASE | {"fu"}),
    "transfers/<pk>/": Route("transfers/{transfer}/", "请住建委接手", OF_THE_CASE | {"fu"}),
    "disputes/": Route("disputes/", "{argued}", OF_THE_CASE | {"fu"}),
    "disputes/<pk>/": Route("disputes/{dispute}/", "{argued}", OF_THE_CASE | {"fu"}),
    "cases/<number>/sweep/": Route("cases/{number}/sweep/", "SWEPT-2", OF_THE_CASE),
    "cases/<number>/sweep/batch/": Route("cases/{number}/sweep/batch/", "-", NOBODY),
    "cases/<number>/receivers/": Route(
        "cases/{number}/receivers/?to=LAMP", '"receivers"', OF_THE_CASE
    ),
    "marked-cases/": Route("marked-cases/", "{argued}", OF_THE_CASE | {"fu"}),
    "marked-cases/<number>/": Route("marked-cases/{argued}/", "{argued}", OF_THE_CASE | {"fu"}),
    "undertakings/": Route("undertakings/", "更换灯具", OF_THE_CASE),
    "undertakings/<pk>/": Route("undertakings/{undertaking}/", "更换灯具", OF_THE_CASE),
    "undertakings/counts/": Route("undertakings/counts/", '"instruction"', OF_THE_CASE),
    "undertakings/<pk>/<act>/": Route("undertakings/{undertaking}/settle/", "-", NOBODY),
    "meetings/": Route("meetings/", "{number} 会商", OF_THE_CASE),
    "meetings/<pk>/": Route("meetings/{meeting}/", "{number} 会商", OF_THE_CASE),
    "meetings/batches/": Route("meetings/batches/", '"batch":1,', frozenset({"ada", "lu"})),
    "meetings/<pk>/<act>/": Route("meetings/{meeting}/cancel/", "-", NOBODY),
    "shifts/": Route("shifts/", "夜班已交", frozenset({"ada", "lu"})),
    "shifts/<pk>/": Route("shifts/{shift}/", "夜班已交", frozenset({"ada", "lu"})),
    "shifts/<pk>/<act>/": Route("shifts/{shift}/take/", "-", NOBODY),
    "duty-turns/": Route("duty-turns/", "赵值班", OF_THE_WARD),
    "duty-turns/<pk>/": Route("duty-turns/{turn}/", "赵值班", OF_THE_WARD),
    "duty-turns/<pk>/withdraw/": Route("duty-turns/{turn}/withdraw/", "-", NOBODY),
    "duty-gaps/": Route("duty-gaps/", "路灯管理处", OF_THE_WARD),
    "duty-gaps/<code>/": Route("duty-gaps/LAMP/", "路灯管理处", OF_THE_WARD),
    "advance-costs/": Route("advance-costs/", "临时照明", OF_THE_CASE),
    "advance-costs/<pk>/": Route("advance-costs/{cost}/", "临时照明", OF_THE_CASE),
    "advance-costs/<pk>/<act>/": Route("advance-costs/{cost}/waive/", "-", NOBODY),
    "ground-faults/<pk>/<act>/": Route("ground-faults/1/close/", "-", NOBODY),
    "change-sets/": Route("change-sets/", "{change_set}", OF_THE_WARD),
    "change-sets/<number>/": Route("change-sets/{change_set}/", "in.geojson", OF_THE_WARD),
    "change-sets/<number>/impact/": Route(
        "change-sets/{change_set}/impact/?kind=cases", "{number}", OF_THE_CASE
    ),
    "change-sets/<number>/impact.csv": Route(
        "change-sets/{change_set}/impact.csv?kind=cases", "{number}", OF_THE_CASE
    ),
    "change-sets/<number>/impact.geojson": Route(
        "change-sets/{change_set}/impact.geojson?kind=cases", "{number}", OF_THE_CASE
    ),
    "change-sets/<number>/items/": Route("change-sets/{change_set}/items/", "-", NOBODY),
    "change-sets/<number>/items/<item>/": Route("change-sets/{change_set}/items/1/", "-", NOBODY),
    "change-sets/<number>/<act>/": Route("change-sets/{change_set}/publish/", "-", NOBODY),
    "messages/": Route("messages/", "{number}", frozenset({"ada", "lu"})),
    "messages/<pk>/": Route("messages/{message}/", "{number}", frozenset({"ada", "lu"})),
    "messages/<pk>/resend/": Route("messages/{message}/resend/", "-", NOBODY),
    "catalogue/drafts/": Route("catalogue/drafts/", "{draft}", OF_THE_WARD),
    "catalogue/drafts/<number>/": Route("catalogue/drafts/{draft}/", "{draft}", OF_THE_WARD),
    "catalogue/drafts/<number>/duties/": Route(
        "catalogue/drafts/{draft}/duties/", "城市照明管理规定", OF_THE_WARD
    ),
    "catalogue/drafts/<number>/duties/<pk>/": Route(
        "catalogue/drafts/{draft}/duties/1/", "-", NOBODY
    ),
    "catalogue/drafts/<number>/review/": Route("catalogue/drafts/{draft}/review/", "-", NOBODY),
    "catalogue/drafts/<number>/effective/": Route(
        "catalogue/drafts/{draft}/effective/", "-", NOBODY
    ),
    "notices/": Route("notices/", "桐峰路移交城管", frozenset({"di", "lu", "su"})),
    "notices/<pk>/": Route("notices/{notice}/", "桐峰路移交城管", frozenset({"di"})),
    "notices/<pk>/read/": Route("notices/{notice}/read/", "-", NOBODY),
    "knowledge/<pk>/answer/": Route("knowledge/{knowledge}/answer/", "-", NOBODY),
    "knowledge/<pk>/<act>/": Route("knowledge/{knowledge}/withdraw/", "-", NOBODY),
    "evidence/": Route("evidence/", "{sha256}", OF_THE_CASE),
    "evidence/<pk>/": Route("evidence/{evidence}/", "{sha256}", OF_THE_CASE),
    "sync/blobs/<sha256>": Route("sync/blobs/{sha256}", "-", NOBODY),
    "sync/operations/<operation>": Route(
        "sync/operations/00000000-0000-4000-8000-000000000001", "-", NOBODY
    ),
}
ACTS = {route for route, row in WORK.items() if row.words == "-"}
# No subject that could be hidden: who may is shown in tests/inspections/requests.
SEARCHES = {"requests/by_phone/"}
DELETED = {
    "change-sets/<number>/items/<item>/",
    "catalogue/drafts/<number>/duties/<pk>/",
}  # takes no POST
PUBLIC = {"schema/"}  # the description of the API, which holds no data
STREAMS = {"live/"}  # answered by the hub: who hears what is shown in tests/maps/live


def _routes(patterns: Any, prefix: str = "/") -> Iterator[str]:
    for pattern in patterns:
        path = prefix + simplify_regex(str(pattern.pattern)).lstrip("/")
        if isinstance(pattern, URLPattern):
            yield re.sub(r"<\w+:", "<", path)
        else:
            yield from _routes(pattern.url_patterns, path)


def all_routes() -> set[str]:
    """Every route under the prefix, without it."""
    found = _routes(get_resolver().url_patterns)
    return {path.removeprefix(PREFIX) for path in found if path.startswith(PREFIX)}


@pytest.fixture
def cast(ada: User, bo: User, cy: User, stranger: User) -> dict[str, APIClient]:
    """The cast, by name, and everything that could leak."""
    made: Everything = everything()
    record_act(actor=ada, act="grant_role", subject=ada, reason="to the desk")
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # the trail is numbered at commit
    eve = factories.member("eve", Role.AUDITOR, made.bureau)
    people = [ada, bo, cy, eve, stranger]
    return {person.username: client_of(person) for person in people}


@pytest.fixture
def ward_cast(evidence_folder: None, stranger: User) -> tuple[dict[str, APIClient], dict[str, Any]]:
    """The ward's people, by name, and what of its one case an address can name."""
    ward = ward_here()
    case = case_in(ward, "handled")
    evidence = prove(ward, case)
    told = {
        "number": case.number,
        "request": case.requests.get().code,
        "task": case.tasks.get(status="open").pk,
        "evidence": evidence.pk,
        "sha256": evidence.file_id,
        "lon": ward.lonlat(250, 250)[0],
        "lat": ward.lonlat(250, 250)[1],
    }
    told["visit"] = visit(ward, case, note="灯杆倾斜").pk
    told["undertaking"] = instruct(ward, case).pk
    told |= met(ward, case)
    alike = [ground.facility(f"SWEPT-{n}", "0118", Point(n, n), ward.version) for n in (1, 2)]
    Case.objects.filter(pk=case.pk).update(facility=alike[0])
    argued = argue(ward, case_in(ward, "accepted", text="另一处"))
    told |= {
        "argued": argued.number,
        "return": argued.returns.get().pk,
        "transfer": argued.transfers.get().pk,
        "dispute": argued.disputes.get().pk,
    }
    again = call_back(
        case_in(ward, "checked"), actor=ward.ada, said=Said(rating=Rating.DISSATISFIED)
    )
    ask_exclusion(again, actor=ward.ada, cause=Cause.UNREASONABLE, reason="超出职责")
    rework_case(again, actor=ward.ada, reason="灯仍不亮", cause=Cause.NOT_SOLVED)
    told |= {"rework": again.reworks.get().pk, "exclusion": again.exclusions.get().pk}
    timed = put_off(ward, case_in(ward, "accepted", text="又一处"))
    supervise_case(timed, actor=ward.lu, reason="群众反映强烈")
    issue_reminders(timezone.now() + timedelta(days=9), actor=ward.ada)
    told |= {
        "extension": timed.extensions.get().pk,
        "parking": timed.parkings.get().pk,
        "supervision": timed.supervisions.get().pk,
        "emergency": declare_emergency(actor=ward.lu, title="暴雨应急", reason="暴雨红色预警").pk,
        "emergency_title": "暴雨应急",
        "reminder": timed.reminders.earliest("id").pk,
    }
    change_set = preview_change_set(drafted(ward.ada, organization="URBAN"), actor=ward.ada)
    told["change_set"] = change_set.number
    publish_change_set(change_set, actor=factories.member("pi", Role.LEADER, ward.bodies["centre"]))
    draft = begin_draft(actor=ward.ada, title="第二版")
    write_line(draft, actor=ward.ada, category=ward.lamps, stated={})
    told["draft"] = draft.change_set.number
    entry = draft_entry(actor=ward.ada, stated={"question": "灯何时修", "answer": "修好为止"})
    told["knowledge"] = entry.pk
    told["waiting"] = enquiry(ward, "路灯几点亮？").code
    told |= gathered(ward)
    told["notice"] = Notice.objects.get(organization=ward.bodies["lamp"]).pk
    order = order_for(case, "U-77")
    told |= {"order": order.pk, "upstream_report": order.reports.get().pk}
    queue_all()
    told["message"] = Message.objects.filter(case__number=case.number).order_by("-id")[0].pk
    people = [*ward.people.values(), stranger]
    return {person.username: client_of(person) for person in people}, told


def test_every_route_has_its_row() -> None:
    assert all_routes() - PUBLIC - STREAMS == set(ROUTES) | set(WORK)


def test_without_an_account_every_method_is_refused() -> None:
    anything: dict[str, object] = defaultdict(lambda: 1, sha256="0" * 64, lon=109, lat=31)
    for route, row in (ROUTES | WORK).items():
        for method in METHODS:
            answer = getattr(APIClient(), method)(PREFIX + row.asked.format_map(anything))
            assert answer.status_code == 401, (method, route)
            assert answer["Content-Type"] == "application/problem+json"
            assert answer["WWW-Authenticate"] == "Bearer"


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize("token", ["", "no-such-token", "密码"])
def test_a_wrong_token_is_refused_without_a_word_more(token: str) -> None:
    headers = {"Authorization": f"Bearer {token}".encode().decode("latin-1")}
    answer = APIClient().get(f"{PREFIX}areas/", headers=headers)
    assert answer.status_code == 401


def test_each_sees_what_is_theirs_and_no_more(cast: dict[str, APIClient]) -> None:
    assert seeing(ROUTES, cast, {}) == {route: row.seen_by for route, row in ROUTES.items()}


def seeing(
    routes: dict[str, Route], cast: dict[str, APIClient], told: dict[str, Any]
) -> dict[str, set[str]]:
    """For each route, who of the cast is shown the words that give the thing away."""
    found: dict[str, set[str]] = {route: set() for route in routes}
    for route, row in routes.items():
        for name, client in cast.items():
            answer = client.get(PREFIX + row.asked.format(**told))
            shown = answer.getvalue().decode()
            assert answer.status_code in {200, 403, 404}, (route, name, shown)
            if row.words.format(**told) in shown:
                found[route].add(name)
    return found


def test_what_one_may_not_see_does_not_exist(cast: dict[str, APIClient]) -> None:
    """The answer is the same, to the letter, as for a thing that is not there."""
    for row in (row for route, row in ROUTES.items() if "<" in route):
        missing = re.sub(r"/[^/]+/$", "/no-such-thing/", row.asked.partition("?")[0])
        for name in set(cast) - row.seen_by:
            there, nowhere = (cast[name].get(PREFIX + asked) for asked in (row.asked, missing))
            assert (there.status_code, there.content) == (404, nowhere.content)


def test_each_sees_the_cases_that_are_theirs_and_no_more(
    ward_cast: tuple[dict[str, APIClient], dict[str, Any]],
) -> None:
    cast, told = ward_cast
    read = {route: row for route, row in WORK.items() if route not in ACTS}
    assert seeing(read, cast, told) == {route: row.seen_by for route, row in read.items()}


def test_acts_upon_what_one_may_not_see_say_that_it_does_not_exist(
    ward_cast: tuple[dict[str, APIClient], dict[str, Any]],
) -> None:
    cast, told = ward_cast
    nowhere = told | {
        "number": "no-such-case",
        "request": "no-such-request",
        "task": 10**9,
        "evidence": 10**9,
        "change_set": "no-such-change-set",
        "draft": "no-such-change-set",
        "notice": 10**9,
        "knowledge": 10**9,
        **dict.fromkeys(("undertaking", "meeting", "shift", "turn", "cost", "emergency"), 10**9),
        "gathering": 10**9,
    }
    for route in (route for route in ACTS - SEARCHES - DELETED if not route.startswith("sync")):
        for_all = route.startswith(
            ("change-sets", "knowledge", "catalogue", "duty-turns", "emergencies")
        )
        hidden_from = set(cast) - (OF_THE_WARD if for_all else OF_THE_CASE)
        hidden_from -= {"di"}  # whose body has a notice
        for name in hidden_from:
            for where in (told, nowhere):
                asked = PREFIX + WORK[route].asked.format(**where)
                answer = cast[name].post(asked, {}, format="json")
                assert answer.status_code == 404, (name, answer.content)
