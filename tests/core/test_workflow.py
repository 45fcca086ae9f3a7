"""perform: every refusal, every state and act, one entry and one event for what was done."""

import dataclasses
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import pytest
from django.db import connection, models, transaction

from core.audit import record_act
from core.errors import DomainError, Invalid, LostRace, Missing, NotPermitted, WrongState
from core.models import AuditEntry, AuditManifest, OutboxEvent, User, Versioned
from core.workflow import (
    WORKFLOWS,
    Attempt,
    ReasonRequired,
    Transition,
    UnknownAct,
    Workflow,
    available_acts,
    perform,
    perform_all,
    register,
)
from tests.clones import Clone, at_once


class Lamp(Versioned):
    """A lamp that is lit, put out, and scrapped; only its keeper touches it."""

    state = models.CharField(max_length=10)
    keeper = models.CharField(max_length=10)
    note = models.CharField(max_length=20, blank=True)
    changed_at = models.DateTimeField(auto_now=True)

    objects: models.Manager[Any] = models.Manager()

    class Meta:
        app_label = "sample"


class Broken(Invalid):
    """A broken lamp cannot be lit."""


def may_keep(actor: User, lamp: Lamp) -> bool:
    """The lamp's keeper."""
    return actor.username == lamp.keeper


def is_whole(attempt: Attempt) -> None:
    """Refuse a broken lamp, unless it is mended by this very act."""
    if attempt.changes.get("note", attempt.record.note) == "broken":
        raise Broken


LAMPS = Workflow(
    Lamp,
    {"dark": "熄灭", "lit": "点亮", "scrapped": "报废"},
    (
        Transition(act="set_up", zh="安装", target="dark", permission=may_keep),
        Transition(
            act="light",
            zh="点亮",
            sources=("dark",),
            target="lit",
            permission=may_keep,
            guard=is_whole,
        ),
        Transition(act="put_out", zh="熄灭", sources=("lit",), target="dark", permission=may_keep),
        Transition(act="note", zh="备注", sources=("dark", "lit"), permission=may_keep),
        Transition(
            act="scrap",
            zh="报废",
            sources=("dark", "lit"),
            target="scrapped",
            permission=may_keep,
            needs_reason=True,
        ),
    ),
)


@contextmanager
def lamps_known() -> Iterator[None]:
    """The lamps' table and workflow."""
    with connection.schema_editor() as editor:
        editor.create_model(Lamp)
    register(LAMPS)
    try:
        yield
    finally:
        del WORKFLOWS[Lamp]


@pytest.fixture
def lamps(db: None) -> Iterator[None]:
    """The lamps, in a transaction that is rolled back."""
    with lamps_known():
        yield


@pytest.fixture
def keeper_commits(clone_db: Clone) -> Iterator[User]:
    """Ada keeps the lamps, where acts commit."""
    with lamps_known():
        yield User.objects.create(username="ada")


@pytest.fixture
def keeper(lamps: None) -> User:
    """Ada keeps the lamps."""
    return User.objects.create(username="ada")


def lamp(state: str = "dark", **fields: Any) -> Lamp:
    """A lamp of Ada's."""
    made: Lamp = Lamp.objects.create(state=state, keeper="ada", **fields)
    return made


def trail() -> list[tuple[str, str, dict[str, Any]]]:
    """Acts with reason and details, in order."""
    return list(AuditEntry.objects.order_by("id").values_list("act", "reason", "details"))


def test_an_act_sets_state_and_fields_and_is_told(keeper: User) -> None:
    before = lamp()
    after = perform(
        before,
        "light",
        actor=keeper,
        base_version=0,
        changes={"note": "bright"},
        details={"by": "hand"},
    )
    assert (after.state, after.note, after.version) == ("lit", "bright", 1)
    stored = Lamp.objects.get()
    assert (stored.state, stored.note, stored.version) == ("lit", "bright", 1)
    assert stored.changed_at > before.changed_at
    assert trail() == [
        ("light", "", {"from": "dark", "to": "lit", "version": 1, "fields": ["note"], "by": "hand"})
    ]
    event = OutboxEvent.objects.get()
    assert (event.kind, event.subject_type, event.subject_id) == (
        "lamp_light",
        "sample.lamp",
        str(after.pk),
    )


def test_an_act_can_create(keeper: User) -> None:
    made = perform(Lamp(keeper="ada"), "set_up", actor=keeper, changes={"note": "new"})
    assert (made.state, made.note, made.version) == ("dark", "new", 1)
    assert trail() == [("set_up", "", {"to": "dark", "version": 1, "fields": ["note"]})]


def test_an_act_can_leave_the_state(keeper: User) -> None:
    after = perform(lamp("lit"), "note", actor=keeper, changes={"note": "x"})
    assert (after.state, after.version) == ("lit", 1)


@pytest.mark.parametrize("state", [None, *LAMPS.states])
@pytest.mark.parametrize("line", LAMPS.transitions, ids=lambda line: line.act)
def test_every_act_in_every_state(keeper: User, line: Transition, state: str | None) -> None:
    record = Lamp(keeper="ada") if state is None else lamp(state)
    possible = state in line.sources if state else not line.sources
    assert (line in available_acts(record, keeper)) == possible
    if possible:
        after = perform(record, line.act, actor=keeper, reason="why")
        assert after.state == (line.target or state)
        return
    with pytest.raises(WrongState) as refused:
        perform(record, line.act, actor=keeper, reason="why")
    assert refused.value.details == {
        "act": line.act,
        "state": state or "new",
        "allowed": [other.act for other in available_acts(record, keeper)],
    }
    assert not trail()


