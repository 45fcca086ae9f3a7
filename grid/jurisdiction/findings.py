"""What is wrong with who answers: overlapping, uncovered, contested and unproven ground."""

from typing import Any

import shapely
from django.db import connection
from shapely import STRtree
from shapely.geometry.base import BaseGeometry

from grid.cells.coverage import wide_parts
from grid.cells.queries import current_units
from grid.cells.report import Finding, find_ground_faults
from grid.ground.metric import Shapes, as_shapes, valid_in_metres
from grid.ground.models import City
from grid.ground.queries import the_city
from grid.jurisdiction.bulk import Bulk, Row
from grid.jurisdiction.holdings import Holding, find_overlaps, holdings_now
from grid.jurisdiction.rules import Outcome

Report = dict[str, dict[str, Finding]]


def ground_report() -> Report:
    """The whole ground report: `faults` of areas and cells, findings on `ownership`."""
    city = the_city()
    faults = find_ground_faults(city)
    holdings = holdings_now(city)
    overlaps, contested = find_overlaps(holdings, city)
    uncovered = _uncovered(holdings, city)
    unproven = _unproven(holdings, city)
    for finding in (*faults.values(), overlaps, contested, unproven):
        finding.facilities += _facilities_in(finding, city)
    _contested_facilities(contested)
    _unproven_handovers(unproven)
    uncovered.facilities = _nobodys_facilities()
    ownership = {
        "overlaps": overlaps,
        "uncovered": uncovered,
        "contested": contested,
        "unproven": unproven,
    }
    return {"faults": faults, "ownership": ownership}


def as_json(report: Report) -> dict[str, Any]:
    """The report as the contract prints it."""
    return {
        part: {kind: finding.as_json() for kind, finding in findings.items()}
        for part, findings in report.items()
    }


def _uncovered(holdings: list[Holding], city: City) -> Finding:
    """City ground under no ownership area at all, piece by piece, largest first."""
    finding = Finding()
    ground = _city_ground(city)
    covered = shapely.union_all(as_shapes([holding.shape for holding in holdings]))
    bare = wide_parts(ground.difference(covered))
    areas = [u for u in current_units("grid_area") if u.boundary is not None]
    places = valid_in_metres(as_shapes([u.boundary for u in areas if u.boundary]), city.metric_srid)
    tree = STRtree(places)
    for part in sorted(shapely.get_parts(bare), key=lambda piece: -piece.area):
        near = {int(n) for n in tree.query(part, predicate="intersects")}
        lowest = [n for n in near if areas[n].stated[1] == "community"] or list(near)
        finding.add(part, city.metric_srid, codes=sorted({areas[n].code for n in lowest}))
    return finding


def _city_ground(city: City) -> BaseGeometry:
    """The city's boundary; else its areas, else its cells."""
    if city.boundary:
        shapes = as_shapes([shapely.from_wkb(bytes(city.boundary.wkb))])
    else:
        units = [u for table in ("grid_area", "grid_cell") for u in current_units(table)]
        shapes = as_shapes([u.boundary for u in units if u.boundary is not None])
    return shapely.union_all(valid_in_metres(shapes, city.metric_srid))


def _unproven(holdings: list[Holding], city: City) -> Finding:
    """Ownership areas without a document."""
    finding = Finding()
    for holding in holdings:
        if not holding.documented:
            finding.add(
                holding.shape,
                city.metric_srid,
                codes=[holding.code],
                organizations=[holding.organization],
                role=holding.role,
            )
    return finding


