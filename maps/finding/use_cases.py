"""Learning the names of the ground after a publication, little by little."""

from collections.abc import Iterator, Sequence

from django.db import connection, transaction

from grid.ground.queries import newest_version
from maps.finding.models import NamesLearnt
from maps.finding.queries import new_names
from maps.finding.sounds import folded, readings

AT_ONCE = 2_000  # what a search may learn by itself; more is left to the job
CHUNK = 5_000

_KEEP = """
    INSERT INTO maps_spoken_name (kind, name, folded, initials, sound)
    SELECT * FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::text[])
    ON CONFLICT DO NOTHING
"""


def learn_names(most: int | None = None) -> int:
    """Keep how each name sounds that came to the ground since it was last done; how many there were.

    With `most`, learn nothing if there are more. What is kept is a fact about words, so two at once,
    or one that is killed between two chunks, do no harm: the version is set last.
    """
    newest = newest_version()
    learnt = NamesLearnt.objects.values_list("version", flat=True).first() or 0
    if learnt >= newest:
        return 0
    names = new_names(learnt, None if most is None else most + 1)
    if most is not None and len(names) > most:
        return 0
    for start in range(0, len(names), CHUNK):
        _keep(_rows(names[start : start + CHUNK]))
    with transaction.atomic():
        row, _ = NamesLearnt.objects.select_for_update().get_or_create(id=1)
        row.version = max(row.version, newest)
        row.save(update_fields=["version"])
    return len(names)


def _rows(names: Sequence[tuple[str, str]]) -> Iterator[tuple[str, ...]]:
    for kind, name in names:
        plain = folded(name)
        for initials, sound in readings(name):
            yield kind, name, plain, initials[:200], sound[:1400]


def _keep(rows: Iterator[tuple[str, ...]]) -> None:
    columns = list(zip(*rows, strict=True))
    if not columns:
        return
    with connection.cursor() as cursor:
        cursor.execute(_KEEP, [list(column) for column in columns])
