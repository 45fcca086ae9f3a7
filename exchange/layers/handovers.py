"""Handovers as a ledger: which facilities, which roles, from whom to whom, when, by which paper."""

from dataclasses import replace

from exchange.fields import CODE, DOCUMENT, Field, field
from exchange.layers.base import Layer, Load
from exchange.references import create_organizations, organizations, resolve
from exchange.stage import run
from exchange.values import one_of, read_day, read_list, read_text, some_of
from exchange.words import HANDOVER_KINDS, HANDOVER_STATES, ROLES
from grid.ground.restate import restate
from grid.handover.models import HandoverEffect

FIELDS: tuple[Field, ...] = (
    replace(CODE, also=("编码", "编号", "移交编号")),
    field(
        "facilities", read_list, also=("设施", "设施编码", "部件编码"), required=True, sql="text[]"
    ),
    field("role", some_of(ROLES, "role"), also=("角色", "移交角色"), sql="text[]"),
    field("from", also=("移交单位", "移出单位")),
    field("to", also=("接收单位", "接管单位"), required=True),
    field("signed_on", read_day, also=("签署日期", "签字日期"), sql="date"),
    field("effective_on", read_day, also=("生效日期",), sql="date"),
    DOCUMENT,
    field("reason", read_text, also=("理由", "原因", "拒收理由", "未移交原因")),
    field("kind", one_of(HANDOVER_KINDS, "kind"), also=("类型", "移交类型")),
    field("state", one_of(HANDOVER_STATES, "state"), also=("状态", "移交状态", "阶段")),
)
# Before it is signed a handover passes nothing on, and neither does one refused or called off.
PASSED = "('signed', 'in_warranty', 'in_service', 'disputed')"


def check(load: Load) -> None:
    """Refuse rows by bodies and facilities; a facility and role pass once by one handover."""
    stage = load.stage
    run("UPDATE stage SET role = '{maintainer}' WHERE role IS NULL OR role = '{}'")
    bodies = organizations()
    if load.options.create_organizations:
        create_organizations(stage, bodies, ["from", "to"], load.report)
    resolve(stage, bodies, ["from", "to"], "body_named")
    run("DROP TABLE IF EXISTS handed")
    run(_HANDED)
    stage.reject(
        "row IN (SELECT row FROM handed WHERE facility_id IS NULL)",
        "unknown_facility",
        "'no facility has the code ' || (SELECT string_agg(DISTINCT handed.code, ', ') FROM handed "
        "WHERE handed.row = stage.row AND handed.facility_id IS NULL)",
    )
    run(
        "UPDATE stage SET fault = 'duplicate_code', message = 'code ' || stage.code || "
        "' hands over the same facility in the same role already in row ' || doubled.first FROM ("
        "SELECT handed.row, min(handed.row) OVER (PARTITION BY stage.code, handed.facility_id, "
        "handed.role) AS first FROM handed JOIN stage USING (row) WHERE stage.fault IS NULL"
        ") AS doubled WHERE doubled.row = stage.row AND doubled.first < stage.row"
    )
    stage.reject('"from" = "to"', "same_body", "'from and to are both ' || \"to\"")
    unproven = stage.count(
        "fault IS NULL AND coalesce(kind, 'signed') <> 'de_facto' AND document IS NULL "
        f"AND coalesce(state, 'signed') IN {PASSED}"
    )
    if unproven:
        load.report.warn(
            "handover_without_document",
            "a signed handover without a document proves nothing: it counts as an unproven claim",
            count=unproven,
        )


def write(load: Load) -> None:
    """State the handovers, their items and what passed by them."""
    run("DROP TABLE IF EXISTS handover_changed, item_new, effect_statement")
    run(_CHANGED)
    run(_HANDOVERS)
    run(_ITEMS)
    run(
        _EFFECTS.format(
            since=load.validity("coalesce(stage.effective_on, stage.signed_on)", "NULL::date"),
            passed=PASSED,
        )
    )
    restate(
        HandoverEffect,
        statements="effect_statement",
        changed="effect_changed",
        key=["handover_id", "facility_id", "role"],
        payload=["organization_id", "standing", "document"],
        version=load.version,
    )
    load.count(
        "SELECT row FROM effect_changed UNION ALL SELECT row FROM item_new "
        "UNION ALL SELECT row FROM handover_changed",
        "SELECT row FROM handover_changed WHERE is_new",
    )


