"""What bodies hold, are given and give away, facility by facility, straight from the ledger.

A body *holds* a facility in a role when a signed handover with a paper passed the role to it, or when
it is the registered party of that role and no such handover passed it on; a builder holds what no such
handover passed to anybody. Where a handover stands is told by the most advanced of the signed ones,
else by the newest (`grid.handover.queries.standing_of`).
"""

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection

from core.models import User
from grid.organizations.models import Organization

NOW = "upper_inf({0}.recorded_during) AND {0}.valid_during @> now()"
ROLE_BITS = {"owner": 1, "maintainer": 2, "payer": 4, "builder": 8}
MOST_POINTS = 1500

_BIT = "CASE {0}.role " + " ".join(f"WHEN '{r}' THEN {b}" for r, b in ROLE_BITS.items()) + " END"
_PAPER = f"""{NOW.format("e")} AND e.standing = 'signed' AND e.document <> ''"""

# Facilities that concern the bodies, with the roles they hold as bits; `after` for the next page.
OURS = f"""
    SELECT facility_id, bit_or(role) AS roles FROM (
        SELECT p.facility_id, {_BIT.format("p")} AS role
        FROM grid_facility_party p
        WHERE {NOW.format("p")} AND p.organization_id = ANY(%(bodies)s)
            AND p.role IN ('owner', 'maintainer', 'payer', 'builder')
            AND p.facility_id > %(after)s
            AND NOT EXISTS (
                SELECT FROM grid_handover_effect e
                WHERE e.facility_id = p.facility_id AND {_PAPER}
                AND (p.role = 'builder' OR e.role = p.role))
        UNION ALL
        SELECT x.facility_id, {_BIT.format("x")}
        FROM grid_handover_effect x
        WHERE {NOW.format("x")} AND x.organization_id = ANY(%(bodies)s) AND x.standing = 'signed'
            AND x.facility_id > %(after)s
            AND NOT EXISTS (
                SELECT FROM grid_handover_effect e
                WHERE e.facility_id = x.facility_id AND e.role = x.role AND {_PAPER}
                AND lower(e.valid_during) > lower(x.valid_during))
        UNION ALL
        SELECT i.facility_id, 0
        FROM grid_handover h JOIN grid_handover_item i ON i.handover_id = h.id
        WHERE (h.to_organization_id = ANY(%(bodies)s) OR h.from_organization_id = ANY(%(bodies)s))
            AND i.facility_id > %(after)s
    ) AS one GROUP BY facility_id"""

_STANDING = """
    LEFT JOIN LATERAL (
        SELECT h.* FROM grid_handover_item i JOIN grid_handover h ON h.id = i.handover_id
        WHERE i.facility_id = ours.facility_id
        ORDER BY CASE h.state WHEN 'in_service' THEN 3 WHEN 'in_warranty' THEN 2
            WHEN 'signed' THEN 1 ELSE 0 END DESC, i.handover_id DESC LIMIT 1
    ) AS h ON true"""

# `none`: nothing at all is on record; `not_handed_over`: a builder is, a handover is not.
STATE = f"""COALESCE(h.state, CASE WHEN EXISTS (
        SELECT FROM grid_facility_party b WHERE b.facility_id = ours.facility_id
        AND b.role = 'builder' AND {NOW.format("b")}) THEN 'not_handed_over' ELSE 'none' END)"""
_SIGNED = "h.state IN ('signed', 'in_warranty', 'in_service')"
PARTS = {
    "held": "ours.roles > 0",
    "coming": f"h.to_organization_id = ANY(%(bodies)s) AND h.state <> 'cancelled' AND NOT {_SIGNED}",
    "leaving": f"h.from_organization_id = ANY(%(bodies)s) AND h.state <> 'cancelled' AND NOT {_SIGNED}",
    "given": f"h.from_organization_id = ANY(%(bodies)s) AND {_SIGNED}",
}
_KNOWN = f"""
    FROM ({OURS}) AS ours
    JOIN grid_facility_record r ON r.facility_id = ours.facility_id AND {NOW.format("r")}
        AND r.state <> 'removed'
    {_STANDING}"""
# What lies in a box is found first, and joined as a whole: the planner takes what bodies hold for a
# few rows, and would look for a hundred thousand one by one.
_INSIDE = f"""
    inside AS MATERIALIZED (
        SELECT r.* FROM grid_facility_record r
        WHERE {NOW.format("r")} AND r.state <> 'removed'
        AND r.location && ST_MakeEnvelope(%(w)s, %(s)s, %(e)s, %(n)s, 4326)
    ), held AS MATERIALIZED ({OURS})"""
