"""Beginning a change set, putting loads into it, taking them out, giving it up."""

from collections.abc import Mapping
from typing import IO, Any

from django.db import connection, transaction
from django.utils import timezone

from core.errors import Invalid, Missing
from core.models import User
from core.workflow import perform
from grid.ground.queries import city_zone, newest_version
from inspections.changes.files import bare_name, keep
from inspections.changes.models import ChangeItem, ChangeSet, ImpactRow
from inspections.changes.what_if import as_if_published

ROWS_TOLD = 200  # rejected rows told in a refusal; the rest are counted


class TitleNeeded(Invalid):
    """A change set needs a title of at most 200 letters."""

    zh = "变更集须有标题（不超过 200 字）。"


class RowsRejected(Invalid):
    """{count} rows of '{filename}' cannot be loaded, so nothing of it was kept; mend them, or add it with keep_good."""

    zh = "“{filename}”有 {count} 行无法导入，因此未保存：请修正这些行，或使用 keep_good 只保留其余行。"


def draft_change_set(*, actor: User, title: str, reason: str = "") -> ChangeSet:
    """Begin a change set (起草)."""
    if not title.strip() or len(title.strip()) > 200:
        raise TitleNeeded
    now = timezone.now()
    change_set = ChangeSet(
        number=_next_number(),
        title=title.strip(),
        reason=reason.strip(),
        author=actor,
        created_at=now,
        base_version=newest_version(),
    )
    return perform(change_set, "draft", actor=actor, reason=reason.strip())


def add_item(
    change_set: ChangeSet,
    *,
    actor: User,
    layer: str,
    filename: str,
    file: IO[bytes],
    options: Mapping[str, Any],
    base_version: int | None = None,
) -> ChangeItem:
    """Put a load into it (添加变更), tried at once upon the ground with all that stands in it before.

    Raises RowsRejected, with row numbers and reasons, unless `options` says keep_good; then, and for
    a file that cannot be read, nothing is kept.
    """
    with transaction.atomic():
        change_set = perform(
            change_set,
            "add_item",
            actor=actor,
            base_version=base_version,
            changes=without_impact(change_set),
            details={"layer": layer, "filename": bare_name(filename)},
        )
        return keep_item(
            change_set, actor=actor, layer=layer, filename=filename, file=file, options=options
        )


def keep_item(
    change_set: ChangeSet,
    *,
    actor: User,
    layer: str,
    filename: str,
    file: IO[bytes],
    options: Mapping[str, Any],
) -> ChangeItem:
    """Keep a load as the last item of a set, tried upon the ground; no act. Raises RowsRejected."""
    item = ChangeItem.objects.create(
        change_set=change_set,
        layer=layer,
        filename=bare_name(filename),
        sha256=keep(file),
        options=dict(options),
        added_at=timezone.now(),
        added_by=actor,
    )
    with as_if_published(change_set.items.order_by("id"), actor=actor) as applied:
        own = applied[-1]
    if own.refused:
        raise RowsRejected(
            count=len(own.rejected), filename=item.filename, rows=own.rejected[:ROWS_TOLD]
        )
    item.told = own.as_json()
    item.save(update_fields=["told"])
    return item


def remove_item(
    change_set: ChangeSet, *, actor: User, item: int, base_version: int | None = None
) -> ChangeSet:
    """Take a load out of it (移除变更). Raises Missing."""
    with transaction.atomic():
        change_set = perform(
            change_set,
            "remove_item",
            actor=actor,
            base_version=base_version,
            changes=without_impact(change_set),
            details={"item": item},
        )
        deleted, _ = change_set.items.filter(pk=item).delete()
        if not deleted:
            raise Missing
    return change_set


def withdraw_change_set(
    change_set: ChangeSet, *, actor: User, reason: str = "", base_version: int | None = None
) -> ChangeSet:
    """Give it up (撤回): it stays on record, and is never published."""
    return perform(
        change_set,
        "withdraw",
        actor=actor,
        reason=reason,
        base_version=base_version,
        changes={"ended_at": timezone.now()},
    )


def without_impact(change_set: ChangeSet) -> dict[str, Any]:
    """What is in it changed: nobody may publish by an impact found before."""
    ImpactRow.objects.filter(change_set=change_set).delete()
    return {"impact": None, "impact_on": None}


def _next_number() -> str:
    day = timezone.now().astimezone(city_zone())
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('inspections_change_set_number')")
        return f"G{day:%Y%m%d}-{cursor.fetchone()[0]:04d}"