_HANDED = """
    CREATE TEMPORARY TABLE handed ON COMMIT DROP AS
    SELECT DISTINCT stage.row, item.code, facility.id AS facility_id, passed.role
    FROM stage CROSS JOIN LATERAL unnest(stage.facilities) AS item(code)
    CROSS JOIN LATERAL unnest(stage.role) AS passed(role)
    LEFT JOIN grid_facility AS facility ON facility.code = item.code
    WHERE stage.fault IS NULL
"""
# Several rows may state one handover (one for each role): the first says what it is. A reason stays until
# the handover moves on, or another is stated.
_CHANGED = """
    CREATE TEMPORARY TABLE handover_changed ON COMMIT DROP AS
    SELECT said.row, said.code, said.kind, coalesce(stated, known.state, usual) AS state, giver, receiver, said.signed_on,
           said.effective_on, said.document, coalesce(said.reason, CASE coalesce(stated, known.state, usual) WHEN known.state THEN known.reason END, '') AS reason, known.id IS NULL AS is_new
    FROM (
        SELECT stage.row, stage.code, coalesce(kind, 'signed') AS kind,
               stage.state AS stated,
               CASE kind WHEN 'de_facto' THEN 'disputed' ELSE 'signed' END AS usual,
               giver.id AS giver, receiver.id AS receiver, signed_on, effective_on,
               coalesce(document, '') AS document, reason,
               min(stage.row) OVER (PARTITION BY stage.code) AS first
        FROM stage LEFT JOIN body_named AS giver ON giver.value = stage."from"
        JOIN body_named AS receiver ON receiver.value = stage."to"
        WHERE stage.fault IS NULL
    ) AS said LEFT JOIN grid_handover AS known ON known.code = said.code
    WHERE known.id IS NULL OR (said.row = said.first AND
        (known.kind, known.state, known.from_organization_id, known.to_organization_id, known.signed_on,
         known.effective_on, known.document, known.reason) IS DISTINCT FROM
        (said.kind, coalesce(stated, known.state, usual), said.giver, said.receiver, said.signed_on, said.effective_on, said.document,
         coalesce(said.reason, CASE coalesce(stated, known.state, usual) WHEN known.state THEN known.reason END, '')))
"""
_HANDOVERS = """
    INSERT INTO grid_handover (code, kind, state, from_organization_id, to_organization_id,
                               signed_on, effective_on, document, reason)
    SELECT DISTINCT ON (code) code, kind, state, giver, receiver, signed_on, effective_on, document, reason
    FROM handover_changed ORDER BY code, row
    ON CONFLICT (code) DO UPDATE SET
        kind = excluded.kind, state = excluded.state, from_organization_id = excluded.from_organization_id,
        to_organization_id = excluded.to_organization_id, signed_on = excluded.signed_on,
        effective_on = excluded.effective_on, document = excluded.document, reason = excluded.reason
"""
_ITEMS = """
    CREATE TEMPORARY TABLE item_new (row bigint) ON COMMIT DROP;
    WITH item AS (
        INSERT INTO grid_handover_item (handover_id, facility_id)
        SELECT DISTINCT handover.id, handed.facility_id
        FROM handed JOIN stage USING (row) JOIN grid_handover AS handover ON handover.code = stage.code
        WHERE stage.fault IS NULL
        ON CONFLICT (handover_id, facility_id) DO NOTHING RETURNING handover_id, facility_id)
    INSERT INTO item_new
    SELECT DISTINCT handed.row FROM item JOIN handed USING (facility_id)
    JOIN stage USING (row) JOIN grid_handover AS handover
      ON handover.code = stage.code AND handover.id = item.handover_id
"""
_EFFECTS = """
    CREATE TEMPORARY TABLE effect_statement ON COMMIT DROP AS
    SELECT handed.row, handover.id AS handover_id, handed.facility_id, handed.role,
           receiver.id AS organization_id,
           CASE WHEN stage.kind = 'de_facto' OR stage.state = 'disputed' THEN 'claimed'
                ELSE 'signed' END AS standing,
           coalesce(stage.document, '') AS document, {since} AS valid_during
    FROM handed JOIN stage USING (row) JOIN grid_handover AS handover ON handover.code = stage.code
    JOIN body_named AS receiver ON receiver.value = stage."to"
    WHERE stage.fault IS NULL AND coalesce(stage.state, 'signed') IN {passed}
"""

HANDOVERS_LAYER = Layer(name="handovers", fields=FIELDS, check=check, write=write)
