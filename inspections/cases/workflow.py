"""The way of a case, as data: each line is one act, from where, to where, and who may."""

from collections.abc import Callable, Iterable
from typing import Any

from core.errors import DomainError
from core.models import User
from core.workflow import Attempt, Transition, Workflow, register
from grid.catalogue.models import Urgency
from inspections.cases import permissions
from inspections.cases.holds import nothing_owed
from inspections.cases.models import Case, CaseState, Rating
from inspections.cases.queries import (
    Proof,
    good_proofs,
    handler_owes_word,
    is_excluded,
    is_reviewed,
    last_word,
    lead_when_closed,
    needs_callback,
    needs_verification,
    photos_needed,
    proofs_of,
)
from inspections.requests.models import Channel

UNVERIFIED = (CaseState.REPORTED,)
UNFILED = (CaseState.REPORTED, CaseState.VERIFIED)
SENT = (CaseState.DISPATCHED, CaseState.ACCEPTED)
MERGED_FROM = (*UNFILED, CaseState.FILED, *SENT)
MERGED_INTO = (*MERGED_FROM, CaseState.HANDLED, CaseState.CHECKED)
SPLIT_FROM = tuple(state for state in CaseState if state != CaseState.MERGED)
ENDED_BY_WORK = (CaseState.CLOSED, CaseState.ARCHIVED)
WORKED_ON = (*SENT, CaseState.HANDLED, CaseState.CHECKED, CaseState.CALLED_BACK)


class ProofMissing(DomainError):
    """The case cannot be closed: {proven} of {needed} photos prove it. {why}"""

    status = 409
    zh = "不能结案：需要 {needed} 张有效照片，现有 {proven} 张。{why_zh}"


class VerificationOwed(DomainError):
    """What comes by this channel is looked at on the spot first: send an inspector, or say in 'reason' why not."""

    status = 409
    zh = "该渠道的诉求须先现场核实：请等待核实，或在 reason 中说明免予核实的理由。"


class CallbackOwed(DomainError):
    """The requester can be reached: call back first, or try three times and keep each attempt."""

    status = 409
    zh = "诉求人可以联系：请先回访；联系不上时须记录三次未通，方可结案。"


class FeedbackOwed(DomainError):
    """The requester has not heard from the body that handled it: let it reply, or say in 'reason' why not."""

    status = 409
    zh = "承办单位尚未向诉求人反馈：请承办单位先反馈，或在 reason 中说明理由。"


class DutyNotReviewed(DomainError):
    """The duty “{duty}” has had no legal review: have it reviewed in the catalogue, then send the case.

    What is urgent may be sent at once with a reason.
    """

    status = 409
    zh = "权责事项“{duty}”未经法制审核，不能派遣：请先在权责清单中完成审核；紧急事项可说明理由先行派遣。"


class NobodyWorkedOnIt(DomainError):
    """No body ever had this case: there is nobody to open it again for; take a new report."""

    status = 409
    zh = "本案未曾交办任何单位，无从重新办理：请另行受理。"


class DissatisfiedNeedsReason(DomainError):
    """The requester is dissatisfied: send it back for rework, or say in 'reason' why it is closed all the same."""

    status = 409
    zh = "诉求人不满意：请返工，或在 reason 中说明仍予结案的理由。"


def _why(proofs: list[Proof]) -> dict[str, str]:
    """Which photo does not prove it, why, and what to do; in both languages."""
    weak = [(n, proof) for n, proof in enumerate(proofs, 1) if proof.blocks]
    why = {"en": "", "zh-Hans": ""}
    for language in why:
        for number, proof in weak:
            name = proof.evidence.filename or proof.evidence.file_id[:12]
            words = " ".join(finding["words"][language] for finding in proof.blocks)
            why[language] += f"[{number}] {name}: {words} "
    if not proofs:
        why = {
            "en": "No photo has been added: take one on the spot and add it to the case.",
            "zh-Hans": "尚无照片：请在现场拍摄并添加到本案。",
        }
    return {language: words.strip() for language, words in why.items()}


