"""The catalogue is edited by hand: drafted, reviewed by the law, previewed, published by a second person."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core.errors import NotPermitted
from core.models import User
from grid.catalogue.models import CatalogueEdition, Duty
from grid.catalogue.queries import duties_read, reading_now
from grid.organizations.models import Role
from inspections.cases.use_cases import dispatch_case, file_case
from inspections.cases.workflow import DutyNotReviewed
from inspections.changes.catalogue.models import DraftLine, EditionDraft
from inspections.changes.catalogue.use_cases import (
    DutiesNotWhole,
    LimitTwice,
    ReviewedByItsAuthor,
    begin_draft,
    remove_line,
    review_lines,
    write_line,
)
from inspections.changes.models import ChangeSetState
from inspections.changes.use_cases import preview_change_set, publish_change_set
from inspections.changes.workflow import NothingInIt, SecondPersonNeeded
from tests import factories
from tests.conftest import client_of
from tests.inspections.conftest import Ward, case_in, report

pytestmark = pytest.mark.django_db
BASE = "/api/v1/catalogue/"
WHOLE = {
    "legal_basis": "《城市照明管理规定》第二十二条",
    "standard": "修复后当晚亮灯",
    "limits": [{"resolve_by": "3wd"}, {"urgency": "urgent", "resolve_by": "2h"}],
}


@pytest.fixture
def eli(ward: Ward) -> User:
    """Eli leads the centre: a second person."""
    return factories.member("eli", Role.LEADER, ward.bodies["centre"])


def drafted(ward: Ward, **stated: Any) -> EditionDraft:
    """A draft in which Ada shortened what lamps are given."""
    draft = begin_draft(actor=ward.ada, title="时限压缩", effective_on=timezone.now().date())
    write_line(draft, actor=ward.ada, category=ward.lamps, stated=WHOLE | stated)
    return draft


def published(draft: EditionDraft, ward: Ward, second: User) -> None:
    """Reviewed by Lu, previewed by Ada, published by the second person."""
    review_lines(draft, actor=ward.lu)
    change_set = preview_change_set(draft.change_set, actor=ward.ada)
    publish_change_set(change_set, actor=second)


def limits_now(ward: Ward) -> list[tuple[str, str]]:
    """What lamps are given now."""
    duty = duties_read(reading_now()).get(category=ward.lamps)
    return sorted(duty.limits.values_list("urgency", "resolve_by"))


@pytest.mark.mission("P8", "B6")
def test_a_shorter_limit_is_published_and_an_old_case_keeps_the_old_one(
    ward: Ward, eli: User
) -> None:
    old = case_in(ward, "filed")
    promised = old.resolve_by
    draft = drafted(ward)
    assert limits_now(ward) == [("", "5wd"), ("urgent", "4h")]
    published(draft, ward, eli)
    assert limits_now(ward) == [("", "3wd"), ("urgent", "2h")]
    new = file_case(report(ward), actor=ward.ada)
    old.refresh_from_db()
    assert old.edition
    assert new.edition
    assert old.duty
    assert new.duty
    assert (old.resolve_by, old.duty.limits.get(urgency="").resolve_by) == (promised, "5wd")
    assert new.duty.limits.get(urgency="").resolve_by == "3wd"
    assert (old.edition.number, new.edition.number) == (1, 2)
    draft.refresh_from_db()
    assert draft.edition == new.edition
    assert not CatalogueEdition.objects.filter(status="draft").exists()
    told = client_of(ward.bo).get(f"{BASE}differences/?from={old.edition.number}").json()
    assert told["counts"] == {"added": 0, "removed": 0, "changed": 1}
    (one,) = told["results"]
    shorter = [(c["urgency"], c["from"], c["to"], c["shorter"]) for c in one["limits"] if c["clock"] == "resolve_by"]  # fmt: skip
    assert shorter == [("", "5wd", "3wd", True), ("urgent", "4h", "2h", True)]
    assert "legal_basis" in {change["field"] for change in one["changes"]}
    same = client_of(ward.bo).get(f"{BASE}differences/?from={new.edition.number}").json()
    assert same["results"] == []


@pytest.mark.mission("P6", "P7")
def test_a_line_that_lacks_something_is_named_with_what_it_lacks(ward: Ward, eli: User) -> None:
    draft = drafted(ward, standard=" ", limits=[{"respond_by": "2h"}])
    write_line(draft, actor=ward.ada, category=ward.bins, stated=WHOLE)
    with pytest.raises(DutiesNotWhole) as refused:
        preview_change_set(draft.change_set, actor=ward.ada)
    told = [(row["category"], row["missing"]) for row in refused.value.details["rows"]]
    assert told == [("0118", ["standard", "resolve_by", "review"]), ("0305", ["review"])]
    assert "0118" in refused.value.message_zh or "类0118" in refused.value.message_zh
    review_lines(draft, actor=ward.lu)
    with pytest.raises(DutiesNotWhole):  # reviewed, and still not whole
        preview_change_set(draft.change_set, actor=ward.ada)
    write_line(draft, actor=ward.ada, category=ward.lamps, stated=WHOLE)
    assert DraftLine.objects.get(duty__category=ward.lamps).duty.reviewed_on is None  # anew
    published(draft, ward, eli)
    assert Duty.objects.current().filter(category=ward.bins).exists()


@pytest.mark.mission("P7")
def test_a_duty_that_nobody_of_the_law_has_read_sends_nobody(ward: Ward, eli: User) -> None:
    """However it came into the catalogue."""
    unread = {"reviewed_by": "", "reviewed_on": None}
    Duty.objects.filter(category=ward.lamps).update(**unread)
    case, urgent = case_in(ward, "filed"), report(ward)
    urgent = file_case(urgent, actor=ward.ada, urgency="urgent")
    client = client_of(ward.ada)
    refused = client.post(f"/api/v1/cases/{case.number}/dispatch/", {}, format="json")
    assert (refused.status_code, refused.json()["code"]) == (409, "duty_not_reviewed")
    assert "法制审核" in refused.json()["detail"]
    with pytest.raises(DutyNotReviewed):
        dispatch_case(case, actor=ward.ada, to=ward.bodies["urban"], reason="先派")
    assert dispatch_case(urgent, actor=ward.ada, reason="灯杆将倒").state == "dispatched"
    published(drafted(ward), ward, eli)  # it has been read by now
    assert dispatch_case(case, actor=ward.ada).state == "dispatched"


@pytest.mark.mission("P7")
def test_the_law_is_reviewed_by_another_and_may_go_back(
    ward: Ward, eli: User, settings: Any
) -> None:
    draft = drafted(ward)
    with pytest.raises(NotPermitted):
        review_lines(draft, actor=ward.ada)
    line = DraftLine.objects.get()
    assert review_lines(draft, actor=ward.lu, duties=[line.duty_id], remark="条款已修订") == 1
    line.refresh_from_db()
    assert (line.remark, line.duty.reviewed_on) == ("条款已修订", None)
    settings.LEGAL_REVIEW_BODY = "C001"
    with pytest.raises(NotPermitted):
        review_lines(draft, actor=ward.lu)  # of another body
    assert review_lines(draft, actor=eli) == 1
    line.refresh_from_db()
    line.duty.refresh_from_db()
    assert (line.remark, line.duty.reviewed_by) == ("", "eli")
    lea = factories.member("lea", Role.LEADER, ward.bodies["centre"])
    factories.member("lea2", Role.DISPATCHER, ward.bodies["centre"])
    lea.memberships.create(role=Role.DISPATCHER, organization=ward.bodies["centre"])
    write_line(draft, actor=lea, category=ward.bins, stated=WHOLE)
    with pytest.raises(ReviewedByItsAuthor):
        review_lines(draft, actor=lea)


def test_who_wrote_a_line_does_not_publish_it(ward: Ward, eli: User) -> None:
    draft = begin_draft(actor=ward.ada, title="新版")
    both = factories.member("both", Role.DISPATCHER, ward.bodies["centre"])
    write_line(draft, actor=both, category=ward.lamps, stated=WHOLE)
    review_lines(draft, actor=ward.lu)
    change_set = preview_change_set(draft.change_set, actor=ward.ada)
    for who in (both, ward.ada):
        with pytest.raises(SecondPersonNeeded):
            publish_change_set(change_set, actor=who)
    assert publish_change_set(change_set, actor=eli).state == ChangeSetState.PUBLISHED


def test_an_edit_after_the_preview_needs_another_preview(ward: Ward, eli: User) -> None:
    draft = drafted(ward)
    review_lines(draft, actor=ward.lu)
    preview_change_set(draft.change_set, actor=ward.ada)
    assert draft.change_set.items.count() == 1
    draft.refresh_from_db()
    write_line(
        draft, actor=ward.ada, category=ward.lamps, stated={"limits": [{"resolve_by": "1wd"}]}
    )
    assert (draft.change_set.state, draft.change_set.items.count()) == ("draft", 0)
    published(draft, ward, eli)
    assert limits_now(ward) == [("", "1wd")]


def test_a_duty_ends_with_the_edition(ward: Ward, eli: User) -> None:
    draft = begin_draft(actor=ward.ada, title="停用", effective_on=timezone.now().date())
    write_line(draft, actor=ward.ada, category=ward.lamps, stated={}, ends=True)
    published(draft, ward, eli)
    assert not duties_read(reading_now()).filter(category=ward.lamps).exists()
    yesterday = timezone.now() - timedelta(days=2)
    assert Duty.objects.current().in_force(yesterday).filter(category=ward.lamps).exists()


def test_an_edition_of_tomorrow_holds_tomorrow(ward: Ward, eli: User) -> None:
    draft = begin_draft(
        actor=ward.ada, title="下月起", effective_on=timezone.now().date() + timedelta(days=30)
    )
    write_line(draft, actor=ward.ada, category=ward.lamps, stated=WHOLE)
    published(draft, ward, eli)
    assert limits_now(ward) == [("", "5wd"), ("urgent", "4h")]
    ahead = Duty.objects.current().in_force(timezone.now() + timedelta(days=40))
    assert ahead.get(category=ward.lamps).limits.get(urgency="").resolve_by == "3wd"
    (newest,) = client_of(ward.bo).get(f"{BASE}editions/?limit=1").json()["results"]
    assert newest["brought"] >= 1
    told = client_of(ward.bo).get(f"{BASE}differences/?from=1&to={newest['number']}").json()
    assert told["counts"]["changed"] == 1  # as it will be on the day it begins


@pytest.mark.mission("P17")
def test_severity_gives_the_limit_where_none_is_stated(ward: Ward, eli: User) -> None:
    draft = drafted(ward, severity="major", limits=[{"respond_by": "2h"}])
    published(draft, ward, eli)
    assert limits_now(ward) == [("", "1wd")]


def test_lines_are_taken_out_and_an_empty_draft_is_not_previewed(ward: Ward) -> None:
    draft = drafted(ward)
    with pytest.raises(LimitTwice):
        write_line(
            draft,
            actor=ward.ada,
            category=ward.lamps,
            stated={"limits": [{}, {"resolve_by": "1wd"}]},
        )
    remove_line(draft, actor=ward.ada, duty=DraftLine.objects.get().duty_id)
    assert not Duty.objects.filter(edition=draft.edition).exists()
    with pytest.raises(NothingInIt):
        preview_change_set(draft.change_set, actor=ward.ada)


def test_over_http_from_the_draft_to_the_edition(ward: Ward, eli: User) -> None:
    ada, lu = client_of(ward.ada), client_of(ward.lu)
    begun = ada.post(
        f"{BASE}drafts/", {"title": "第二版", "effective_on": "2026-01-01"}, format="json"
    )
    assert begun.status_code == 201, begun.json()
    number = begun.json()["number"]
    address = f"{BASE}drafts/{number}/"
    stated = {"category": "0118", "organization": "URBAN", "base_version": begun.json()["version"]}
    written = ada.post(f"{address}duties/", stated, format="json").json()
    assert written["change"] == "changed"
    (change,) = written["changes"]
    assert (change["field"], change["from"]["code"], change["to"]["code"]) == (
        "organization", "LAMP", "URBAN",
    )  # fmt: skip
    assert written["missing"] == ["standard", "review"]
    raced = ada.post(f"{address}duties/", stated, format="json")
    assert (raced.status_code, raced.json()["code"]) == (409, "lost_race")
    wrong = ada.post(f"{address}duties/", {"category": "0118", "limits": [{"resolve_by": "三天"}]}, format="json")  # fmt: skip
    assert (wrong.status_code, wrong.json()["code"]) == (400, "bad_limit")
    refused = ada.post(f"/api/v1/change-sets/{number}/preview/", {}, format="json")
    assert (refused.status_code, refused.json()["code"]) == (409, "duties_not_whole")
    ada.post(f"{address}duties/", {"category": "0118", "standard": "亮"}, format="json")
    whole = lu.post(f"{address}review/", {}, format="json").json()
    assert (whole["incomplete"], whole["unreviewed"], whole["lines"]) == (0, 0, 1)
    assert ada.post(f"/api/v1/change-sets/{number}/preview/", {}, format="json").status_code == 201
    acts = {one["act"] for one in ada.get(address).json()["available_acts"]}
    assert acts == {"edit_catalogue", "preview", "withdraw"}
    second = client_of(eli).post(f"/api/v1/change-sets/{number}/publish/", {}, format="json")
    assert second.status_code == 201
    done = ada.get(address).json()
    assert (done["state"], done["edition"], done["lines"]) == ("published", 2, 0)
    (duty,) = ada.get(f"{BASE}duties/", {"q": "城管", "category": "0118"}).json()["results"]
    assert (duty["organization"]["code"], duty["catalogue"]["number"]) == ("URBAN", 2)
    found = ada.get(f"{BASE}editions/").json()["results"]
    assert [(e["number"], e["status"]) for e in found] == [(2, "published"), (1, "superseded")]
    assert found[0]["approved_by"] is not None


def test_lists_ask_as_often_for_three_as_for_one(ward: Ward) -> None:
    client = client_of(ward.lu)
    draft = begin_draft(actor=ward.ada, title="新版")
    counts = []
    for scenarios in ([""], ["一", "二"]):
        for scenario in scenarios:
            write_line(draft, actor=ward.ada, category=ward.lamps, scenario=scenario, stated=WHOLE)
        row = []
        for address in (
            f"drafts/{draft.change_set.number}/duties/",
            "duties/",
            "editions/",
            "drafts/",
        ):
            with CaptureQueriesContext(connection) as queries:
                assert client.get(BASE + address).status_code == 200
            row.append(len(queries))
        counts.append(row)
    assert counts[0] == counts[1]
