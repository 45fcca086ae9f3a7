"""Changes that begin to hold on a later day: previewed for that day, and cases re-decided when it comes."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from core.models import AuditEntry
from grid.organizations.models import Role
from inspections.cases.models import Case, CaseVerdict
from inspections.changes.models import ChangeSet, ImpactRow
from inspections.changes.use_cases import (
    draft_change_set,
    preview_change_set,
    publish_change_set,
    redecide_turned_cases,
)
from inspections.messages.models import Notice
from tests import factories
from tests.conftest import client_of
from tests.inspections.changes.conftest import owned, put
from tests.inspections.conftest import Ward, case_in

pytestmark = pytest.mark.django_db
CITY = ZoneInfo("Asia/Shanghai")


def day_in(days: int) -> str:
    return (timezone.now().astimezone(CITY) + timedelta(days=days)).date().isoformat()


def midnight(day: str) -> datetime:
    return datetime.fromisoformat(day).replace(tzinfo=CITY)


def due_on(street: Ward, day: str, **more: Any) -> ChangeSet:
    change_set = draft_change_set(actor=street.ada, title="下月移交")
    put(change_set, street.ada, "ownership", owned("own-new", "URBAN", valid_from=day, **more))
    return preview_change_set(change_set, actor=street.ada)


def publish(street: Ward, change_set: ChangeSet) -> None:
    eli = factories.member("eli", Role.DISPATCHER, street.bodies["centre"])
    publish_change_set(change_set, actor=eli)


def mark_of(case: Case) -> tuple[str | None, str | None]:
    marks = Case.objects.values_list("ground_changed_from__code", "ground_changed_to__code")
    mark: tuple[str | None, str | None] = marks.get(pk=case.pk)
    return mark


def test_what_begins_later_is_previewed_for_its_day(street: Ward) -> None:
    case = case_in(street, "dispatched")
    day = day_in(30)
    done = due_on(street, day)
    moved = ImpactRow.objects.order_by("kind", "code").values_list("code", "from_code", "to_code")
    assert list(moved) == [
        (case.number, "HOUSING", "URBAN"),
        *((f"lamp-{n}", "HOUSING", "URBAN") for n in range(3)),
    ]
    shown = client_of(street.ada).get(f"/api/v1/change-sets/{done.number}/").json()["impact"]
    assert datetime.fromisoformat(shown["at"]) == midnight(day)


def test_what_is_stated_for_a_time_is_previewed_for_now(street: Ward) -> None:
    """After that time the old row holds again: a row that begins ahead, and changes nothing."""
    change_set = draft_change_set(actor=street.ada, title="长期")
    put(change_set, street.ada, "ownership", owned("own-new", "URBAN"))
    publish(street, preview_change_set(change_set, actor=street.ada))
    lent = draft_change_set(actor=street.ada, title="暂管")
    put(lent, street.ada, "ownership", owned("own-new", "WATCH", valid_to=day_in(30)))
    done = preview_change_set(lent, actor=street.ada)
    assert done.impact is not None
    assert done.impact["at"] == done.impact["computed_at"]
    assert done.impact["facilities"] == 3


def test_what_holds_already_is_previewed_for_now(street: Ward) -> None:
    done = due_on(street, day_in(-30), valid_to=day_in(30))
    assert done.impact is not None
    assert done.impact["at"] == done.impact["computed_at"]
    assert done.impact["facilities"] == 3


def test_cases_are_marked_when_the_day_comes_and_not_before(street: Ward) -> None:
    case = case_in(street, "dispatched")
    day = day_in(30)
    publish(street, due_on(street, day))
    assert mark_of(case) == (None, None)
    told = Notice.objects.get(organization__code="URBAN")
    assert told.told["from_day"] == day
    before, after = midnight(day) - timedelta(hours=1), midnight(day) + timedelta(minutes=2)
    assert redecide_turned_cases(actor=street.ada, now=before) == 0
    assert redecide_turned_cases(actor=street.ada, now=after) == 1
    assert mark_of(case) == ("HOUSING", "URBAN")
    assert redecide_turned_cases(actor=street.ada, now=after + timedelta(hours=1)) == 0
    acts = CaseVerdict.objects.filter(case=case).order_by("id").values_list("act", flat=True)
    assert list(acts) == ["file", "redecide"]
    assert AuditEntry.objects.get(act="redecide").details["to"] == "URBAN"
    turned = Notice.objects.filter(kind="ground_turned").order_by("organization__code")
    assert [(n.organization.code, n.told["gained"], n.told["lost"]) for n in turned] == [
        ("HOUSING", {}, {"cases": 1}),
        ("URBAN", {"cases": 1}, {}),
    ]


def test_a_case_is_marked_when_a_row_ends(street: Ward) -> None:
    day = day_in(30)
    publish(street, due_on(street, day_in(-30), valid_to=day))
    case = case_in(street, "dispatched")
    assert redecide_turned_cases(actor=street.ada, now=midnight(day).astimezone(UTC)) == 1
    assert mark_of(case) == ("URBAN", "HOUSING")


def test_notices_say_from_which_day(street: Ward) -> None:
    case_in(street, "dispatched")
    day = day_in(30)
    publish(street, due_on(street, day))
    redecide_turned_cases(actor=street.ada, now=midnight(day))
    su = client_of(street.people["su"])
    later, first = su.get("/api/v1/notices/").json()["results"]
    assert f"自 {day} 起" in first["words"]["zh-Hans"]
    assert f"from {day} on" in first["words"]["en"]
    assert later["change_set"] is None
    assert later["words"]["zh-Hans"].startswith("底图有记录到期生效或失效")
