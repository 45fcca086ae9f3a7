"""Photos for the public: the desk releases one piece of evidence, or takes it back."""

from django.db import transaction
from django.utils import timezone

from core.audit import emit, record_act
from core.errors import Invalid, NotPermitted
from core.models import User
from grid.evidence.models import Evidence
from inspections.cases.models import Case
from inspections.cases.permissions import may_dispatch
from inspections.requests.models import ServiceRequest
from inspections.requests.permissions import is_desk_of


class NotAPhoto(Invalid):
    """Only photos are released: a document has no copy from which private data were stripped."""

    zh = "只能发布照片：文件没有去除隐私信息的副本。"


def release_evidence(evidence: Evidence, *, actor: User, public: bool = True) -> Evidence:
    """Let everybody see the clean copy of a photo from now on (or no longer).

    Raises NotPermitted for whoever is not the desk of its case or request, NotAPhoto.
    """
    subject = _subject_of(evidence)
    if subject is None or not (
        may_dispatch(actor, subject) if isinstance(subject, Case) else is_desk_of(actor, subject)
    ):
        raise NotPermitted
    if not evidence.file.is_photo:
        raise NotAPhoto
    with transaction.atomic():
        locked = Evidence.objects.select_for_update(no_key=True).get(pk=evidence.pk)
        if (locked.released_at is not None) != public:
            locked.released_at = timezone.now() if public else None
            locked.save(update_fields=["released_at"])
            record_act(
                actor=actor,
                act="release_evidence" if public else "withdraw_evidence",
                subject=subject,
                details={"evidence": locked.pk, "sha256": locked.file_id},
            )
            emit(kind="evidence_released", subject=subject)
    return locked


def _subject_of(evidence: Evidence) -> Case | ServiceRequest | None:
    """The case or request it was put forward for."""
    for model in (Case, ServiceRequest):
        if evidence.subject_type == model._meta.label_lower:
            found: Case | ServiceRequest | None = model._base_manager.filter(
                pk=evidence.subject_id
            ).first()
            return found
    return None
