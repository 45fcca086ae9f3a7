"""Evidence for a case: taken in at any time; how near its place it must have been taken."""

from django.db import transaction

from core.audit import record_act
from core.errors import NotPermitted
from core.models import User
from grid.catalogue.models import Category
from grid.evidence.models import Evidence, StoredFile
from grid.evidence.statements import Statement
from grid.evidence.use_cases import add_evidence
from grid.organizations.models import Role
from grid.organizations.permissions import has_role
from inspections.cases.models import Case, ProofDistance
from inspections.cases.permissions import may_add_evidence
from inspections.cases.queries import expectation_of


def add_case_evidence(
    case: Case, *, actor: User, file: StoredFile, statement: Statement
) -> Evidence:
    """Put a file forward for a case; in any state, and whatever its findings. Raises NotPermitted."""
    if not may_add_evidence(actor, case):
        raise NotPermitted
    return add_evidence(
        case,
        actor=actor,
        code=case.number,
        file=file,
        statement=statement,
        expectation=expectation_of(case),
    )


def set_proof_distance(category: Category, *, actor: User, limit_m: float) -> ProofDistance:
    """How near its place a photo of this category (and those under it) must be taken, from now on."""
    if not has_role(actor, Role.ADMINISTRATOR):
        raise NotPermitted
    with transaction.atomic():
        distance, _ = ProofDistance.objects.update_or_create(
            category=category, defaults={"limit_m": limit_m}
        )
        record_act(
            actor=actor,
            act="set_proof_distance",
            subject=category,
            details={"limit_m": limit_m},
        )
    return distance