_SEEN = f"""
    FROM held AS ours JOIN inside r ON r.facility_id = ours.facility_id
    {_STANDING}"""

_FLAGS = ", ".join(f"COALESCE({condition}, false) AS {part}" for part, condition in PARTS.items())
SUMMARY = f"""
    SELECT c.code, c.name, alike.state, alike.roles, {", ".join(PARTS)}, alike.number,
        ST_XMin(box), ST_YMin(box), ST_XMax(box), ST_YMax(box)
    FROM (
        SELECT category_id, state, roles, {", ".join(PARTS)}, count(*) AS number,
            ST_Extent(location) AS box
        FROM (SELECT r.category_id, r.location, {STATE} AS state, ours.roles, {_FLAGS} {_KNOWN})
            AS each
        GROUP BY category_id, state, roles, {", ".join(PARTS)}
    ) AS alike JOIN grid_category c ON c.id = alike.category_id"""

_PARTY_NAMES = f"""(SELECT jsonb_object_agg(p.role, o.name)
    FROM grid_facility_party p JOIN grid_organization o ON o.id = p.organization_id
    WHERE p.facility_id = page.facility_id AND {NOW.format("p")})"""
_PASSED_NAMES = f"""(SELECT jsonb_object_agg(e.role, o.name ORDER BY lower(e.valid_during))
    FROM grid_handover_effect e JOIN grid_organization o ON o.id = e.organization_id
    WHERE e.facility_id = page.facility_id AND {_PAPER})"""

_ROW = f"""
    SELECT page.facility_id, f.code, page.name, c.code AS category, c.name AS category_name,
        page.condition, page.state, page.roles, page.cell, page.handover, page.kind, page.document,
        page.reason, page.signed_on, page.effective_on, giver.name AS giver, receiver.name AS receiver,
        ST_X(page.spot) AS lon, ST_Y(page.spot) AS lat,
        COALESCE({_PARTY_NAMES}, '{{}}') || COALESCE({_PASSED_NAMES}, '{{}}') AS parties
    FROM page
    JOIN grid_facility f ON f.id = page.facility_id
    JOIN grid_category c ON c.id = page.category_id
    LEFT JOIN grid_organization giver ON giver.id = page.from_organization_id
    LEFT JOIN grid_organization receiver ON receiver.id = page.to_organization_id
    ORDER BY page.facility_id"""

_COLUMNS = f"""
    SELECT ours.facility_id, ours.roles, r.name, r.category_id, r.state AS condition,
        r.home_cell_code AS cell, {STATE} AS state, h.code AS handover, h.kind, h.document,
        h.reason, h.signed_on, h.effective_on, h.from_organization_id, h.to_organization_id,
        ST_PointOnSurface(r.location) AS spot"""


@dataclass(frozen=True)
class Filters:
    """What of it is asked for; blank or None: all."""

    bodies: tuple[int, ...]
    part: str = ""
    states: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    words: str = ""
    box: tuple[float, float, float, float] | None = None


@dataclass(frozen=True)
class Bodies:
    """Organizations whose portal a person may open: their own, and those below."""

    own: list[Organization]
    below: list[Organization]

    def named(self, code: str) -> Organization | None:
        """One of them by its code."""
        return next((one for one in (*self.own, *self.below) if one.code == code), None)


def bodies_of(user: User) -> Bodies:
    """The bodies in which a user holds a role, and all below these in the tree."""
    everybody = {body.pk: body for body in Organization.objects.order_by("code")}
    own = sorted(set(user.memberships.values_list("organization_id", flat=True)))
    reached = set(own)
    while more := {body.pk for body in everybody.values() if body.parent_id in reached} - reached:
        reached |= more
    return Bodies(
        own=[everybody[pk] for pk in own],
        below=[body for pk, body in everybody.items() if pk in reached - set(own)],
    )


def _asked(filters: Filters, after: int = 0) -> tuple[str, dict[str, Any]]:
    """The conditions, and what they bind."""
    parameters: dict[str, Any] = {"bodies": list(filters.bodies), "after": after}
    conditions = []
    if filters.part:
        conditions.append(PARTS[filters.part])
    if filters.states:
        conditions.append(f"{STATE} = ANY(%(states)s)")
        parameters["states"] = list(filters.states)
    if filters.categories:
        conditions.append(
            "r.category_id IN (SELECT id FROM grid_category WHERE code = ANY(%(categories)s))"
        )
        parameters["categories"] = list(filters.categories)
    if filters.words:
        literal = filters.words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        conditions.append(
            "(r.name ILIKE %(part)s OR h.code ILIKE %(prefix)s OR h.document ILIKE %(part)s OR "
            "EXISTS (SELECT FROM grid_facility n WHERE n.id = r.facility_id AND n.code ILIKE %(prefix)s))"
        )
        parameters |= {"part": f"%{literal}%", "prefix": f"{literal}%"}
    if filters.box:
        parameters |= dict(zip("wsen", filters.box, strict=True))
    where = " AND ".join(f"({condition})" for condition in conditions)
    return (f" WHERE {where}" if where else ""), parameters


