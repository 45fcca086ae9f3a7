"""Facilities: identity by code, place and class, parties by role, and the handovers their rows name."""

from dataclasses import replace

from exchange.fields import CODE, FROM, NAME, TO, Field, Shape, field
from exchange.generated import generate_facility_codes
from exchange.layers.base import Layer, Load
from exchange.references import (
    categories,
    create_categories,
    create_organizations,
    find_cycles,
    organizations,
    resolve,
)
from exchange.stage import rows_of, run
from exchange.values import one_of, read_body, read_code, read_day, read_text
from exchange.words import HANDOVERS, STATES
from grid.facilities.cell_assignment import assign_cells, place_statements
from grid.facilities.codes import WrongCode, read_code_parts
from grid.facilities.models import CodeScheme, FacilityParty, FacilityRecord
from grid.ground.restate import restate
from grid.handover.models import HandoverEffect

PARTIES = ("owner", "maintainer", "builder", "payer", "authority")
RECEIVERS = ("owner", "maintainer", "payer")
FIELDS: tuple[Field, ...] = (
    replace(CODE, also=("编码", "代码", "编号", "标识码", "部件编码", "objid")),
    field("category", also=("类别", "小类", "分类", "设施类别", "部件类别"), required=True),
    replace(NAME, also=("名称", "设施名称", "部件名称", "objname")),
    field("state", one_of(STATES, "state"), also=("状态", "设施状态", "objstate")),
    field("installed_on", read_day, also=("安装日期", "初始日期", "ordate"), sql="date"),
    field("owner", read_body, also=("权属单位", "产权单位", "权属单位名称", "deptname2")),
    field(
        "maintainer",
        read_body,
        also=("养护单位", "管养单位", "维护单位", "养护单位名称", "deptname3"),
    ),
    field("builder", read_body, also=("建设单位",)),
    field("payer", read_body, also=("付费单位", "缴费单位", "电费单位")),
    field("authority", read_body, also=("主管部门", "主管单位", "主管部门名称", "deptname1")),
    field("handover", one_of(HANDOVERS, "handover"), also=("移交状态", "移交情况")),
    field("handover_on", read_day, also=("移交日期",), sql="date"),
    field("handover_document", read_text, also=("移交文件", "移交文号")),
    field("parent", read_code, also=("上级编码", "所属回路")),
    FROM,
    TO,
)


def check(load: Load) -> None:
    """Refuse rows by code, class, bodies, parent and dates."""
    stage, options = load.stage, load.options
    known_categories = categories("facility")
    if options.create_categories:
        create_categories(stage, known_categories, ["category"], load.report)
    resolve(stage, known_categories, ["category"], "category_named")
    if options.generate_codes:
        generate_facility_codes(load)
    check_codes(load)
    stage.reject_doubles("code")
    load.check_validity()
    bodies = organizations()
    named = [role for role in PARTIES if load.states(role)]
    if options.create_organizations:
        create_organizations(stage, bodies, named, load.report)
    resolve(stage, bodies, named, "organization_named")
    if load.states("parent"):
        reject_cycles(load)
    stage.reject(
        "parent IS NOT NULL "
        "AND NOT EXISTS (SELECT FROM grid_facility AS known WHERE known.code = stage.parent) "
        "AND NOT EXISTS (SELECT FROM stage AS beside "
        "WHERE beside.code = stage.parent AND beside.fault IS NULL)",
        "unknown_parent",
        "'parent ' || parent || ' is no known facility'",
    )
    unproven = stage.count("fault IS NULL AND handover = 'signed' AND handover_document IS NULL")
    if unproven:
        load.report.warn(
            "handover_without_document",
            "a signed handover without a document proves nothing: it counts as an unproven claim",
            count=unproven,
        )


