"""Transitions as data, and `perform`, which alone sets a state."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db import models, transaction

from core.audit import emit, emit_each, record_act, record_bulk_act
from core.errors import DomainError, Invalid, LostRace, Missing, NotPermitted, WrongState
from core.models import User, Versioned

Record = TypeVar("Record", bound=Versioned)


class UnknownAct(Missing):
    """There is no act '{act}' here; the acts are: {acts}."""

    zh = "没有名为“{act}”的操作；可用的操作：{acts}。"


class ReasonRequired(Invalid):
    """'{act}' needs a reason: send it as 'reason'."""

    zh = "“{act}”必须说明理由：请填写 reason。"


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """An act about to be done, as a guard sees it: the record is locked and not yet changed."""

    record: Any
    actor: User
    reason: str
    changes: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Transition:
    """One line of a workflow: `act` leads from `sources` to `target`, for those who may.

    No sources: the act creates the record. No target: the state stays, or goes back to the one that the
    field `returns_to` names. `permission` is a predicate
    `may_…(actor, record)`; the first line of its docstring says who may. `guard` raises a
    DomainError if something else than state and permission stands in the way. `pointless`: whether
    the guard will refuse it for good, so that it is not offered.
    """

    act: str
    zh: str
    sources: tuple[str, ...] = ()
    target: str | None = None
    returns_to: str = ""
    permission: Callable[[User, Any], bool]
    guard: Callable[[Attempt], None] | None = None
    pointless: Callable[[Any], bool] | None = None
    needs_reason: bool = False

    @property
    def who(self) -> str:
        """Who may, in words."""
        return (self.permission.__doc__ or self.permission.__name__).strip().splitlines()[0]


@dataclass(frozen=True)
class Workflow:
    """The acts upon one model; `states` maps each state to its Chinese word, in order."""

    model: type[Versioned]
    states: Mapping[str, str]
    transitions: tuple[Transition, ...]
    state_field: str = "state"

    def __post_init__(self) -> None:
        """Refuse a table that contradicts itself."""
        if len({line.act for line in self.transitions}) != len(self.transitions):
            raise ValueError(f"{self.model.__name__}: an act stands twice")
        named = {s for line in self.transitions for s in (*line.sources, line.target) if s}
        if unknown := named - set(self.states):
            raise ValueError(f"{self.model.__name__}: unknown states {sorted(unknown)}")

    def transition(self, act: str) -> Transition:
        """The line of an act; raises UnknownAct."""
        for line in self.transitions:
            if line.act == act:
                return line
        raise UnknownAct(act=act, acts=[line.act for line in self.transitions])

    def state_of(self, record: Versioned) -> str:
        """The state a record is in."""
        return str(getattr(record, self.state_field))

    def leads_from(self, line: Transition, record: Versioned) -> bool:
        """Whether the act is possible where the record stands now, whoever asks."""
        if record._state.adding:
            return not line.sources
        return self.state_of(record) in line.sources


WORKFLOWS: dict[type[Versioned], Workflow] = {}


def register(workflow: Workflow) -> Workflow:
    """Make a workflow known to `perform`; called once, where it is written."""
    if WORKFLOWS.setdefault(workflow.model, workflow) is not workflow:
        raise ValueError(f"{workflow.model.__name__} already has a workflow")
    return workflow


def available_acts(record: Versioned, actor: User) -> tuple[Transition, ...]:
    """What this actor may do with the record as it stands; feeds buttons and the API."""
    workflow = WORKFLOWS[type(record)]
    return tuple(
        line
        for line in workflow.transitions
        if workflow.leads_from(line, record)
        and line.permission(actor, record)
        and not (line.pointless and line.pointless(record))
    )


def perform(
    record: Record,
    act: str,
    *,
    actor: User,
    reason: str = "",
    base_version: int | None = None,
    changes: Mapping[str, Any] | None = None,
    details: Mapping[str, Any] | None = None,
) -> Record:
    """Do one act upon one record: the only way a state changes. Returns the record as it is now.

    In one transaction: locks the row, checks the version the actor saw, the state, the permission
    and the guard; sets the state and `changes` (fields), raises the version, saves, and inserts the
    audit entry (with `details`: references only) and the event `<model>_<act>`. A record not saved
    yet is created. Raises UnknownAct, LostRace, WrongState, NotPermitted, Invalid, or what the guard
    raises. What else the act writes goes into the same outer transaction, after this call.
    """
    workflow = WORKFLOWS[type(record)]
    line = workflow.transition(act)
    with transaction.atomic():
        if not record._state.adding:
            record = _locked(type(record), [record.pk])[0]
        before = _change(workflow, line, record, actor, reason, base_version, changes or {})
        record_act(
            actor=actor,
            act=act,
            subject=record,
            reason=reason,
            details={
                **({"from": before} if before else {}),
                "to": workflow.state_of(record),
                "version": record.version,
                **_told(changes, details),
            },
        )
        emit(kind=f"{record._meta.model_name}_{act}", subject=record)
    return record


def perform_all(
    records: Sequence[Record],
    act: str,
    *,
    actor: User,
    reason: str = "",
    changes: Mapping[str, Any] | None = None,
    details: Mapping[str, Any] | None = None,
) -> list[Record]:
    """Do one act upon many saved records, all or none, with one audit entry and its manifest.

    Rows are locked in the order of their keys. Raises as `perform` does, for the first that fails
    (`subject` of the details names it); a record that has vanished raises Missing.
    """
    if not records:
        raise Invalid(f"'{act}' needs at least one record", zh=f"“{act}”至少需要一条记录")
    workflow = WORKFLOWS[type(records[0])]
    line = workflow.transition(act)
    with transaction.atomic():
        locked = _locked(type(records[0]), [record.pk for record in records])
        for record in locked:
            try:
                _change(workflow, line, record, actor, reason, None, changes or {})
            except DomainError as refusal:
                refusal.details.setdefault("subject", str(record.pk))
                raise
        record_bulk_act(
            actor=actor,
            act=act,
            subjects=locked,
            reason=reason,
            details={
                **({"to": line.target} if line.target else {}),
                **_told(changes, details),
            },
        )
        emit_each(kind=f"{locked[0]._meta.model_name}_{act}", subjects=locked)
    return locked


def create_all(
    records: Sequence[Record],
    act: str,
    *,
    actor: User,
    reason: str = "",
    details: Mapping[str, Any] | None = None,
) -> list[Record]:
    """Create many records of one model by one act, all or none, with one audit entry and its manifest.

    No event is emitted for each: nobody watches what was not there. Raises as `perform` does.
    """
    if not records:
        raise Invalid(f"'{act}' needs at least one record", zh=f"“{act}”至少需要一条记录")
    workflow = WORKFLOWS[type(records[0])]
    line = workflow.transition(act)
    with transaction.atomic():
        for record in records:
            _change(workflow, line, record, actor, reason, None, {})
        told = {**({"to": line.target} if line.target else {}), **(details or {})}
        record_bulk_act(actor=actor, act=act, subjects=records, reason=reason, details=told)
    return list(records)


def _locked(model: type[Record], keys: list[Any]) -> list[Record]:
    rows = model._base_manager.select_for_update(no_key=True, of=("self",))
    found = list(rows.filter(pk__in=keys).order_by("pk"))
    if len(found) != len(set(keys)):
        raise Missing
    return found


def _change(
    workflow: Workflow,
    line: Transition,
    record: Versioned,
    actor: User,
    reason: str,
    base_version: int | None,
    changes: Mapping[str, Any],
) -> str | None:
    """Check and change one locked (or new) record; returns the state it was in, None if new."""
    adding = record._state.adding
    if base_version is not None and base_version != record.version:
        raise LostRace(
            "You saw version {base_version}, this is version {version} by now; look again.",
            zh="您看到的是第 {base_version} 版，现已是第 {version} 版，请刷新后再试。",
            base_version=base_version,
            version=record.version,
        )
    state = None if adding else workflow.state_of(record)
    target = getattr(record, line.returns_to) if line.returns_to else line.target
    if not workflow.leads_from(line, record):
        allowed = [line.act for line in available_acts(record, actor)]
        possible = "possible now: {allowed}." if allowed else "nothing is left for you to do here."
        possible_zh = "现在可以：{allowed}。" if allowed else "此处已没有您可以进行的操作。"
        raise WrongState(
            f"'{{act}}' cannot be done while this is '{{state}}'; {possible}",
            zh=f"状态为“{{state}}”时不能进行“{{act}}”；{possible_zh}",
            act=line.act,
            state=state or "new",
            allowed=allowed,
        )
    if not line.permission(actor, record):
        raise NotPermitted(
            "You may not do '{act}' here. Who may: {who}",
            zh="您不能在此进行“{act}”。有权者：{who}",
            act=line.act,
            who=line.who,
        )
    if line.needs_reason and not reason.strip():
        raise ReasonRequired(act=line.act)
    if line.guard:
        line.guard(Attempt(record=record, actor=actor, reason=reason, changes=changes))
    if {workflow.state_field, "version"} & set(changes):
        raise ValueError("state and version are set by the transition, not by changes")
    for name, value in changes.items():
        setattr(record, name, value)
    if target:
        setattr(record, workflow.state_field, target)
    record.version += 1
    if adding:
        record.save(force_insert=True)
    else:
        record.save(update_fields=[workflow.state_field, "version", *changes, *_stamped(record)])
    return state


def _stamped(record: models.Model) -> list[str]:
    """Fields that a save stamps with the time (`auto_now`), which `update_fields` would leave out."""
    return [f.name for f in record._meta.concrete_fields if getattr(f, "auto_now", False)]


def _told(changes: Mapping[str, Any] | None, details: Mapping[str, Any] | None) -> dict[str, Any]:
    """What the audit entry tells besides the states: which fields changed, never their values."""
    return {**({"fields": sorted(changes)} if changes else {}), **(details or {})}
