"""Where requests lie, set by set, from the cells in force; who made them, masked."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection

from core.prepared import prepared_rows
from grid.cells.seams import SEAM_M
from grid.ground.queries import the_city
from inspections.requests.models import Requester, ServiceRequest
from inspections.requests.privacy import masked_email, masked_name, masked_phone, unseal

# The cell that covers the place (a line: its middle), of several the lowest code; else the nearest
# within a seam's width. Five centimetres are less than 0.00001 degrees as far as the 84th parallel.
_PLACE = """
    UPDATE inspections_request AS request SET cell_code = home.code, area_code = home.community_code
    FROM (
        SELECT DISTINCT ON (spot.id) spot.id, cell.code, cell.community_code
        FROM (
            SELECT id, CASE WHEN ST_Dimension(place) = 1 AND GeometryType(place) = 'LINESTRING'
                            THEN ST_LineInterpolatePoint(place, 0.5)
                            ELSE ST_PointOnSurface(place) END AS point
            FROM inspections_request WHERE id = ANY(%(ids)s::bigint[]) AND place IS NOT NULL
        ) AS spot
        JOIN grid_cell AS cell
          ON cell.boundary && ST_Expand(spot.point, 0.00001)
         AND upper_inf(cell.recorded_during) AND cell.valid_during @> now()
        CROSS JOIN LATERAL (
            SELECT CASE WHEN ST_Covers(cell.boundary, spot.point) THEN 0
                        ELSE ST_Distance(ST_Transform(cell.boundary, %(srid)s::integer),
                                         ST_Transform(spot.point, %(srid)s)) END AS distance_m
        ) AS near
        WHERE near.distance_m <= %(seam)s
        ORDER BY spot.id, near.distance_m, cell.code COLLATE "C"
    ) AS home
    WHERE request.id = home.id
"""
_PLACE_ONE = f"{_PLACE} RETURNING request.cell_code, request.area_code"


def place_in_cells(ids: Sequence[int]) -> None:
    """Set cell and community of these requests."""
    if not ids:
        return
    with connection.cursor() as cursor:
        cursor.execute(_PLACE, {"ids": list(ids), "srid": the_city().metric_srid, "seam": SEAM_M})


def place_in_cell(request: ServiceRequest) -> None:
    """Set cell and community of one request, on the record too."""
    asked = {"ids": [request.pk], "srid": the_city().metric_srid, "seam": SEAM_M}
    placed = prepared_rows(_PLACE_ONE, asked)
    if placed:
        request.cell_code, request.area_code = placed[0]


def reachable(requests: Iterable[ServiceRequest]) -> bool:
    """Whether one of these requests (rows or a queryset) left a way to call back."""
    return Requester.objects.filter(request__in=requests, reachable=True).exists()


def masked_requesters(requests: Iterable[ServiceRequest]) -> dict[int, dict[str, Any]]:
    """By key of the request, who made it as staff may read it: `张*`, `138****5678`."""
    return {kept.pk: masked(kept) for kept in Requester.objects.filter(request__in=requests)}


def masked(requester: Requester) -> dict[str, Any]:
    """One requester, masked; after erasure only the kind is left."""
    told = unseal(requester.sealed)
    return {
        "kind": requester.kind,
        "name": masked_name(told.get("name", "")),
        "phone": masked_phone(told.get("phone", "")),
        "email": masked_email(told.get("email", "")),
        "reachable": requester.reachable,
        "erased_at": requester.erased_at,
    }