def reject_cycles(load: Load) -> None:
    """Refuse rows that would stand above themselves, in the file or with what is on record."""
    stated = rows_of("SELECT row, code, coalesce(parent, '') FROM stage WHERE fault IS NULL")
    above = dict(
        rows_of(
            "SELECT facility.code, parent.code FROM grid_facility_record AS record "
            "JOIN grid_facility AS facility ON facility.id = record.facility_id "
            "JOIN grid_facility AS parent ON parent.id = record.parent_id "
            "WHERE upper_inf(record.recorded_during)"
        )
    )
    above |= {code: parent for _, code, parent in stated}
    circular = find_cycles({code: parent for code, parent in above.items() if parent})
    load.stage.reject_rows(
        {
            row: ("parent_cycle", f"{code} is its own parent in the end")
            for row, code, _ in stated
            if code in circular
        }
    )


def check_codes(load: Load) -> None:
    """Refuse codes that do not fit the scheme, the districts of the city, or the row's class."""
    scheme = CodeScheme(load.options.scheme)
    if scheme == CodeScheme.LOCAL:
        return
    districts = {
        code
        for (code,) in rows_of(
            "SELECT code FROM grid_area WHERE level = 'district' AND upper_inf(recorded_during) "
            "AND code ~ '^[0-9]{6}$'"
        )
    }
    faults = {}
    for row, code, category in rows_of(
        "SELECT stage.row, stage.code, grid_category.code FROM stage "
        "JOIN category_named ON category_named.value = stage.category "
        "JOIN grid_category ON grid_category.id = category_named.id WHERE stage.fault IS NULL"
    ):
        try:
            parts = read_code_parts(scheme, code)
        except WrongCode as error:
            faults[row] = ("wrong_code", error.message)
            continue
        if districts and parts.district not in districts:
            faults[row] = ("wrong_code", f"{code}: {parts.district} is no district of this city")
        elif (
            category.isdigit()
            and len(category) == len(parts.category) != category != parts.category
        ):
            faults[row] = ("wrong_code", f"{code} is of class {parts.category}, not {category}")
    load.stage.reject_rows(faults)


def write(load: Load) -> None:
    """State the facilities, their parties and handovers; derive their cells."""
    write_identities(load)
    write_records(load)
    write_parties(load)
    write_handovers(load)
    if load.stage.count("fault IS NULL AND ST_Dimension(place) > 0"):
        assign_cells(FacilityRecord.objects.filter(recorded_during__startswith=load.version))
    load.count(
        "SELECT row FROM record_changed UNION ALL SELECT row FROM party_changed "
        "UNION ALL SELECT row FROM effect_changed UNION ALL SELECT row FROM handover_new",
        "SELECT row FROM stated WHERE is_new",
    )


def write_identities(load: Load) -> None:
    """The temporary table `stated`: row, facility, whether it is new, its validity."""
    run("DROP TABLE IF EXISTS facility_new, stated")
    run(
        "CREATE TEMPORARY TABLE facility_new ON COMMIT DROP AS "
        "SELECT nextval(pg_get_serial_sequence('grid_facility', 'id')) AS id, stage.code "
        "FROM stage LEFT JOIN grid_facility AS known ON known.code = stage.code "
        "WHERE stage.fault IS NULL AND known.id IS NULL ORDER BY stage.row"
    )
    run(
        "INSERT INTO grid_facility (id, code, scheme) OVERRIDING SYSTEM VALUE "
        "SELECT id, code, %(scheme)s FROM facility_new",
        scheme=load.options.scheme,
    )
    run("ANALYZE facility_new")
    run(
        "CREATE TEMPORARY TABLE stated ON COMMIT DROP AS "
        "SELECT stage.row, facility.id AS facility_id, facility_new.id IS NOT NULL AS is_new, "
        f"{load.validity('stage.valid_from', 'stage.valid_to')} AS valid_during "
        "FROM stage JOIN grid_facility AS facility ON facility.code = stage.code "
        "LEFT JOIN facility_new ON facility_new.id = facility.id WHERE stage.fault IS NULL"
    )
    run("ALTER TABLE stated ADD PRIMARY KEY (row)")
    run("ANALYZE stated")


