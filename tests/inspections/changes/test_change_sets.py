"""A change set: drafted, previewed without a trace, published by a second person; open cases marked."""

from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from core.errors import DomainError, NotPermitted
from core.models import AuditEntry, OutboxEvent, User
from grid.ground.models import GroundVersion
from grid.ground.queries import newest_version
from grid.jurisdiction.asking import facility_of
from grid.jurisdiction.impact import find_changes
from grid.jurisdiction.impact_queries import CANDIDATES, CHANGES
from grid.jurisdiction.use_cases import decide
from grid.organizations.models import Role
from grid.ownership.models import OwnershipArea
from inspections.cases.models import Case, CaseVerdict
from inspections.cases.use_cases import keep_body, reassign_case
from inspections.changes.models import ChangeSet, ImpactRow
from inspections.changes.use_cases import (
    RowsRejected,
    draft_change_set,
    preview_change_set,
    publish_change_set,
    redecide_late_cases,
    remove_item,
    withdraw_change_set,
)
from inspections.changes.what_if import as_if_published
from inspections.changes.workflow import ImpactStale, NothingInIt, SecondPersonNeeded
from tests import factories
from tests.inspections.changes.conftest import drafted, owned, put
from tests.inspections.conftest import Ward, case_in

pytestmark = pytest.mark.django_db


def read(change_set: ChangeSet) -> ChangeSet:
    change_set.refresh_from_db()
    return change_set


def told(change_set: ChangeSet) -> dict[str, Any]:
    assert change_set.impact is not None
    impact: dict[str, Any] = change_set.impact
    return impact


def counts(change_set: ChangeSet) -> tuple[int, int]:
    return told(change_set)["facilities"], told(change_set)["cases"]


def maintainer_of(code: str) -> str | None:
    return decide(facility=facility_of(code)).decision.responsible


def second(ward: Ward) -> User:
    """Another dispatcher."""
    return factories.member("eli", Role.DISPATCHER, ward.bodies["centre"])


def test_a_preview_lists_what_changes_hands_and_leaves_no_trace(street: Ward) -> None:
    case = case_in(street, "dispatched")
    change_set = drafted(street.ada)
    item = change_set.items.get()
    assert (item.told["created"], item.told["rejected"]) == (1, [])
    tables: list[Any] = [GroundVersion, OwnershipArea, CaseVerdict, OutboxEvent]
    before = [table.objects.count() for table in tables]
    done = preview_change_set(change_set, actor=street.ada)
    assert done.state == "previewed"
    # The trail and the outbox know of the preview itself, the ground of nothing.
    assert [table.objects.count() for table in tables] == [*before[:3], before[3] + 1]
    moved = ImpactRow.objects.order_by("kind", "code")
    assert [(r.kind, r.code, r.from_code, r.to_code) for r in moved] == [
        ("case", case.number, "HOUSING", "URBAN"),
        ("facility", "lamp-0", "HOUSING", "URBAN"),
        ("facility", "lamp-1", "HOUSING", "URBAN"),
        ("facility", "lamp-2", "HOUSING", "URBAN"),
    ]
    assert {(r.from_outcome, r.to_outcome) for r in moved} == {("presumed", "presumed")}
    assert told(done)["moves"] == [
        {
            "from": {"code": "HOUSING", "name": "住建委"},
            "to": {"code": "URBAN", "name": "城管局"},
            "facilities": 3,
            "cases": 1,
        }
    ]
    assert counts(done) == (3, 1)
    assert maintainer_of("lamp-1") == "HOUSING"


