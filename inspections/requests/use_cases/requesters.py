"""Who made a request: kept sealed, read with a reason and on record, found by phone, erased."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone

from core.audit import record_act, record_bulk_act
from core.errors import DomainError, Invalid, Missing, NotPermitted
from core.models import User
from core.operations import hide_in_answers
from core.workflow import ReasonRequired
from inspections.requests.models import Requester, RequesterKind, ServiceRequest
from inspections.requests.permissions import (
    may_erase_requester,
    may_read_requester,
    may_search_requesters,
)
from inspections.requests.privacy import (
    MASKS,
    normal_phone,
    phone_mark,
    phone_marks,
    seal,
    unseal,
    without_numbers,
)

LONGEST_NAME, LONGEST_PHONE, LONGEST_EMAIL = 100, 40, 254
MOST_FOUND = 200


class BadPhone(Invalid):
    """This is no telephone number: write its 7 to 15 digits, such as 138 1234 5678."""

    zh = "电话号码有误：请填写 7 至 15 位数字，例如 138 1234 5678。"


class BadEmail(Invalid):
    """This is no e-mail address: write it as name@example.cn."""

    zh = "电子邮箱有误：请按 name@example.cn 的格式填写。"


class NoRequester(Missing):
    """Nobody left a name or a number with this request."""

    zh = "该诉求没有留下姓名或联系方式。"


class RequesterErased(DomainError):
    """The requester's data have been erased."""

    status = 410
    zh = "诉求人信息已删除。"


@dataclass(frozen=True, kw_only=True)
class Person:
    """Who speaks, as stated; all may be blank."""

    name: str = ""
    phone: str = ""
    email: str = ""
    kind: str = RequesterKind.CITIZEN

    def __bool__(self) -> bool:
        """Whether anything is known of the person."""
        return bool(self.name or self.phone or self.email)


def checked(person: Person) -> Person:
    """The person with the blanks cut off; raises BadPhone, BadEmail."""
    name, phone, email = (
        " ".join(text.replace("\x00", "").split())
        for text in (person.name, person.phone, person.email)
    )
    if phone and (len(phone) > LONGEST_PHONE or not normal_phone(phone)):
        raise BadPhone
    if email:
        try:
            validate_email(email)
        except ValidationError as wrong:
            raise BadEmail from wrong
    return Person(name=name[:LONGEST_NAME], phone=phone, email=email, kind=person.kind)


def keep_requester(request: ServiceRequest, person: Person | None) -> None:
    """Keep who made a request, in the request's own transaction; somebody unknown leaves no row."""
    if person is None:
        return
    person = checked(person)
    if not person and person.kind == RequesterKind.CITIZEN:
        return
    told = {"name": person.name, "phone": person.phone, "email": person.email}
    Requester.objects.create(
        request=request,
        kind=person.kind,
        sealed=seal(told) if person else "",
        phone_mark=phone_mark(person.phone),
        reachable=bool(person.phone or person.email),
    )


def read_requester(request: ServiceRequest, *, actor: User, reason: str) -> Person:
    """Who made the request, in clear: with a reason, and on record every time.

    Raises NotPermitted, ReasonRequired, NoRequester, RequesterErased.
    """
    if not may_read_requester(actor, request):
        raise NotPermitted
    reason = _stated(reason, "read_requester")
    kept = Requester.objects.filter(request=request).first()
    if kept is None or not (kept.sealed or kept.erased_at):
        raise NoRequester
    if kept.erased_at:
        raise RequesterErased
    with transaction.atomic():
        record_act(actor=actor, act="read_requester", subject=request, reason=reason)
    return Person(**unseal(kept.sealed), kind=kept.kind)


def requests_by_phone(phone: str, *, actor: User, reason: str) -> list[ServiceRequest]:
    """The requests of a number that the actor may see, the newest first; every search is on record.

    The record names who, why and what was found; never the number. Raises NotPermitted, BadPhone,
    ReasonRequired.
    """
    if not may_search_requesters(actor):
        raise NotPermitted
    reason = _stated(reason, "by_phone")
    if not normal_phone(phone):
        raise BadPhone
    seen = ServiceRequest.objects.visible_to(actor)
    found = seen.filter(requester__phone_mark__in=phone_marks(phone))
    listed = list(
        found.select_related("category", "requester", "receipt__channel").order_by(
            "-reported_at", "-id"
        )[:MOST_FOUND]
    )
    with transaction.atomic():
        record_act(
            actor=actor,
            act="search_requests_by_phone",
            subject=actor,
            reason=reason,
            details={"requests": [request.code for request in listed]},
        )
    return listed


def erase_requester(request: ServiceRequest, *, actor: User, reason: str) -> Requester:
    """Forget who made the request, for good; the request itself stays. Erasing twice changes nothing."""
    if not may_erase_requester(actor, request):
        raise NotPermitted
    reason = _stated(reason, "erase")
    with transaction.atomic():
        kept = Requester.objects.select_for_update().filter(request=request).first()
        if kept is None:
            raise NoRequester
        if kept.erased_at is None:
            # Answers kept for repeats show the mask; those of the nightly job are long gone by then.
            told = unseal(kept.sealed)
            masks = [mask(told.get(name, "")) for name, mask in MASKS.items()]
            hide_in_answers(masks, about=request.code)
            _empty([kept])
            record_act(actor=actor, act="erase_requester", subject=request, reason=reason)
            kept.refresh_from_db()
    return kept


def erase_requesters(requests: Iterable[ServiceRequest], *, actor: User, reason: str) -> int:
    """Forget who made these requests: one entry with a manifest; returns how many were known."""
    with transaction.atomic():
        known = Requester.objects.select_for_update(of=("self",)).filter(
            request__in=list(requests), erased_at__isnull=True
        )
        kept = list(known.select_related("request").order_by("pk"))
        if kept:
            _empty(kept)
            record_bulk_act(
                actor=actor,
                act="erase_requesters",
                subjects=[requester.request for requester in kept],
                reason=reason,
            )
    return len(kept)


def reseal_requesters(*, actor: User, batch: int = 1000) -> int:
    """Seal and mark everything anew under the first key; returns how many were resealed."""
    done, after = 0, 0
    while True:
        with transaction.atomic():
            rows = list(
                Requester.objects.select_for_update()
                .filter(pk__gt=after)
                .exclude(sealed="")
                .order_by("pk")[:batch]
            )
            for row in rows:
                told = unseal(row.sealed)
                row.sealed, row.phone_mark = seal(told), phone_mark(told.get("phone", ""))
            Requester.objects.bulk_update(rows, ["sealed", "phone_mark"])
            if not rows:
                record_act(
                    actor=actor, act="reseal_requesters", subject=actor, details={"count": done}
                )
                return done
        done, after = done + len(rows), rows[-1].pk


def _empty(kept: list[Requester]) -> None:
    Requester.objects.filter(pk__in=[requester.pk for requester in kept]).update(
        sealed="", phone_mark="", reachable=False, erased_at=timezone.now()
    )


def _stated(reason: str, act: str) -> str:
    """The reason as it may stand on record: people type the number they look for into it."""
    if not reason.strip():
        raise ReasonRequired(act=act)
    return without_numbers(reason.strip())