def write_records(load: Load) -> None:
    """Place, class, state; what the file has no column for stays as it was."""

    def said(name: str, blank: str) -> str:
        kept = f"coalesce(old.{name}, {blank})"
        return f"coalesce(stage.{name}, {blank})" if load.states(name) else kept

    installed = "stage.installed_on" if load.states("installed_on") else "old.installed_on"
    parent = "parent.id" if load.states("parent") else "old.parent_id"
    run("DROP TABLE IF EXISTS record_statement")
    run(
        f"""
        CREATE TEMPORARY TABLE record_statement ON COMMIT DROP AS
        SELECT stated.row, stated.facility_id, category.id AS category_id,
               {said("name", "''")} AS name, {said("state", "'intact'")} AS state,
               {installed} AS installed_on, stage.place AS location, {parent} AS parent_id,
               coalesce(old.attributes, '{{}}') || coalesce(stage.attributes, '{{}}') AS attributes,
               '' AS home_cell_code, stated.valid_during
        FROM stated JOIN stage USING (row)
        JOIN category_named AS category ON category.value = stage.category
        LEFT JOIN grid_facility AS parent ON parent.code = stage.parent
        LEFT JOIN LATERAL (
            SELECT * FROM grid_facility_record AS record
            WHERE record.facility_id = stated.facility_id AND NOT stated.is_new
              AND upper_inf(record.recorded_during) AND record.valid_during && stated.valid_during
            ORDER BY lower(record.valid_during) DESC NULLS LAST LIMIT 1) AS old ON true
        """
    )
    place_statements("record_statement")
    restate(
        FacilityRecord,
        statements="record_statement",
        changed="record_changed",
        key=["facility_id"],
        payload=[
            "category_id", "name", "state", "installed_on", "location", "parent_id", "attributes",
        ],
        carried=["home_cell_code"],
        version=load.version,
    )  # fmt: skip


def write_parties(load: Load) -> None:
    """One party for each role the file has a column for; a blank says that nobody is known."""
    run("DROP TABLE IF EXISTS party_statement")
    run(
        "CREATE TEMPORARY TABLE party_statement (row bigint, facility_id bigint, role text, "
        "organization_id bigint, document text, valid_during tstzrange) ON COMMIT DROP"
    )
    for role in PARTIES:
        if load.states(role):
            run(
                "INSERT INTO party_statement SELECT stated.row, stated.facility_id, %(role)s, "
                "body.id, '', stated.valid_during FROM stated JOIN stage USING (row) "
                f"LEFT JOIN organization_named AS body ON body.value = stage.{role} "
                "WHERE body.id IS NOT NULL OR NOT stated.is_new",
                role=role,
            )
    restate(
        FacilityParty,
        statements="party_statement",
        changed="party_changed",
        key=["facility_id", "role"],
        payload=["organization_id"],
        carried=["document"],
        withdrawn_if_null="organization_id",
        version=load.version,
    )


def write_handovers(load: Load) -> None:
    """One handover for each distinct paper, date and pair of bodies, with its items and effects.

    Signed: an effect for each receiver the row names, from the day on. Disputed: the same, as mere
    claims. Applied and refused: the handover and its items alone.
    """
    for table in ("handover_stated", "handover_new", "effect_statement"):
        run(f"DROP TABLE IF EXISTS {table}")
    run(_HANDOVER_STATED)
    run(_HANDOVERS)
    run("CREATE TEMPORARY TABLE handover_new (row bigint) ON COMMIT DROP")
    run(_ITEMS)
    run(_EFFECT_STATEMENT.format(since=load.validity("said.handover_on", "NULL::date")))
    if load.states("handover"):
        run(_EFFECTS_WITHDRAWN)
    restate(
        HandoverEffect,
        statements="effect_statement",
        changed="effect_changed",
        key=["handover_id", "facility_id", "role"],
        payload=["organization_id", "standing", "document"],
        withdrawn_if_null="organization_id",
        version=load.version,
    )


