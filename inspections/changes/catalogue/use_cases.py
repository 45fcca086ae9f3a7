"""Acts upon a draft of the catalogue: begun, its lines written, reviewed, taken out; and its publication."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import NumericRange
from django.utils import timezone

from core.errors import DomainError, Invalid, Missing
from core.models import User
from core.workflow import perform
from grid.catalogue.models import CatalogueEdition, Category, Duty, DutyLimit
from grid.catalogue.queries import CLOCKS, PROSE, duties_read, reading_now
from grid.ground.queries import the_city
from inspections.changes.catalogue.lines import as_file, missing_of
from inspections.changes.catalogue.models import DraftLine, EditionDraft
from inspections.changes.catalogue.queries import lines_of
from inspections.changes.models import ChangeSet
from inspections.changes.use_cases import (
    Publication,
    draft_change_set,
    follow_publications,
    keep_item,
    prepare_previews,
    without_impact,
)

COPIED = (
    "role",
    "organization",
    "supervisor",
    "custodian",
    "assists",
    *PROSE,
    "severity",
    "photos",
)
FILENAME = "catalogue.csv"
ROWS_TOLD = 200  # lines told in a refusal; the rest are counted


MISSING_ZH = {
    "legal_basis": "法律依据",
    "standard": "处置标准",
    "resolve_by": "办结时限",
    "review": "法制审核",
}


class NotACatalogueDraft(Missing):
    """The change set {number} holds no draft of the catalogue."""

    zh = "变更集 {number} 不是权责清单草案。"


class DutiesNotWhole(DomainError):
    """{count} lines of the draft cannot be published yet; each is listed with what it lacks: {first}."""

    status = 409
    zh = "草案中有 {count} 条事项尚不能发布，缺项逐条列出，例如：{first_zh}。"


class ReviewedByItsAuthor(DomainError):
    """Whoever wrote a line does not review its law: ask a colleague. Lines: {lines}."""

    status = 403
    zh = "起草人不能对自己起草的事项作法制审核，请由他人审核：{lines}。"


class ClassKnown(Invalid):
    """There is a class {code} already ({name}): write its lines, or choose another code."""

    zh = "类别 {code}（{name}）已存在：请直接编辑其事项，或另用编码。"


class NotToReplace(Invalid):
    """A class stands for others of its own kind, not for itself: {codes}."""

    zh = "承接的类别须为同类型（部件或事件）的其他类别：{codes}。"


@dataclass(frozen=True)
class NewClass:
    """A class that no edition knows yet."""

    code: str
    kind: str
    name: str
    parent: Category | None = None


class LimitTwice(Invalid):
    """Two limits are stated for the same urgency and zone."""

    zh = "同一紧急程度和城乡区域只能有一组时限。"


def begin_draft(
    *, actor: User, title: str, reason: str = "", effective_on: date | None = None
) -> EditionDraft:
    """Begin a draft edition (起草), in a change set of its own. Raises TitleNeeded."""
    with transaction.atomic():
        change_set = draft_change_set(actor=actor, title=title, reason=reason)
        edition = CatalogueEdition.objects.create()
        draft: EditionDraft = EditionDraft.objects.create(
            change_set=change_set, edition=edition, effective_on=effective_on
        )
    return draft


def set_effective(
    draft: EditionDraft, *, actor: User, effective_on: date | None, base_version: int | None = None
) -> EditionDraft:
    """From which day it is to hold (生效日期)."""
    with transaction.atomic():
        _edited(draft, actor, base_version, {"effective_on": str(effective_on or "")})
        draft.effective_on = effective_on
        draft.save(update_fields=["effective_on"])
    return draft


def write_line(
    draft: EditionDraft,
    *,
    actor: User,
    category: Category | NewClass,
    scenario: str = "",
    area_code: str = "",
    stated: Mapping[str, Any],
    ends: bool = False,
    replaces: Sequence[Category] | None = None,
    base_version: int | None = None,
) -> DraftLine:
    """Write one line (编辑事项): what it does not state stays as drafted, else as it is in force.

    `stated` holds fields of COPIED, and `limits`. The legal review begins anew. `replaces`: the classes
    for which the line's class stands from then on (合并、拆分); their own duties end with this edition.
    Raises LimitTwice, ClassKnown, NotToReplace.
    """
    with transaction.atomic():
        told = {"category": f"{category.kind}:{category.code}", "scenario": scenario.strip()}
        if replaces:
            told["replaces"] = ";".join(one.code for one in replaces)
        _edited(draft, actor, base_version, told)
        if isinstance(category, NewClass):
            category = _drafted(category)
        key = {"category": category, "scenario": scenario.strip(), "area_code": area_code}
        kept: dict[str, Any] = {}
        if replaces is not None:
            kept["replaces"] = _replaced(draft, category, replaces, actor)
        duty = draft.edition.duties.filter(**key).first() or _copied(draft, key)
        for name in COPIED:
            if name in stated:
                setattr(duty, name, stated[name])
        duty.reviewed_by, duty.reviewed_on = "", None
        duty.save()
        if "limits" in stated:
            _write_limits(duty, stated["limits"])
        now = timezone.now()
        line, _ = DraftLine.objects.update_or_create(
            duty=duty,
            defaults={
                "draft": draft, "ends": ends, "remark": "", "reviewer": None,
                "author": actor, "edited_at": now, **kept,
            },
        )  # fmt: skip
    return line


def _drafted(new: NewClass) -> Category:
    """The class, made for drafts alone until it is published."""
    stated = {"name": new.name, "parent": new.parent}
    category, made = Category.objects.get_or_create(
        code=new.code, kind=new.kind, defaults={**stated, "drafted": True}
    )
    if not made and not category.drafted:
        raise ClassKnown(code=category.code, name=category.name)
    if not made:
        Category.objects.filter(pk=category.pk).update(**stated)
    return category


def _replaced(
    draft: EditionDraft, category: Category, formers: Sequence[Category], actor: User
) -> list[str]:
    """The codes of the classes it stands for; what they have in force ends, unless the draft says otherwise."""
    wrong = [one.code for one in formers if one.kind != category.kind or one.pk == category.pk]
    if wrong:
        raise NotToReplace(codes=wrong)
    drafted = set(draft.edition.duties.values_list("category_id", "scenario", "area_code"))
    for duty in duties_read(reading_now()).filter(category__in=formers):
        key = {name: getattr(duty, name) for name in ("category", "scenario", "area_code")}
        if (duty.category_id, duty.scenario, duty.area_code) not in drafted:
            DraftLine.objects.create(
                duty=_copied(draft, key),
                draft=draft,
                ends=True,
                author=actor,
                edited_at=timezone.now(),
            )
    return sorted({one.code for one in formers})


def remove_line(
    draft: EditionDraft, *, actor: User, duty: int, base_version: int | None = None
) -> EditionDraft:
    """Take a line out of the draft (移出草案): in force it stays as it is. Raises Missing."""
    with transaction.atomic():
        _edited(draft, actor, base_version, {"removed": duty})
        deleted, _ = draft.edition.duties.filter(pk=duty).delete()
        if not deleted:
            raise Missing(id=duty)
    return draft


def review_lines(
    draft: EditionDraft,
    *,
    actor: User,
    duties: Sequence[int] | None = None,
    remark: str = "",
    base_version: int | None = None,
) -> int:
    """The legal review (法制审核): lines pass, or with a remark go back; None: all not reviewed yet.

    Returns how many. Raises ReviewedByItsAuthor for lines that the actor wrote.
    """
    with transaction.atomic():
        change_set = perform(
            draft.change_set,
            "review_catalogue",
            actor=actor,
            reason=remark,
            base_version=base_version,
            changes=without_impact(draft.change_set),
            details={"passed": not remark.strip()},
        )
        _forget_item(draft)
        lines = [
            line
            for line in lines_of(draft)
            if (line.duty_id in duties if duties is not None else not line.duty.reviewed_on)
        ]
        own = [str(line.duty.category.name) for line in lines if line.author_id == actor.pk]
        if own:
            raise ReviewedByItsAuthor(lines=own[:10])
        today = timezone.localdate(timezone=ZoneInfo(the_city().timezone))
        name = actor.get_full_name() or actor.username
        for line in lines:
            line.remark, line.reviewer = remark.strip(), actor
            passed = not line.remark
            line.duty.reviewed_by = name[:100] if passed else ""
            line.duty.reviewed_on = today if passed else None
        DraftLine.objects.bulk_update(lines, ["remark", "reviewer"], batch_size=500)
        Duty.objects.bulk_update(
            [line.duty for line in lines], ["reviewed_by", "reviewed_on"], batch_size=500
        )
    draft.change_set = change_set
    return len(lines)


def draft_of(change_set: ChangeSet) -> EditionDraft:
    """The draft edition of a change set; raises NotACatalogueDraft."""
    draft: EditionDraft | None = EditionDraft.objects.filter(change_set=change_set).first()
    if draft is None:
        raise NotACatalogueDraft(number=change_set.number)
    return draft


def _edited(
    draft: EditionDraft, actor: User, base_version: int | None, told: Mapping[str, Any]
) -> None:
    draft.change_set = perform(
        draft.change_set,
        "edit_catalogue",
        actor=actor,
        base_version=base_version,
        changes=without_impact(draft.change_set),
        details=told,
    )
    _forget_item(draft)


def _forget_item(draft: EditionDraft) -> None:
    """Its lines changed: the file that was made of them says something else."""
    stale, draft.item = draft.item, None
    if stale is not None:
        draft.save(update_fields=["item"])
        stale.delete()


def _copied(draft: EditionDraft, key: Mapping[str, Any]) -> Duty:
    """A line as it is in force, or a blank one, within the draft."""
    version = draft.edition.draft_version
    former = duties_read(reading_now()).filter(**key).first()
    fields = {name: getattr(former, name) for name in COPIED} if former else {"role": "authority"}
    duty = Duty.objects.create(
        edition=draft.edition, recorded_during=NumericRange(version, version + 1), **key, **fields
    )
    for limit in former.limits.all() if former else ():
        clocks = {clock: getattr(limit, clock) for clock in CLOCKS}
        DutyLimit.objects.create(duty=duty, urgency=limit.urgency, zone=limit.zone, **clocks)
    return duty


def _write_limits(duty: Duty, limits: Sequence[Mapping[str, str]]) -> None:
    keys = [(limit.get("urgency", ""), limit.get("zone", "")) for limit in limits]
    if len(set(keys)) != len(keys):
        raise LimitTwice
    duty.limits.all().delete()
    for limit in limits:
        DutyLimit.objects.create(duty=duty, **limit)


def _compile(change_set: ChangeSet, actor: User) -> None:
    """Before a preview: the lines, all of them whole and reviewed, as a file of the change set."""
    draft = EditionDraft.objects.filter(change_set=change_set).select_related("edition").first()
    if draft is None or draft.item is not None:
        return
    lines = lines_of(draft)
    if not lines:
        return
    lacking = [(line, missing_of(line)) for line in lines]
    rows = [_lack(line, names) for line, names in lacking if names]
    if rows:
        first = f"{rows[0]['name']} ({', '.join(rows[0]['missing'])})"
        lacks = "、".join(MISSING_ZH[name] for name in rows[0]["missing"])
        raise DutiesNotWhole(
            count=len(rows),
            first=first,
            first_zh=f"{rows[0]['name']}（缺{lacks}）",
            rows=rows[:ROWS_TOLD],
        )
    zone = ZoneInfo(the_city().timezone)
    draft.item = keep_item(
        change_set,
        actor=change_set.author,
        layer="catalogue",
        filename=FILENAME,
        file=as_file(lines, draft.effective_on, zone),
        options={},
    )
    draft.save(update_fields=["item"])


def _lack(line: DraftLine, missing: Sequence[str]) -> dict[str, Any]:
    duty = line.duty
    return {
        "id": duty.pk,
        "category": duty.category.code,
        "name": duty.category.name,
        "scenario": duty.scenario,
        "area": duty.area_code,
        "missing": list(missing),
    }


def _published(publication: Publication, actor: User) -> None:
    """Once it is published the draft is the edition it became; its draft lines are gone."""
    change_set = publication.change_set
    draft = EditionDraft.objects.filter(change_set=change_set).first() if change_set else None
    if draft is None or change_set is None:
        return
    drafted = draft.edition
    became = CatalogueEdition.objects.filter(version=change_set.published_version).first()
    if became is None:  # nothing in it was new: only other items were
        return
    draft.edition = became
    draft.save(update_fields=["edition"])
    drafted.duties.all().delete()
    drafted.delete()


prepare_previews(_compile)
follow_publications(_published)
