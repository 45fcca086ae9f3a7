"""Acts as programs ask for them: a name and JSON in, one use case called; for HTTP and for sync.

Rooms above add acts of their own (`add_acts`), and what they offer whom.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from core.models import User
from core.workflow import Transition, UnknownAct, available_acts
from grid.catalogue.models import Category
from grid.ground.datums import parse_datum
from grid.jurisdiction.asking import category_of, facility_of
from grid.organizations.queries import organization_named
from inspections.cases.act_requests import ActRequest, AssistRequest, CallbackRequest, PinRequest
from inspections.cases.closing.models import Cause, ReplyWay
from inspections.cases.closing.serializers import CloseRequest, ReplyRequest, ReworkRequest
from inspections.cases.models import Case, ClosingOutcome, Rating
from inspections.cases.use_cases import (
    accept_case,
    add_assist,
    answer_case,
    archive_case,
    call_back,
    call_back_missed,
    check_case,
    close_case,
    decline_case,
    dispatch_case,
    file_case,
    fix_on_spot,
    handle_case,
    join_case,
    keep_body,
    look_back,
    move_pin,
    reassign_case,
    refuse_case,
    reopen_case,
    reply_to_requester,
    rework_case,
    skip_verification,
    urge_case,
    verify_case,
)
from inspections.cases.use_cases.closing import Said
from inspections.requests.use_cases import point_place

Command = Callable[..., Case]


@dataclass(frozen=True)
class Act:
    """How an act is asked for: what is called, and what it takes."""

    do: Command
    takes: type[ActRequest] = ActRequest


Offer = Callable[[Case, User], Iterable[Transition]]
_OFFERS: list[Offer] = []


def _place(asked: Mapping[str, Any]) -> dict[str, Any]:
    datum = parse_datum(asked.get("datum", "wgs84"))
    return {
        "place": point_place(asked["lon"], asked["lat"], datum),
        "accuracy_m": asked.get("accuracy_m"),
    }


def _category(asked: Mapping[str, Any]) -> Category | None:
    return category_of(asked["category"]) if "category" in asked else None


def _file(case: Case, *, asked: Mapping[str, Any], **rest: Any) -> Case:
    return file_case(
        case,
        category=_category(asked),
        facility=facility_of(asked["facility"]) if "facility" in asked else None,
        scenario=asked.get("scenario", ""),
        urgency=asked.get("urgency", ""),
        **(_place(asked) if "lon" in asked and "lat" in asked else {}),
        **rest,
    )


def _fix(case: Case, *, asked: Mapping[str, Any], **rest: Any) -> Case:
    return fix_on_spot(case, category=_category(asked), **rest)


def _move(case: Case, *, asked: Mapping[str, Any], **rest: Any) -> Case:
    return move_pin(case, **_place(asked), **rest)


def _sent(act: Command) -> Command:
    def send(case: Case, *, asked: Mapping[str, Any], **rest: Any) -> Case:
        to = organization_named(asked["to"]) if "to" in asked else None
        assists = [organization_named(name) for name in asked.get("assists", [])]
        return act(case, to=to, assists=assists, **rest)

    return send


def _assist(case: Case, *, asked: Mapping[str, Any], **rest: Any) -> Case:
    return add_assist(case, to=organization_named(asked["to"]), **rest)


def _plain(act: Command) -> Command:
    def do(case: Case, *, asked: Mapping[str, Any], **rest: Any) -> Case:
        return act(case, **rest)

    return do


def _callback(case: Case, *, asked: Mapping[str, Any], **rest: Any) -> Case:
    questions = ("contacted", "solved", "effect_ok", "attitude_ok")
    said = Said(rating=Rating(asked["rating"]), **{name: asked.get(name) for name in questions})
    return call_back(case, said=said, **rest)


def _close(case: Case, *, asked: Mapping[str, Any], **rest: Any) -> Case:
    outcome = ClosingOutcome(asked["outcome"]) if asked.get("outcome") else None
    return close_case(
        case,
        solved=asked.get("solved"),
        outcome=outcome,
        conditions=asked.get("conditions"),
        **rest,
    )


def _rework(case: Case, *, asked: Mapping[str, Any], **rest: Any) -> Case:
    return rework_case(case, cause=Cause(asked["cause"]) if "cause" in asked else None, **rest)


def _reply(case: Case, *, asked: Mapping[str, Any], **rest: Any) -> Case:
    way, reached = ReplyWay(asked["way"]), asked["reached"]
    return reply_to_requester(case, way=way, reached=reached, **rest)


ACTS: dict[str, Act] = {
    "verify": Act(_plain(verify_case)),
    "skip_verification": Act(_plain(skip_verification)),
    "file": Act(_file),
    "decline": Act(_plain(decline_case)),
    "answer": Act(_plain(answer_case)),
    "fix_on_spot": Act(_fix),
    "move_pin": Act(_move, PinRequest),
    "dispatch": Act(_sent(dispatch_case)),
    "reassign": Act(_sent(reassign_case)),
    "keep_body": Act(_plain(keep_body)),
    "accept": Act(_plain(accept_case)),
    "join": Act(_plain(join_case)),
    "refuse": Act(_plain(refuse_case)),
    "add_assist": Act(_assist, AssistRequest),
    "urge": Act(_plain(urge_case)),
    "handle": Act(_plain(handle_case)),
    "check": Act(_plain(check_case)),
    "reply": Act(_reply, ReplyRequest),
    "rework": Act(_rework, ReworkRequest),
    "callback": Act(_callback, CallbackRequest),
    "callback_missed": Act(_plain(call_back_missed)),
    "close": Act(_close, CloseRequest),
    "look_back": Act(_plain(look_back)),
    "reopen": Act(_plain(reopen_case)),
    "archive": Act(_plain(archive_case)),
}


def add_acts(acts: Mapping[str, Act], offers: Offer) -> None:
    """Acts of a room above, reached as those of the case are, and which of them it offers whom.

    `do` is called as `do(case, asked=…, actor=…, reason=…, base_version=…)` and returns the case.
    """
    if twice := ACTS.keys() & acts.keys():
        raise ValueError(f"acts that exist already: {sorted(twice)}")
    ACTS.update(acts)
    _OFFERS.append(offers)


def acts_open_to(case: Case, actor: User) -> list[Transition]:
    """What this person may do with the case as it stands, in the order of its way."""
    own = [line for line in available_acts(case, actor) if line.act in ACTS]
    return own + [line for offer in _OFFERS for line in offer(case, actor)]


def carry_out(act: str, case: Case, *, actor: User, given: Mapping[str, Any]) -> Case:
    """Do one act upon a case as JSON asks for it. Raises UnknownAct, ValidationError, or its refusal."""
    if act not in ACTS:
        raise UnknownAct(act=act, acts=[*ACTS, "add_evidence"])
    asked_for = ACTS[act]
    request = asked_for.takes(data=given)
    request.is_valid(raise_exception=True)
    asked = request.validated_data
    return asked_for.do(
        case,
        asked=asked,
        actor=actor,
        reason=asked.get("reason", ""),
        base_version=asked.get("base_version"),
    )
