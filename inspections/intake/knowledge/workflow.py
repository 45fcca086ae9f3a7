"""The way of an answer: drafted, reviewed by a second person, replaced by a better one or withdrawn."""

from core.errors import DomainError, Invalid
from core.workflow import Attempt, Transition, Workflow, register
from inspections.intake.knowledge import permissions as who
from inspections.intake.knowledge.models import KnowledgeEntry, KnowledgeState


class ReviewerNeeded(DomainError):
    """Another person than its author must review and publish an answer: ask a colleague."""

    status = 403
    zh = "答复须由起草人以外的人员审核发布：请同事审核。"


class QuestionNeeded(Invalid):
    """An entry needs a question (at most 300 letters) and an answer."""

    zh = "知识条目须有问题（不超过 300 字）和答复。"


class DaysTurned(Invalid):
    """'valid_to' ({valid_to}) must lie after 'valid_from' ({valid_from})."""

    zh = "失效日期（{valid_to}）须晚于生效日期（{valid_from}）。"


def by_another(attempt: Attempt) -> None:
    """By somebody who did not write it."""
    if attempt.record.author_id == attempt.actor.pk:
        raise ReviewerNeeded(author=attempt.record.author.username)


def is_whole(attempt: Attempt) -> None:
    """It says something, for some days."""
    entry: KnowledgeEntry = attempt.record
    told = {
        name: attempt.changes.get(name, getattr(entry, name))
        for name in ("question", "answer", "valid_from", "valid_to")
    }
    if not (0 < len(told["question"].strip()) <= 300 and told["answer"].strip()):
        raise QuestionNeeded
    if told["valid_to"] is not None and told["valid_to"] <= told["valid_from"]:
        raise DaysTurned(valid_from=str(told["valid_from"]), valid_to=str(told["valid_to"]))


S = KnowledgeState

KNOWLEDGE = register(
    Workflow(
        model=KnowledgeEntry,
        states={state.value: str(state.label) for state in S},
        transitions=(
            Transition(
                act="draft", zh="起草", target=S.DRAFT, permission=who.may_draft, guard=is_whole
            ),
            Transition(
                act="edit",
                zh="修改",
                sources=(S.DRAFT,),
                target=S.DRAFT,
                permission=who.may_edit,
                guard=is_whole,
            ),
            Transition(
                act="publish",
                zh="审核发布",
                sources=(S.DRAFT,),
                target=S.PUBLISHED,
                permission=who.may_review,
                guard=by_another,
            ),
            Transition(
                act="pin",
                zh="列为热点",
                sources=(S.PUBLISHED,),
                target=S.PUBLISHED,
                permission=who.may_review,
            ),
            Transition(
                act="unpin",
                zh="取消热点",
                sources=(S.PUBLISHED,),
                target=S.PUBLISHED,
                permission=who.may_review,
            ),
            Transition(
                act="replace",
                zh="取代",
                sources=(S.PUBLISHED,),
                target=S.REPLACED,
                permission=who.may_replace,
            ),
            Transition(
                act="withdraw",
                zh="停用",
                sources=(S.DRAFT, S.PUBLISHED),
                target=S.WITHDRAWN,
                permission=who.may_edit,
                needs_reason=True,
            ),
        ),
    )
)