_HANDOVER_STATED = """
    CREATE TEMPORARY TABLE handover_stated ON COMMIT DROP AS
    SELECT named.*, 'HO-' || left(md5(concat_ws('|', handover, handover_document, handover_on,
           builder, receiver)), 16) AS code
    FROM (
        SELECT stated.row, stated.facility_id, stage.handover, stage.handover_on,
               stage.handover_document, builder.id AS builder, owner.id AS owner,
               maintainer.id AS maintainer, payer.id AS payer,
               coalesce(maintainer.id, owner.id, payer.id) AS receiver
        FROM stated JOIN stage USING (row)
        LEFT JOIN organization_named AS builder ON builder.value = stage.builder
        LEFT JOIN organization_named AS owner ON owner.value = stage.owner
        LEFT JOIN organization_named AS maintainer ON maintainer.value = stage.maintainer
        LEFT JOIN organization_named AS payer ON payer.value = stage.payer
        WHERE stage.handover IN ('applied', 'signed', 'refused', 'disputed')
    ) AS named
"""
_HANDOVERS = """
    INSERT INTO grid_handover (code, kind, state, from_organization_id, to_organization_id,
                               signed_on, effective_on, document)
    SELECT DISTINCT ON (code) code, CASE handover WHEN 'disputed' THEN 'de_facto' ELSE 'signed' END,
           handover, builder, receiver,
           CASE handover WHEN 'signed' THEN handover_on END, handover_on,
           coalesce(handover_document, '')
    FROM handover_stated ORDER BY code, row
    ON CONFLICT (code) DO NOTHING
"""
_ITEMS = """
    WITH item AS (
        INSERT INTO grid_handover_item (handover_id, facility_id)
        SELECT handover.id, said.facility_id
        FROM handover_stated AS said JOIN grid_handover AS handover USING (code)
        ON CONFLICT (handover_id, facility_id) DO NOTHING RETURNING facility_id)
    INSERT INTO handover_new
    SELECT said.row FROM item JOIN handover_stated AS said USING (facility_id)
"""
_EFFECT_STATEMENT = """
    CREATE TEMPORARY TABLE effect_statement ON COMMIT DROP AS
    SELECT said.row, handover.id AS handover_id, said.facility_id, passed.role,
           passed.organization_id,
           CASE said.handover WHEN 'signed' THEN 'signed' ELSE 'claimed' END AS standing,
           -- A disputed paper proves nothing while the dispute lasts; the handover keeps its name.
           CASE said.handover WHEN 'signed' THEN coalesce(said.handover_document, '') ELSE '' END
               AS document,
           {since} AS valid_during
    FROM handover_stated AS said JOIN grid_handover AS handover USING (code)
    CROSS JOIN LATERAL (VALUES ('owner', owner), ('maintainer', maintainer), ('payer', payer))
        AS passed(role, organization_id)
    WHERE said.handover IN ('signed', 'disputed') AND passed.organization_id IS NOT NULL
"""
# What rows of facilities said of handovers before and say no more; ledger entries stay untouched.
_EFFECTS_WITHDRAWN = """
    INSERT INTO effect_statement
    SELECT stated.row, effect.handover_id, effect.facility_id, effect.role, NULL, effect.standing,
           '', effect.valid_during
    FROM stated JOIN grid_handover_effect AS effect
      ON effect.facility_id = stated.facility_id AND upper_inf(effect.recorded_during)
    JOIN grid_handover AS handover ON handover.id = effect.handover_id
    WHERE NOT stated.is_new AND handover.code ~ '^HO-[0-9a-f]{16}$' AND NOT EXISTS (
        SELECT FROM effect_statement AS said
        WHERE said.handover_id = effect.handover_id AND said.facility_id = effect.facility_id
          AND said.role = effect.role)
"""

FACILITIES = Layer(
    name="facilities",
    fields=FIELDS,
    check=check,
    write=write,
    shape=Shape(dimensions=(0, 1, 2), required=True),
    keeps_attributes=True,
    generates_codes=True,
)
