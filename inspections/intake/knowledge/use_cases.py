"""Acts upon the knowledge base, and answering a request from it."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from core.errors import DomainError, WrongState
from core.models import User
from core.workflow import perform
from inspections.cases.use_cases import answer_case
from inspections.intake.knowledge.models import KnowledgeEntry, KnowledgeState, KnowledgeUse
from inspections.intake.knowledge.queries import in_force, today
from inspections.intake.knowledge.words import words_of
from inspections.requests.models import ServiceRequest
from inspections.requests.use_cases.desk import answer_request

EDITED = ("question", "answer", "basis", "keywords", "category", "valid_from", "valid_to")


class ReplacesNothing(WrongState):
    """What this draft would replace is not published any more: withdraw it, or draft it as a new entry."""

    zh = "被取代的条目已不在发布状态：请停用本草稿，或另行起草。"


class NotInForce(DomainError):
    """The answer is not in force today: look for another one, or write one's own."""

    status = 409
    zh = "该条答复今天不在有效期内：请另选或自行答复。"


def draft_entry(
    *,
    actor: User,
    stated: Mapping[str, Any],
    pinned: bool = False,
    replaces: KnowledgeEntry | None = None,
) -> KnowledgeEntry:
    """Write an answer (起草), or a better one for an entry that is published.

    `stated` holds fields of EDITED; what it leaves out is taken from the entry it replaces. Raises
    QuestionNeeded, DaysTurned, ReplacesNothing.
    """
    if replaces is not None and replaces.state != KnowledgeState.PUBLISHED:
        raise ReplacesNothing
    former = {name: getattr(replaces, name) for name in EDITED} if replaces else {}
    said = {"valid_from": today(), **former, **{k: stated[k] for k in EDITED if k in stated}}
    entry = KnowledgeEntry(
        **said,
        pinned=replaces.pinned if replaces else pinned,
        replaces=replaces,
        author=actor,
        created_at=timezone.now(),
    )
    for name, words in _words(said, entry).items():
        setattr(entry, name, words)
    return perform(entry, "draft", actor=actor, details=_told(replaces))


def edit_entry(
    entry: KnowledgeEntry,
    *,
    actor: User,
    stated: Mapping[str, Any],
    base_version: int | None = None,
) -> KnowledgeEntry:
    """Change a draft (修改). Whoever edits it becomes its author: another person must publish it."""
    said = {name: stated[name] for name in EDITED if name in stated}
    changes = said | _words(said, entry) | {"author": actor}
    return perform(entry, "edit", actor=actor, base_version=base_version, changes=changes)


def publish_entry(
    entry: KnowledgeEntry, *, actor: User, base_version: int | None = None
) -> KnowledgeEntry:
    """Review it and let the desk answer with it (审核发布); what it replaces ends now.

    Raises ReviewerNeeded, ReplacesNothing.
    """
    now = timezone.now()
    with transaction.atomic():
        entry = perform(
            entry,
            "publish",
            actor=actor,
            base_version=base_version,
            changes={"reviewer": actor, "published_at": now},
            details=_told(entry.replaces),
        )
        if entry.replaces is not None:
            try:
                perform(entry.replaces, "replace", actor=actor, changes={"ended_at": now})
            except WrongState as gone:
                raise ReplacesNothing from gone
    return entry


def withdraw_entry(
    entry: KnowledgeEntry, *, actor: User, reason: str, base_version: int | None = None
) -> KnowledgeEntry:
    """Stop answering with it (停用), with the reason."""
    return perform(
        entry,
        "withdraw",
        actor=actor,
        reason=reason,
        base_version=base_version,
        changes={"ended_at": timezone.now()},
    )


def pin_entry(
    entry: KnowledgeEntry, *, actor: User, pinned: bool, base_version: int | None = None
) -> KnowledgeEntry:
    """Show it among the hot questions however seldom it is used (列为热点), or no longer."""
    act = "pin" if pinned else "unpin"
    changes = {"pinned": pinned}
    return perform(entry, act, actor=actor, base_version=base_version, changes=changes)


def answer_from(
    entry: KnowledgeEntry, *, request: ServiceRequest, actor: User, text: str = ""
) -> KnowledgeUse:
    """Answer a request with an entry (秒回), in its words or those of the desk; counted as a use.

    A request that feeds a case ends that case at the desk. Raises NotInForce, and what
    `answer_request` and the case's act `answer` raise.
    """
    words = text.strip() or entry.answer
    with transaction.atomic():
        if not KnowledgeEntry.objects.filter(in_force(today()), pk=entry.pk).exists():
            raise NotInForce
        feeding = request.links.filter(left_at__isnull=True).select_related("case").first()
        if feeding is not None:
            answer_case(feeding.case, actor=actor, reason=words)
        else:
            answer_request(request, actor=actor, text=words)
        return KnowledgeUse.objects.create(
            entry=entry, request=request, used_by=actor, used_at=timezone.now()
        )


def _words(said: Mapping[str, Any], entry: KnowledgeEntry) -> dict[str, list[str]]:
    """What the entry is found by once it says this."""
    text = {
        name: said.get(name, getattr(entry, name)) or ""
        for name in ("question", "keywords", "answer")
    }
    category = said.get("category", entry.category)
    asked = (text["question"], text["keywords"], category.name if category else "")
    return {"question_words": words_of(*asked), "words": words_of(*asked, text["answer"])}


def _told(replaces: KnowledgeEntry | None) -> dict[str, Any]:
    return {"replaces": replaces.pk} if replaces else {}