def state_of_proof(case: Case) -> dict[str, Any]:
    """How many photos are needed and prove it now, and what is wrong with the others."""
    self_fixed = case.state == CaseState.REPORTED and case.channel == Channel.PATROL
    proofs, needed = proofs_of(case, self_fixed=self_fixed), photos_needed(case)
    good = good_proofs(proofs)
    enough = good >= needed
    return {
        "needed": needed,
        "proven": good,
        "enough": enough,
        "why": None if enough else _why(proofs),
    }


def _refusal(proofs: list[Proof], needed: int, proven: int) -> ProofMissing:
    """The refusal that says which photo, why, and what to do."""
    why = _why(proofs)
    return ProofMissing(
        needed=needed,
        proven=proven,
        why=why["en"],
        why_zh=why["zh-Hans"],
        photos=[
            {
                "evidence": proof.evidence.pk,
                "sha256": proof.evidence.file_id,
                "filename": proof.evidence.filename,
                "findings": proof.findings,
            }
            for proof in proofs
            if proof.blocks
        ],
    )


def enough_photos(case: Case, *, self_fixed: bool = False) -> None:
    """Raises ProofMissing unless enough photos prove it."""
    proofs, needed = proofs_of(case, self_fixed=self_fixed), photos_needed(case)
    good = good_proofs(proofs)
    if good < needed:
        raise _refusal(proofs, needed, good)


def verified(attempt: Attempt) -> None:
    """Verified on the spot where the channel asks for it, or a reason why not."""
    if needs_verification(attempt.record) and not attempt.reason.strip():
        raise VerificationOwed


def proven(attempt: Attempt) -> None:
    """Enough photos prove it, each from the spot, after the report, for this case alone; the requester was called back where that is possible."""
    case: Case = attempt.record
    nothing_owed(case)
    enough_photos(case)
    if needs_callback(case):
        raise CallbackOwed
    word = last_word(case) if case.called_back_at else None
    if word is None or attempt.reason.strip():
        return
    if word.rating == Rating.DISSATISFIED and not is_excluded(word):
        raise DissatisfiedNeedsReason
    if handler_owes_word(case, word):
        raise FeedbackOwed


def reviewed(attempt: Attempt) -> None:
    """Somebody of the law has read the duty it is sent by; urgent danger waits for no paper, with a reason."""
    case: Case = attempt.record
    urgent = case.urgency == Urgency.URGENT and attempt.reason.strip()
    if case.duty is not None and not urgent and not is_reviewed(case.duty):
        named = " · ".join(filter(None, (case.duty.category.name, case.duty.scenario)))
        raise DutyNotReviewed(duty=named)


def nobody_to_reopen_for(case: Case) -> bool:
    """Whether no body had the case when it was closed."""
    return lead_when_closed(case) is None


def somebody_to_reopen_for(attempt: Attempt) -> None:
    """Some body had the case when it was closed."""
    if nobody_to_reopen_for(attempt.record):
        raise NobodyWorkedOnIt


def proven_by_finder(attempt: Attempt) -> None:
    """Enough photos prove it, each from the spot, for this case alone; those before the report count, too."""
    enough_photos(attempt.record, self_fixed=True)


def _line(
    act: str,
    zh: str,
    sources: Iterable[CaseState],
    target: CaseState | None,
    permission: Callable[[User, Case], bool],
    **rest: Any,
) -> Transition:
    return Transition(
        act=act, zh=zh, sources=tuple(sources), target=target, permission=permission, **rest
    )


State, who = CaseState, permissions