def test_words_of_a_wrong_state_name_state_and_allowed_acts(keeper: User) -> None:
    with pytest.raises(WrongState) as refused:
        perform(lamp("lit"), "light", actor=keeper)
    assert refused.value.code == "wrong_state"
    assert refused.value.message == (
        "'light' cannot be done while this is 'lit'; possible now: put_out, note, scrap."
    )
    assert refused.value.message_zh == (
        "状态为“lit”时不能进行“light”；现在可以：put_out, note, scrap。"
    )
    with pytest.raises(WrongState) as refused:
        perform(lamp("scrapped"), "light", actor=keeper)
    assert refused.value.message == (
        "'light' cannot be done while this is 'scrapped'; nothing is left for you to do here."
    )
    assert refused.value.message_zh == (
        "状态为“scrapped”时不能进行“light”；此处已没有您可以进行的操作。"
    )


@pytest.mark.parametrize(
    ("fields", "act", "options", "refusal"),
    [
        pytest.param({}, "explode", {}, UnknownAct, id="unknown act"),
        pytest.param({"version": 3}, "light", {"base_version": 2}, LostRace, id="stale"),
        pytest.param({}, "light", {"actor": "bo"}, NotPermitted, id="not permitted"),
        pytest.param({}, "scrap", {}, ReasonRequired, id="no reason"),
        pytest.param({}, "scrap", {"reason": "  "}, ReasonRequired, id="blank reason"),
        pytest.param({"note": "broken"}, "light", {}, Broken, id="guard"),
        pytest.param({}, "light", {"changes": {"note": "broken"}}, Broken, id="guard on changes"),
    ],
)
def test_a_refused_act_changes_nothing(
    keeper: User,
    fields: dict[str, Any],
    act: str,
    options: dict[str, Any],
    refusal: type[DomainError],
) -> None:
    record = lamp(**fields)
    actor = User.objects.get_or_create(username=options.pop("actor", "ada"))[0]
    with pytest.raises(refusal) as refused:
        perform(record, act, actor=actor, **options)
    assert type(refused.value) is refusal
    record.refresh_from_db()
    assert (record.state, record.version) == ("dark", fields.get("version", 0))
    assert not trail()
    assert not OutboxEvent.objects.exists()


def test_one_who_may_do_nothing_is_offered_nothing(keeper: User) -> None:
    assert available_acts(lamp(), User(username="cy")) == ()


def test_a_vanished_record_is_missing(keeper: User) -> None:
    record = lamp()
    Lamp.objects.all().delete()
    with pytest.raises(Missing):
        perform(record, "light", actor=keeper)


@pytest.mark.parametrize("field", ["state", "version"])
def test_changes_may_not_set_what_the_transition_sets(keeper: User, field: str) -> None:
    with pytest.raises(ValueError, match="set by the transition"):
        perform(lamp(), "note", actor=keeper, changes={field: "1"})


def test_a_bulk_act_is_all_or_none_with_one_entry(keeper: User) -> None:
    records = [lamp(), lamp(), lamp()]
    changed = perform_all(records[::-1], "light", actor=keeper, details={"batch": 7})
    assert [one.pk for one in changed] == [one.pk for one in records]
    assert set(Lamp.objects.values_list("state", "version")) == {("lit", 1)}
    items = "\n".join(str(one.pk) for one in records)
    manifest = AuditManifest.objects.get()
    assert (manifest.subject_type, manifest.items) == ("sample.lamp", items)
    assert manifest.sha256 == hashlib.sha256(f"sample.lamp\n{items}".encode()).hexdigest()
    assert trail() == [
        ("light", "", {"subjects": "sample.lamp", "count": 3, "to": "lit", "batch": 7})
    ]
    assert OutboxEvent.objects.filter(kind="lamp_light").count() == 3


def test_a_bulk_act_with_one_refusal_does_nothing(keeper: User) -> None:
    records = [lamp(), lamp("lit")]
    with pytest.raises(WrongState) as refused:
        perform_all(records, "light", actor=keeper)
    assert refused.value.details["subject"] == str(records[1].pk)
    assert set(Lamp.objects.values_list("state", flat=True)) == {"dark", "lit"}
    assert not trail()
    with pytest.raises(Invalid):
        perform_all([], "light", actor=keeper)


def test_a_workflow_that_contradicts_itself_is_refused() -> None:
    line = LAMPS.transitions[0]
    with pytest.raises(ValueError, match="twice"):
        Workflow(Lamp, LAMPS.states, (line, line))
    with pytest.raises(ValueError, match="unknown states"):
        Workflow(Lamp, LAMPS.states, (dataclasses.replace(line, target="gone"),))


def test_a_model_has_one_workflow(lamps: None) -> None:
    with pytest.raises(ValueError, match="already has"):
        register(dataclasses.replace(LAMPS))


def test_of_eight_at_once_one_wins_and_the_others_are_told(keeper_commits: User) -> None:
    record = lamp()

    def light() -> str:
        try:
            perform(record, "light", actor=keeper_commits, base_version=0)
        except (LostRace, WrongState) as refusal:
            return refusal.code
        return "done"

    assert sorted(at_once([light] * 8)) == ["done", *["lost_race"] * 7]
    assert Lamp.objects.get().version == 1
    assert list(AuditEntry.objects.values_list("act", "seq")) == [("light", 1)]


def test_bulk_acts_in_any_order_do_not_deadlock(keeper_commits: User) -> None:
    records = [lamp() for _ in range(20)]

    def note(step: int) -> None:
        for _ in range(5):
            with transaction.atomic():
                perform_all(records[::step], "note", actor=keeper_commits)
                record_act(actor=keeper_commits, act="also", subject=keeper_commits)

    at_once([partial(note, 1), partial(note, -1)] * 4)
    assert set(Lamp.objects.values_list("version", flat=True)) == {40}