def _facilities_in(finding: Finding, city: City) -> int:
    """How many facilities stand in (or reach into) the shapes of a finding."""
    if not finding.shapes:
        return 0
    shapes: Shapes = finding.in_degrees(city.metric_srid)
    # each shape in turn drives the search, so that it is prepared once for all facilities near it
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT count(DISTINCT near.facility_id)
            FROM unnest(%s::bytea[]) AS given(wkb)
            CROSS JOIN LATERAL (SELECT ST_GeomFromWKB(given.wkb, 4326) AS shape OFFSET 0) AS place
            CROSS JOIN LATERAL (
                SELECT record.facility_id FROM grid_facility_record AS record
                WHERE upper_inf(record.recorded_during) AND record.valid_during @> now()
                  AND record.location && place.shape AND ST_Intersects(place.shape, record.location)
                OFFSET 0
            ) AS near
            """,
            [[bytes(wkb) for wkb in shapely.to_wkb(shapes)]],
        )
        row = cursor.fetchone()
    return int(row[0])


# Who might be contested: a claim is filed that no paper proves, or bills and papers name several.
_DOUBTFUL = """
    SELECT facility.code FROM grid_facility AS facility WHERE facility.id IN (
        SELECT facility_id FROM grid_handover_effect
        WHERE upper_inf(recorded_during) AND valid_during @> now()
          AND (standing = 'claimed' OR document = '')
        UNION SELECT facility_id FROM grid_upkeep
        WHERE upper_inf(recorded_during) AND valid_during @> now()
        UNION SELECT facility_id FROM grid_handover_effect
        WHERE upper_inf(recorded_during) AND valid_during @> now()
        GROUP BY facility_id, role HAVING count(DISTINCT organization_id) > 1)
    ORDER BY facility.code COLLATE "C"
"""


def _contested_facilities(contested: Finding) -> None:
    """Add each facility that the rules themselves find contested."""
    with connection.cursor() as cursor:
        cursor.execute(_DOUBTFUL)
        codes = [code for (code,) in cursor.fetchall()]
    if not codes:
        return
    bulk = Bulk(facilities=codes)
    for result in bulk.decide(Row(id=code, facility=code) for code in codes):
        if result.decision.outcome != Outcome.CONTESTED or result.lon is None:
            continue
        contested.facilities += 1
        contested.items.append(
            {
                "codes": [result.row.facility],
                "organizations": sorted({claim.organization for claim in result.decision.claims}),
                "role": result.decision.role,
                "place": [round(result.lon, 7), round(result.lat or 0.0, 7)],
                "area_m2": 0.0,
            }
        )


def _unproven_handovers(unproven: Finding) -> None:
    """Add each handover said to be signed, settled or in fact done, of which there is no document."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT handover.code, body.code, count(DISTINCT effect.facility_id),
                   avg(ST_X(ST_Centroid(record.location))), avg(ST_Y(ST_Centroid(record.location)))
            FROM grid_handover AS handover
            JOIN grid_handover_effect AS effect ON effect.handover_id = handover.id
             AND upper_inf(effect.recorded_during) AND effect.valid_during @> now()
             AND effect.document = ''
            JOIN grid_facility_record AS record ON record.facility_id = effect.facility_id
             AND upper_inf(record.recorded_during) AND record.valid_during @> now()
            LEFT JOIN grid_organization AS body ON body.id = handover.to_organization_id
            GROUP BY handover.code, body.code ORDER BY handover.code COLLATE "C"
            """
        )
        rows = cursor.fetchall()
    for code, body, facilities, lon, lat in rows:
        unproven.facilities += facilities
        unproven.items.append(
            {
                "codes": [code],
                "organizations": [body] if body else [],
                "facilities": facilities,
                "place": [round(lon, 7), round(lat, 7)],
                "area_m2": 0.0,
            }
        )


def _nobodys_facilities() -> int:
    """Facilities of which no party, handover or ownership area names anybody."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT count(*)
            FROM grid_facility_record AS record
            JOIN grid_category AS class ON class.id = record.category_id
            LEFT JOIN grid_category AS major ON major.id = class.parent_id
            WHERE upper_inf(record.recorded_during) AND record.valid_during @> now()
              AND NOT EXISTS (SELECT FROM grid_facility_party AS party
                  WHERE party.facility_id = record.facility_id
                    AND upper_inf(party.recorded_during) AND party.valid_during @> now())
              AND NOT EXISTS (SELECT FROM grid_handover_effect AS effect
                  WHERE effect.facility_id = record.facility_id
                    AND upper_inf(effect.recorded_during) AND effect.valid_during @> now())
              AND NOT EXISTS (SELECT FROM grid_ownership_area AS area
                  WHERE upper_inf(area.recorded_during) AND area.valid_during @> now()
                    AND (area.categories = '{}'
                         OR area.categories && ARRAY[class.code, major.code]::varchar[])
                    AND area.boundary && record.location
                    AND ST_Intersects(area.boundary, record.location))
            """
        )
        row = cursor.fetchone()
    return int(row[0])
