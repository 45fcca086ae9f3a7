"""The way of a case, as data: each line is one act, from where, to where, and who may.

Verification on site, callback, archive, returns and parking are further lines of this table.
"""

from core.errors import DomainError
from core.workflow import Attempt, Transition, Workflow, register
from inspections.cases import permissions
from inspections.cases.models import Case, CaseState
from inspections.cases.queries import Proof, photos_needed, proofs_of

REPORTED, FILED, DISPATCHED, ACCEPTED, HANDLED, CHECKED, CLOSED, DECLINED = CaseState.values


class ProofMissing(DomainError):
    """The case cannot be closed: {proven} of {needed} photos prove it. {why}"""

    status = 409
    zh = "不能结案：需要 {needed} 张有效照片，现有 {proven} 张。{why_zh}"


def _refusal(proofs: list[Proof], needed: int, proven: int) -> ProofMissing:
    """The refusal that says which photo, why, and what to do."""
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
    return ProofMissing(
        needed=needed,
        proven=proven,
        why=why["en"].strip(),
        why_zh=why["zh-Hans"].strip(),
        photos=[
            {
                "evidence": proof.evidence.pk,
                "sha256": proof.evidence.file_id,
                "filename": proof.evidence.filename,
                "findings": proof.findings,
            }
            for _, proof in weak
        ],
    )


def proven(attempt: Attempt) -> None:
    """Enough photos prove it, each from the spot, after the report, for this case alone."""
    case: Case = attempt.record
    proofs, needed = proofs_of(case), photos_needed(case)
    good = sum(not proof.blocks for proof in proofs)
    if good < needed:
        raise _refusal(proofs, needed, good)


def _line(act: str, zh: str, **rest: object) -> Transition:
    return Transition(act=act, zh=zh, **rest)  # type: ignore[arg-type]


CASES = register(
    Workflow(
        model=Case,
        states={state.value: str(state.label) for state in CaseState},
        transitions=(
            _line("open", "上报", target=REPORTED, permission=permissions.may_open),
            _line(
                "file",
                "立案",
                sources=(REPORTED,),
                target=FILED,
                permission=permissions.may_dispatch,
            ),
            _line(
                "decline",
                "不予立案",
                sources=(REPORTED,),
                target=DECLINED,
                permission=permissions.may_dispatch,
                needs_reason=True,
            ),
            _line(
                "dispatch",
                "派遣",
                sources=(FILED,),
                target=DISPATCHED,
                permission=permissions.may_dispatch,
            ),
            _line(
                "reassign",
                "改派",
                sources=(DISPATCHED, ACCEPTED),
                target=DISPATCHED,
                permission=permissions.may_dispatch,
                needs_reason=True,
            ),
            _line(
                "accept",
                "受理",
                sources=(DISPATCHED,),
                target=ACCEPTED,
                permission=permissions.may_handle,
            ),
            _line(
                "handle",
                "处置",
                sources=(ACCEPTED,),
                target=HANDLED,
                permission=permissions.may_handle,
            ),
            _line(
                "check",
                "核查",
                sources=(HANDLED,),
                target=CHECKED,
                permission=permissions.may_check,
            ),
            _line(
                "rework",
                "返工",
                sources=(HANDLED, CHECKED),
                target=ACCEPTED,
                permission=permissions.may_check,
                needs_reason=True,
            ),
            _line(
                "close",
                "结案",
                sources=(CHECKED,),
                target=CLOSED,
                permission=permissions.may_close,
                guard=proven,
            ),
        ),
    )
)