def summary(bodies: tuple[int, ...]) -> dict[str, Any]:
    """Counts by part, state, category and role, and the box in which all of it lies."""
    with connection.cursor() as cursor:
        cursor.execute(SUMMARY, {"bodies": list(bodies), "after": 0})
        rows = cursor.fetchall()
    boxes = [row[-4:] for row in rows]
    return {
        "groups": [
            {
                "category": code,
                "state": state,
                "roles": roles_of(roles),
                "parts": [part for part, true in zip(PARTS, more[:-5], strict=True) if true],
                "count": more[-5],
            }
            for code, _, state, roles, *more in rows
        ],
        "categories": dict(sorted((code, name) for code, name, *_ in rows)),
        "bounds": [end(box[side] for box in boxes) for side, end in enumerate((min, min, max, max))]
        if boxes
        else None,
    }


def roles_of(bits: int) -> list[str]:
    """The roles that bits stand for."""
    return [role for role, bit in ROLE_BITS.items() if bits & bit]


def _of(filters: Filters) -> tuple[str, str]:
    """The WITH that goes before, and the rows: everywhere, or what lies in the box."""
    return (f"{_INSIDE}, ", _SEEN) if filters.box else ("", _KNOWN)


def page_statement(filters: Filters, after: int = 0, limit: int | None = None) -> Any:
    """The statement of one page (or all) in the order of the facilities' keys, and its parameters."""
    where, parameters = _asked(filters, after)
    parameters["limit"] = limit
    before, rows = _of(filters)
    page = f"{_COLUMNS} {rows}{where} ORDER BY ours.facility_id LIMIT %(limit)s"
    return f"WITH {before} page AS MATERIALIZED ({page}) {_ROW}", parameters


def page(filters: Filters, after: int, limit: int) -> list[dict[str, Any]]:
    """Rows beyond a key."""
    statement, parameters = page_statement(filters, after, limit)
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return [_row(cursor.description, row) for row in cursor.fetchall()]


def all_rows(filters: Filters) -> Iterator[dict[str, Any]]:
    """Every row, read from the server as it is written out."""
    statement, parameters = page_statement(filters)
    with connection.chunked_cursor() as cursor:
        cursor.execute(statement, parameters)
        for row in cursor:
            yield _row(cursor.description, row)


def _row(columns: Any, values: Any) -> dict[str, Any]:
    row = {column.name: value for column, value in zip(columns, values, strict=True)}
    parties = row["parties"]
    row["parties"] = json.loads(parties) if isinstance(parties, str) else parties
    row["roles"] = roles_of(row["roles"])
    return row


def points(filters: Filters, across: int) -> dict[str, Any]:
    """What a map shows in its box: each facility, or counts by squares where they are too many.

    `across`: how many squares stand side by side.
    """
    if filters.box is None:
        raise ValueError("a map has a box")
    where, parameters = _asked(filters)
    spot = "ST_PointOnSurface(r.location)"
    with connection.cursor() as cursor:
        cursor.execute(
            f"""WITH {_INSIDE} SELECT f.code, ST_X(spot), ST_Y(spot), state, name FROM (
                SELECT r.facility_id, {spot} AS spot, {STATE} AS state, r.name {_SEEN}{where}
                LIMIT {MOST_POINTS + 1}) AS shown JOIN grid_facility f ON f.id = shown.facility_id""",
            parameters,
        )
        rows = cursor.fetchall()
        if len(rows) <= MOST_POINTS:
            return {"points": [list(row) for row in rows], "squares": []}
        west, south, east, _ = filters.box
        wide = (east - west) / across
        cursor.execute(
            f"""WITH {_INSIDE} SELECT count(*), avg(ST_X(spot)), avg(ST_Y(spot)),
                count(*) FILTER (WHERE state IN ('refused', 'overdue', 'disputed'))
            FROM (SELECT {spot} AS spot, {STATE} AS state {_SEEN}{where}) AS shown
            GROUP BY floor((ST_X(spot) - %(w)s) / %(wide)s), floor((ST_Y(spot) - %(s)s) / %(high)s)""",
            parameters | {"wide": wide, "high": wide * math.cos(math.radians(south))},
        )
        return {"points": [], "squares": [list(row) for row in cursor.fetchall()]}