def test_publishing_marks_the_cases_and_moves_none(street: Ward) -> None:
    case = case_in(street, "dispatched")
    lead = case.assignments.get(kind="lead", ended_at__isnull=True)
    former = case.verdict_id
    change_set = preview_change_set(drafted(street.ada), actor=street.ada)
    done = publish_change_set(change_set, actor=second(street))
    assert (done.state, done.published_version_id) == ("published", newest_version())
    assert maintainer_of("lamp-1") == "URBAN"
    case.refresh_from_db()
    assert case.state == "dispatched"
    assert case.assignments.get(kind="lead", ended_at__isnull=True) == lead
    marked = Case.objects.values_list("ground_changed_from__code", "ground_changed_to__code")
    assert marked.get(pk=case.pk) == ("HOUSING", "URBAN")
    acts = list(CaseVerdict.objects.filter(case=case).order_by("id").values_list("act", flat=True))
    assert acts == ["file", "redecide"]
    assert case.verdict_id != former
    entry = AuditEntry.objects.get(act="redecide")
    assert entry.details["change_set"] == change_set.number
    assert (entry.details["from"], entry.details["to"]) == ("HOUSING", "URBAN")
    assert OutboxEvent.objects.filter(kind__in=["changeset_publish", "case_redecide"]).count() == 2


def published_under(street: Ward, state: str = "dispatched") -> Case:
    """A case under which the ground has changed."""
    case = case_in(street, state)
    publish_change_set(
        preview_change_set(drafted(street.ada), actor=street.ada), actor=second(street)
    )
    case.refresh_from_db()
    return case


def test_the_desk_keeps_the_body_or_reassigns_and_the_mark_goes(street: Ward) -> None:
    case = published_under(street)
    kept = keep_body(case, actor=street.ada, reason="已进场维修，修完再移交")
    assert kept.ground_changed_at is None
    assert kept.assignments.get(kind="lead", ended_at__isnull=True).organization.code == "HOUSING"


def test_reassigning_by_the_new_verdict_needs_no_body_named(street: Ward) -> None:
    case = published_under(street)
    sent = reassign_case(case, actor=street.ada, reason="权属已变更")
    assert sent.ground_changed_at is None
    assert sent.assignments.get(kind="lead", ended_at__isnull=True).organization.code == "URBAN"


def test_a_second_change_keeps_the_mark_and_one_back_takes_it_away(street: Ward) -> None:
    case = published_under(street)
    eli = User.objects.get(username="eli")

    def pass_to(body: str) -> tuple[str | None, str | None]:
        change_set = drafted(street.ada, organization=body)
        publish_change_set(preview_change_set(change_set, actor=street.ada), actor=eli)
        marked = Case.objects.values_list("ground_changed_from__code", "ground_changed_to__code")
        found: tuple[str | None, str | None] = marked.get(pk=case.pk)
        return found

    assert pass_to("WATCH") == ("HOUSING", "WATCH")
    assert pass_to("HOUSING") == (None, None)


def test_nobody_publishes_what_they_drafted(street: Ward) -> None:
    eli = second(street)
    change_set = preview_change_set(drafted(street.ada), actor=street.ada)
    with pytest.raises(SecondPersonNeeded):
        publish_change_set(change_set, actor=street.ada)
    put(change_set, eli, "ownership", owned("own-2", "URBAN"))  # who adds to it drafts it too
    preview_change_set(read(change_set), actor=street.ada)
    with pytest.raises(SecondPersonNeeded):
        publish_change_set(read(change_set), actor=eli)
    for name in ("bo", "cy", "di", "su", "vi"):
        with pytest.raises(NotPermitted):
            publish_change_set(change_set, actor=street.people[name])
        with pytest.raises(NotPermitted):
            preview_change_set(change_set, actor=street.people[name])


def test_a_stale_impact_is_refused(street: Ward) -> None:
    first = preview_change_set(drafted(street.ada), actor=street.ada)
    other = preview_change_set(drafted(street.ada, code="own-other"), actor=street.ada)
    eli = second(street)
    publish_change_set(first, actor=eli)
    with pytest.raises(ImpactStale):
        publish_change_set(other, actor=eli)
    again = preview_change_set(read(other), actor=street.ada)
    assert publish_change_set(again, actor=eli).state == "published"