CASES = register(
    Workflow(
        model=Case,
        states={state.value: str(state.label) for state in CaseState},
        transitions=(
            _line("open", "上报", (), State.REPORTED, who.may_open),
            _line("verify", "核实", UNVERIFIED, State.VERIFIED, who.may_look),
            _line(
                "skip_verification",
                "免予核实",
                UNVERIFIED,
                State.VERIFIED,
                who.may_skip_verification,
                needs_reason=True,
            ),
            _line("file", "立案", UNFILED, State.FILED, who.may_dispatch, guard=verified),
            _line(
                "decline",
                "不予立案",
                UNFILED,
                State.DECLINED,
                who.may_dispatch,
                needs_reason=True,
            ),
            _line(
                "answer", "在线办结", UNFILED, State.ANSWERED, who.may_dispatch, needs_reason=True
            ),
            _line(
                "fix_on_spot",
                "随手办结",
                UNVERIFIED,
                State.CLOSED,
                who.may_fix,
                guard=proven_by_finder,
            ),
            _line("move_pin", "移动点位", (*UNFILED, State.FILED, *SENT), None, who.may_move_pin),
            _line(
                "dispatch",
                "派遣",
                (State.FILED,),
                State.DISPATCHED,
                who.may_dispatch,
                guard=reviewed,
            ),
            _line("reassign", "改派", SENT, State.DISPATCHED, who.may_dispatch, needs_reason=True),
            _line("take_over", "移交接收", SENT, State.ACCEPTED, who.may_take_over),
            _line("redecide", "底图变更重判", (State.FILED, *WORKED_ON), None, who.may_redecide),
            _line("keep_body", "留在原单位", WORKED_ON, None, who.may_keep_body, needs_reason=True),
            _line("accept", "受理", (State.DISPATCHED,), State.ACCEPTED, who.may_handle),
            _line("join", "协办受理", SENT, None, who.may_join),
            _line("add_assist", "增加协办", SENT, None, who.may_add_assist, needs_reason=True),
            _line("urge", "催办", (*SENT, State.HANDLED), None, who.may_urge, needs_reason=True),
            _line("handle", "处置", (State.ACCEPTED,), State.HANDLED, who.may_handle),
            _line("check", "核查", (State.HANDLED,), State.CHECKED, who.may_check),
            _line(
                "rework",
                "返工",
                (State.HANDLED, State.CHECKED, State.CALLED_BACK),
                State.ACCEPTED,
                who.may_rework,
                needs_reason=True,
            ),
            _line("callback", "回访", (State.CHECKED,), State.CALLED_BACK, who.may_call_back),
            _line(
                "callback_missed",
                "回访未通",
                (State.CHECKED,),
                None,
                who.may_call_back,
                needs_reason=True,
            ),
            _line(
                "close",
                "结案",
                (State.CHECKED, State.CALLED_BACK),
                State.CLOSED,
                who.may_close,
                guard=proven,
            ),
            _line(
                "reply",
                "办理反馈",
                (State.ACCEPTED, State.HANDLED, State.CHECKED),
                None,
                who.may_handle,
                needs_reason=True,
            ),
            _line("look_back", "回头看", ENDED_BY_WORK, None, who.may_dispatch),
            _line(
                "reopen",
                "重新办理",
                ENDED_BY_WORK,
                State.DISPATCHED,
                who.may_reopen,
                guard=somebody_to_reopen_for,
                pointless=nobody_to_reopen_for,
                needs_reason=True,
            ),
            _line("archive", "归档", (State.CLOSED,), State.ARCHIVED, who.may_dispatch),
            _line("merge", "并案", MERGED_FROM, State.MERGED, who.may_dispatch, needs_reason=True),
            _line("absorb", "并入他案", MERGED_INTO, None, who.may_dispatch),
            _line(
                "unmerge",
                "撤销并案",
                (State.MERGED,),
                None,
                who.may_dispatch,
                returns_to="state_before",
                needs_reason=True,
            ),
            _line("give_back", "分出并案", SPLIT_FROM, None, who.may_dispatch),
            _line("split", "拆分", SPLIT_FROM, None, who.may_split, needs_reason=True),
        ),
    )
)
