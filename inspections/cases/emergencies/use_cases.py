"""Switching to emergency working and back: one act, one statement over all open cases, on record."""

from collections.abc import Sequence

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from core.audit import emit, record_bulk_act
from core.errors import Invalid
from core.models import User
from core.workflow import perform
from grid.areas.models import Area
from grid.catalogue.models import Category, Urgency
from inspections.cases.emergencies.models import Emergency
from inspections.cases.models import OPEN_STATES, Case
from inspections.cases.use_cases.moving import follow_acts


class UnknownScope(Invalid):
    """There is no area or category with these codes: {codes}."""

    zh = "没有这些代码的区域或类别：{codes}。"


def declare_emergency(
    *,
    actor: User,
    title: str,
    reason: str,
    areas: Sequence[str] = (),
    categories: Sequence[str] = (),
) -> Emergency:
    """From now on the open cases there come first, and what is reported is urgent; without areas: the city."""
    _must_exist(areas, categories)
    with transaction.atomic():
        emergency = perform(
            Emergency(
                title=title,
                areas=list(areas),
                categories=list(categories),
                reason=reason,
                declared_at=timezone.now(),
                declared_by=actor,
            ),
            "declare_emergency",
            actor=actor,
            reason=reason,
            details={"areas": list(areas), "categories": list(categories)},
        )
        within = Case.objects.filter(_scope(emergency), emergency=None, state__in=OPEN_STATES)
        _put_first(within, emergency, "put_first", actor)
    return emergency


def lift_emergency(emergency: Emergency, *, actor: User, reason: str) -> Emergency:
    """Back to ordinary working: its open cases come in their turn again; deadlines stay as they are."""
    now = timezone.now()
    with transaction.atomic():
        emergency = perform(
            emergency,
            "lift_emergency",
            actor=actor,
            reason=reason,
            changes={"lifted_at": now, "lifted_by": actor},
        )
        held = Case.objects.filter(emergency=emergency, state__in=OPEN_STATES)
        _put_first(held, None, "put_back", actor)
    return emergency


def _put_first(cases: object, emergency: Emergency | None, act: str, actor: User) -> None:
    keys = list(cases.order_by("pk").values_list("pk", flat=True))  # type: ignore[attr-defined]
    if keys:
        Case.objects.filter(pk__in=keys).update(emergency=emergency)
        record_bulk_act(actor=actor, act=act, subjects=[Case(pk=key) for key in keys])


def fall_under(case: Case, act: str, actor: User) -> None:
    """A case reported, filed or moved while an emergency lasts comes first where it lies in it; reported, it is urgent."""
    if act not in {"open", "file", "move_pin"} or case.emergency_id is not None:
        return
    for emergency in Emergency.objects.lasting():
        if _covers(emergency, case):
            case.emergency = emergency
            changed: dict[str, object] = {"emergency": emergency}
            if act == "open":
                case.urgency = Urgency.URGENT
                changed["urgency"] = Urgency.URGENT
            Case.objects.filter(pk=case.pk).update(**changed)
            emit(kind="case_put_first", subject=case)
            return


def _covers(emergency: Emergency, case: Case) -> bool:
    here = not emergency.areas or bool(set(emergency.areas) & set(case.area_codes))
    code = case.category.code if case.category else ""
    return here and (not emergency.categories or code in emergency.categories)


def _scope(emergency: Emergency) -> Q:
    scope = Q()
    if emergency.areas:
        scope &= Q(area_codes__overlap=emergency.areas)
    if emergency.categories:
        scope &= Q(category__code__in=emergency.categories)
    return scope


def _must_exist(areas: Sequence[str], categories: Sequence[str]) -> None:
    known = set(Area.objects.current().filter(code__in=areas).values_list("code", flat=True))
    known |= set(Category.objects.filter(code__in=categories).values_list("code", flat=True))
    if unknown := sorted({*areas, *categories} - known):
        raise UnknownScope(codes=unknown)


follow_acts(fall_under)