def test_what_is_put_in_after_the_preview_must_be_previewed(street: Ward) -> None:
    change_set = preview_change_set(drafted(street.ada), actor=street.ada)
    put(change_set, street.ada, "ownership", owned("own-2", "URBAN"))
    assert (read(change_set).state, change_set.impact) == ("draft", None)
    assert not ImpactRow.objects.exists()
    with pytest.raises(DomainError):
        publish_change_set(change_set, actor=second(street))


def test_rejected_rows_keep_nothing(street: Ward) -> None:
    change_set = draft_change_set(actor=street.ada, title="有错行")
    with pytest.raises(RowsRejected) as refused:
        put(change_set, street.ada, "ownership", owned("own-new", "无此单位"))
    assert [row["row"] for row in refused.value.details["rows"]] == [1]
    assert read(change_set).items.count() == 0
    good = owned("own-new", "URBAN")
    good["features"] += owned("own-bad", "无此单位")["features"]
    item = put(change_set, street.ada, "ownership", good, keep_good=True)
    assert (item.told["created"], len(item.told["rejected"])) == (1, 1)


def test_items_build_on_each_other_and_may_change_the_same_thing(street: Ward) -> None:
    change_set = draft_change_set(actor=street.ada, title="先建单位再划权属")
    put(change_set, street.ada, "organizations", "code,name,kind,phone\nNEW,新所,department,1\n")
    put(change_set, street.ada, "ownership", owned("own-new", "HOUSING"))
    put(change_set, street.ada, "ownership", owned("own-new", "NEW"))
    done = preview_change_set(read(change_set), actor=street.ada)
    assert [move["to"]["name"] for move in told(done)["moves"]] == ["新所"]
    publish_change_set(done, actor=second(street))
    assert maintainer_of("lamp-0") == "NEW"


def test_an_empty_one_cannot_be_previewed_and_a_withdrawn_one_is_over(street: Ward) -> None:
    change_set = drafted(street.ada)
    remove_item(change_set, actor=street.ada, item=change_set.items.get().pk)
    with pytest.raises(NothingInIt):
        preview_change_set(read(change_set), actor=street.ada)
    withdraw_change_set(change_set, actor=street.ada, reason="不做了")
    with pytest.raises(DomainError):
        put(change_set, street.ada, "ownership", owned("own-2", "URBAN"))


def test_facilities_of_every_kind_of_change_are_found(street: Ward) -> None:
    """Own parties, class, place, a new thing, one that goes, a duty."""
    change_set = draft_change_set(actor=street.ada, title="各类变更")
    lon, lat = street.lonlat(880, 500)
    there = street.lonlat(225, 500)
    put(
        change_set,
        street.ada,
        "facilities",
        "code,category,maintainer,lon,lat\n"
        f"lamp-1,0118,URBAN,{there[0]!r},{there[1]!r}\n"
        f"lamp-new,0118,URBAN,{lon!r},{lat!r}\n",
    )
    preview_change_set(read(change_set), actor=street.ada)
    rows = ImpactRow.objects.order_by("code").values_list("code", "from_code", "to_code")
    assert list(rows) == [("lamp-1", "HOUSING", "URBAN"), ("lamp-new", "", "URBAN")]


def test_what_is_asked_under_a_draft_is_what_publishing_answers(street: Ward) -> None:
    change_set = drafted(street.ada)
    case_in(street, "dispatched")
    with as_if_published(change_set.items.all(), actor=street.ada):
        asked = decide(facility=facility_of("lamp-2")).as_json()
    assert maintainer_of("lamp-2") == "HOUSING"
    publish_change_set(preview_change_set(read(change_set), actor=street.ada), actor=second(street))
    really = decide(facility=facility_of("lamp-2")).as_json()
    assert asked | {"at": really["at"]} == really


def test_a_case_by_a_changed_thing_nearby_is_found(street: Ward) -> None:
    case = case_in(street, "dispatched", at=(227, 500))
    assert case.facility is None
    change_set = draft_change_set(actor=street.ada, title="灯杆改由城管养护")
    lon, lat = street.lonlat(225, 500)
    csv = f"code,category,maintainer,lon,lat\nlamp-1,0118,URBAN,{lon!r},{lat!r}\n"
    put(change_set, street.ada, "facilities", csv)
    done = preview_change_set(read(change_set), actor=street.ada)
    assert counts(done) == (1, 1)


