"""Acts upon advanced costs: entered, laid upon a body, recovered, waived."""

from datetime import date
from decimal import Decimal

from django.utils import timezone

from core.errors import Invalid
from core.models import User
from core.workflow import perform
from grid.organizations.models import Organization
from inspections.cases.models import Case
from inspections.joint.costs.models import AdvanceCost


class OwedByPayer(Invalid):
    """What a body pays for itself is no advance: {body} cannot owe it to itself."""

    zh = "自行承担的费用不是垫付：{body}不能既是垫付单位又是承担单位。"


class MoreThanPaid(Invalid):
    """At most {amount} yuan can be recovered, above nothing; you gave {given}."""

    zh = "追回金额须大于 0 且不超过垫付的 {amount} 元；您填写的是 {given} 元。"


def advance_cost(
    case: Case,
    *,
    actor: User,
    payer: Organization,
    amount: Decimal,
    purpose: str,
    paid_on: date,
    owed_by: Organization | None = None,
    households: int | None = None,
) -> AdvanceCost:
    """A body has paid what it does not owe (垫付), to be recovered later. Raises OwedByPayer."""
    if owed_by == payer:
        raise OwedByPayer(body=payer.name)
    return perform(
        AdvanceCost(
            case=case,
            payer=payer,
            owed_by=owed_by,
            amount=amount,
            households=households,
            purpose=purpose,
            paid_on=paid_on,
            entered_at=timezone.now(),
            entered_by=actor,
        ),
        "advance",
        actor=actor,
        details={"case": case.number, "payer": payer.code},
    )


def lay_upon(
    cost: AdvanceCost,
    *,
    actor: User,
    owed_by: Organization,
    reason: str,
    base_version: int | None = None,
) -> AdvanceCost:
    """It is known by now who owes it, with the reason. Raises OwedByPayer."""
    if owed_by.pk == cost.payer_id:
        raise OwedByPayer(body=owed_by.name)
    return perform(
        cost,
        "owe",
        actor=actor,
        reason=reason,
        base_version=base_version,
        changes={"owed_by": owed_by},
        details={"owed_by": owed_by.code},
    )


def recover_cost(
    cost: AdvanceCost,
    *,
    actor: User,
    amount: Decimal | None = None,
    reason: str = "",
    base_version: int | None = None,
) -> AdvanceCost:
    """It came back: all of it, or so much as is said. Raises MoreThanPaid."""
    got = cost.amount if amount is None else amount
    if not 0 < got <= cost.amount:
        raise MoreThanPaid(amount=str(cost.amount), given=str(got))
    changes = {"recovered": got, "note": reason}
    return perform(
        cost, "recover", actor=actor, reason=reason, base_version=base_version, changes=changes
    )


def waive_cost(
    cost: AdvanceCost, *, actor: User, reason: str, base_version: int | None = None
) -> AdvanceCost:
    """It will not come back, with the reason (协商未果)."""
    return perform(
        cost,
        "waive",
        actor=actor,
        reason=reason,
        base_version=base_version,
        changes={"note": reason},
    )