def test_a_case_filed_on_the_former_ground_meanwhile_is_found_afterwards(street: Ward) -> None:
    case = case_in(street, "filed")
    former = case.verdict_id
    publish_change_set(
        preview_change_set(drafted(street.ada), actor=street.ada), actor=second(street)
    )
    # As if its filing had been committed after the publication had looked.
    Case.objects.filter(pk=case.pk).update(verdict=former, ground_changed_at=None)
    now = timezone.now()
    assert redecide_late_cases(actor=street.ada, now=now) == 1
    assert redecide_late_cases(actor=street.ada, now=now) == 0
    case.refresh_from_db()
    assert case.ground_changed_at is not None


def crowd() -> None:
    """Many lamps with a maintainer each, far from the ward and known for long: so much ground that its plans have reason."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO grid_facility (code, scheme) "
            "SELECT 'X' || n, 'local' FROM generate_series(1, 10000) n"
        )
        cursor.execute(
            "INSERT INTO grid_facility_record (facility_id, category_id, name, state, location, "
            "attributes, home_cell_code, valid_during, recorded_during) "
            "SELECT f.id, c.id, '', 'intact', ST_SetSRID(ST_MakePoint("
            "107.8 + random() * 0.4, 30.5 + random() * 0.4), 4326), '{}', '', "
            "tstzrange(NULL, NULL, '()'), int8range(1, NULL, '[)') "
            "FROM grid_facility f, (SELECT id FROM grid_category LIMIT 1) c WHERE f.code LIKE 'X%'"
        )
        cursor.execute(
            "INSERT INTO grid_facility_party (facility_id, role, organization_id, document, "
            "valid_during, recorded_during) SELECT f.id, 'maintainer', o.id, '', "
            "tstzrange(NULL, NULL, '()'), int8range(1, NULL, '[)') "
            "FROM grid_facility f, (SELECT id FROM grid_organization LIMIT 1) o WHERE f.code LIKE 'X%'"
        )
        cursor.execute("ANALYZE grid_facility, grid_facility_record, grid_facility_party")


def test_candidates_are_found_without_reading_all_facilities(street: Ward) -> None:
    crowd()
    with as_if_published(drafted(street.ada).items.all(), actor=street.ada):
        after, now = newest_version(), timezone.now()
        find_changes(after - 1, after, now)
        given: dict[str, Any] = {"before": after - 1, "after": after, "at": now}
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE impact_shape, impact_thing, impact_duty, impact_body")

            def plan_of(statement: str) -> str:
                cursor.execute(f"EXPLAIN {statement}", given)
                return "\n".join(line for (line,) in cursor.fetchall())

            made = [one for one in CHANGES if "CREATE TEMPORARY TABLE" in one]
            asked = [CANDIDATES, *(one.partition(" AS")[2] for one in made)]
            plans = list(map(plan_of, asked))
            large = ("facility", "facility_record", "facility_party")
            assert [t for t in large if any(f"Seq Scan on grid_{t} " in p for p in plans)] == []
            indexes = ("facility_record_since", "party_until")
            assert [i for i in indexes if not any(i in p for p in plans)] == []
            cursor.execute("SET LOCAL enable_seqscan = off")  # the rest of the ward is small
            plans = list(map(plan_of, asked))
    tables = (*large, "upkeep", "handover_effect", "ownership_area")
    assert [t for t in tables if any(f"Seq Scan on grid_{t} " in p for p in plans)] == []


def test_the_trail_is_whole_after_previews(street: Ward) -> None:
    preview_change_set(drafted(street.ada), actor=street.ada)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    seqs = [entry.seq or 0 for entry in AuditEntry.objects.order_by("seq")]
    assert seqs == list(range(seqs[0], seqs[0] + len(seqs)))
