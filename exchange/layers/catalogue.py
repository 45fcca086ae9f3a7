"""The responsibility catalogue: categories, and the duties with their limits, in dated editions."""

from collections.abc import Iterable
from datetime import datetime

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import Max

from exchange.fields import FROM, TO, Field, field
from exchange.layers.base import Layer, Load
from exchange.references import (
    Directory,
    areas,
    create_organizations,
    find_cycles,
    organizations,
    resolve,
)
from exchange.stage import rows_of, run
from exchange.values import (
    one_of,
    read_code,
    read_count,
    read_day,
    read_limit,
    read_list,
    read_text,
)
from exchange.words import CATEGORY_KINDS, ENDS, ROLES, SEVERITIES, URGENCIES, ZONES
from grid.catalogue.models import CatalogueEdition, Duty
from grid.catalogue.severity import severity_limits
from grid.ground.restate import restate
from inspections.changes.catalogue.use_cases import begin_draft

BODIES = ("organization", "supervisor", "custodian")
LIMITS = ("file_by", "respond_by", "arrive_by", "resolve_by")
PROSE = ("legal_basis", "filing_condition", "closing_condition", "standard", "guide")
MANDATORY = ("role", "legal_basis", "standard", "resolve_by", "reviewed_by", "reviewed_on")
DUTY = (
    "role",
    *BODIES,
    "assists",
    *PROSE,
    "severity",
    *LIMITS,
    "reviewed_by",
    "reviewed_on",
    "ends",
)

FIELDS: tuple[Field, ...] = (
    field(
        "category", read_code, also=("编码", "代码", "类别编码", "小类编码", "code"), required=True
    ),
    field("name", also=("名称", "类别", "小类", "小类名称")),
    field("kind", one_of(CATEGORY_KINDS, "kind"), also=("类型",)),
    field("parent", also=("上级", "大类", "大类编码")),
    field("scenario", also=("情形", "场景", "细项")),
    field("role", one_of(ROLES, "role"), also=("责任角色", "角色")),
    field("organization", also=("责任单位", "主办单位")),
    field("area", also=("区域", "辖区")),
    field("supervisor", also=("行业主管", "主管部门", "监管部门")),
    field("custodian", also=("兜底单位", "先行处置单位", "临时处置单位")),
    field("assists", read_list, also=("协办单位", "配合单位"), sql="text[]"),
    field("legal_basis", read_text, also=("法律依据", "法定依据", "依据")),
    field("filing_condition", read_text, also=("立案条件",)),
    field("closing_condition", read_text, also=("结案条件",)),
    field("standard", read_text, also=("处置标准", "标准")),
    field("guide", read_text, also=("操作指引", "事项说明", "办理指引")),
    field("severity", one_of(SEVERITIES, "severity"), also=("级别", "分级", "等级")),
    field("file_by", read_limit, also=("立案时限",)),
    field("respond_by", read_limit, also=("响应时限",)),
    field("arrive_by", read_limit, also=("到场时限",)),
    field("resolve_by", read_limit, also=("处置时限", "办结时限", "时限")),
    field("urgency", one_of(URGENCIES, "urgency"), also=("紧急程度",)),
    field("zone", one_of(ZONES, "zone"), also=("城乡",)),
    field("photos", read_count, also=("照片数",), sql="int"),
    field("reviewed_by", also=("法制审核人", "审核人")),
    field("reviewed_on", read_day, also=("审核日期",), sql="date"),
    field("ends", one_of(ENDS, "ends"), also=("停用", "终止")),
    field("replaces", read_list, also=("承接类别", "原类别", "合并自"), sql="text[]"),
    FROM,
    TO,
)


def check(load: Load) -> None:
    """Refuse rows by category tree, bodies, area, and duties that are not whole."""
    stage = load.stage
    run(
        "UPDATE stage SET kind = coalesce((SELECT min(kind) FROM grid_category "
        "WHERE code = stage.category HAVING count(*) = 1), 'facility') WHERE kind IS NULL"
    )
    stage.reject(
        "name <> (SELECT first.name FROM stage AS first WHERE first.category = stage.category "
        "AND first.kind = stage.kind AND first.name IS NOT NULL ORDER BY first.row LIMIT 1)",
        "conflicting_name",
        "'category ' || category || ' has another name in an earlier row'",
    )
    _check_parents(load)
    _check_replaced(load)
    load.check_validity()
    bodies = organizations()
    if load.options.create_organizations:
        create_organizations(stage, bodies, BODIES, load.report)
    resolve(stage, bodies, BODIES, "body_named")
    codes = dict(rows_of("SELECT id, code FROM grid_organization"))
    by_code = Directory("organization")
    for index, own in ((by_code.codes, bodies.codes), (by_code.names, bodies.names)):
        index.update({key: [codes[found] for found in ids] for key, ids in own.items()})
    by_code.shown = bodies.shown
    resolve(stage, by_code, ["assists"], "assist_named", lists=True, sql_type="text")
    resolve(stage, areas(), ["area"], "area_named", sql_type="text")
    stage.reject(
        "custodian IN (SELECT value FROM body_named JOIN grid_organization USING (id) "
        "WHERE kind = 'community')",
        "community_custodian",
        "custodian || ' is a community; a community is never the custodian'",
    )
    run("UPDATE stage SET ends = NULL WHERE ends = 'no'")
    run("DROP TABLE IF EXISTS has_duty")
    some = " OR ".join(f"coalesce({name}::text, '{{}}') <> '{{}}'" for name in DUTY)
    run(
        "CREATE TEMPORARY TABLE has_duty ON COMMIT DROP AS "
        f"SELECT row FROM stage WHERE fault IS NULL AND ({some})"
    )
    _limit_by_severity()
    if not load.options.draft:
        _check_whole(load)
    _check_doubles(load)


def _limit_by_severity() -> None:
    """Where a row says how grave it is and not in what time, the city's standard says it (P17)."""
    limits = severity_limits()
    run(
        "UPDATE stage SET resolve_by = standard.term FROM "
        "unnest(%(levels)s::text[], %(limits)s::text[]) AS standard(level, term) "
        "WHERE stage.severity = standard.level AND stage.resolve_by IS NULL AND stage.ends IS NULL",
        levels=list(limits),
        limits=list(limits.values()),
    )


def _check_parents(load: Load) -> None:
    known: dict[str, Directory] = {kind: Directory("parent") for kind in CATEGORY_KINDS}
    above: dict[str, dict[str, str]] = {kind: {} for kind in CATEGORY_KINDS}
    for code, name, kind, parent in rows_of(
        "SELECT own.code, own.name, own.kind, parent.code FROM grid_category AS own "
        "LEFT JOIN grid_category AS parent ON parent.id = own.parent_id ORDER BY own.id"
    ):
        known[kind].add(code, code, name)
        if parent:
            above[kind][code] = parent
    staged = rows_of("SELECT row, category, name, kind, parent FROM stage WHERE fault IS NULL")
    for _, code, name, kind, _parent in staged:
        known[kind].add(code, code, name or "")
    faults, meant = {}, {}
    for row, code, _name, kind, parent in staged:
        if parent is not None:
            found = known[kind].find(parent)
            if len(found) == 1:
                meant[row] = above[kind][code] = found[0]
            else:
                faults[row] = known[kind].fault(parent, found)
    circular = {kind: find_cycles(tree) for kind, tree in above.items()}
    for row, code, _name, kind, _parent in staged:
        if code in circular[kind]:
            faults.setdefault(row, ("parent_cycle", f"{code} is its own parent in the end"))
    load.stage.reject_rows(faults)
    run(
        "UPDATE stage SET parent = meant.code "
        "FROM unnest(%(rows)s::bigint[], %(codes)s::text[]) AS meant(row, code) "
        "WHERE meant.row = stage.row",
        rows=list(meant),
        codes=list(meant.values()),
    )


def _check_replaced(load: Load) -> None:
    """A class stands for others of its kind, known already, by code; not for itself."""
    load.stage.reject(
        "EXISTS (SELECT FROM unnest(replaces) AS old(code) WHERE old.code = stage.category OR NOT "
        "EXISTS (SELECT FROM grid_category AS known WHERE known.code = old.code "
        "AND known.kind = stage.kind))",
        "unknown_category",
        "category || ' replaces ' || array_to_string(replaces, ', ') || "
        "': each must be the code of another class of this kind that is known already'",
    )


def _check_whole(load: Load) -> None:
    blank = ", ".join(f"CASE WHEN {name} IS NULL THEN '{name}' END" for name in MANDATORY)
    load.stage.reject(
        "row IN (SELECT row FROM has_duty) AND ends IS NULL AND "
        f"({' OR '.join(f'{name} IS NULL' for name in MANDATORY)})",
        "duty_incomplete",
        f"'a duty needs ' || concat_ws(', ', {blank})",
    )


def _check_doubles(load: Load) -> None:
    """One limit for each duty, urgency and zone; the rows of one duty agree in everything else."""
    run(
        "UPDATE stage SET fault = 'duplicate_code', message = "
        "'this duty, urgency and zone stand already in row ' || doubled.first FROM ("
        "SELECT row, min(row) OVER (PARTITION BY category, kind, coalesce(scenario, ''), "
        "coalesce(area, ''), coalesce(urgency, ''), coalesce(zone, ''), valid_from) AS first "
        "FROM stage JOIN has_duty USING (row) WHERE fault IS NULL) AS doubled "
        "WHERE doubled.row = stage.row AND doubled.first < stage.row"
    )
    same = ", ".join(f"stage.{name}" for name in ("role", *BODIES, "legal_basis", "standard"))
    load.stage.reject(
        f"row IN (SELECT row FROM has_duty) AND ROW({same}) IS DISTINCT FROM "
        f"(SELECT ROW({same.replace('stage.', 'first.')}) FROM stage AS first "
        "JOIN has_duty USING (row) WHERE first.fault IS NULL AND first.category = stage.category "
        "AND first.kind = stage.kind AND first.scenario IS NOT DISTINCT FROM stage.scenario "
        "AND first.area IS NOT DISTINCT FROM stage.area "
        "AND first.valid_from IS NOT DISTINCT FROM stage.valid_from ORDER BY first.row LIMIT 1)",
        "conflicting_duty",
        "'an earlier row states the same duty with another body or basis'",
    )


def write(load: Load) -> None:
    """State the categories, then the duties as the next edition (or as a draft)."""
    _write_categories(load)
    run("DROP TABLE IF EXISTS duty_statement")
    has_duties = load.stage.count("fault IS NULL AND row IN (SELECT row FROM has_duty)") > 0
    edition = _edition(load) if has_duties else None
    run(_DUTY_STATEMENT.format(validity=load.validity()), edition=edition.pk if edition else None)
    if load.options.draft and edition:
        _write_draft(load, edition)
        load.count("SELECT row FROM has_duty", "SELECT row FROM category_new")
        return
    if load.options.draft:
        load.count("SELECT row FROM category_changed", "SELECT row FROM category_new")
        return
    restate(
        Duty,
        statements="duty_statement",
        changed="duty_changed",
        key=["category_id", "scenario", "area_code"],
        payload=[
            "role", "organization_id", "supervisor_id", "custodian_id", "assists", *PROSE, "severity",
            "photos", "reviewed_by", "reviewed_on",
        ],
        carried=["edition_id"],
        withdrawn_if_null="role",
        same_if=_SAME_LIMITS,
        version=load.version,
    )  # fmt: skip
    run(_HEIRS, edition=edition.pk if edition else None, now=load.publication.published_at)
    run(_LIMITS_OF_NEW, version=load.version)
    run(_LIMITS_OF_REMAINDERS, version=load.version)
    # A row of a duty with several limits counts with its duty.
    of_changed = (
        "SELECT member.row FROM duty_changed AS changed JOIN duty_member AS member "
        "ON member.first = changed.row WHERE {}"
    )
    load.count(
        f"{of_changed.format('true')} UNION ALL SELECT row FROM category_changed",
        f"{of_changed.format('NOT changed.existed')} UNION ALL SELECT row FROM category_new "
        "WHERE row NOT IN (SELECT row FROM has_duty)",
    )


def _write_categories(load: Load) -> None:
    run("DROP TABLE IF EXISTS category_new, category_changed, category_stated")
    run(
        "CREATE TEMPORARY TABLE category_stated ON COMMIT DROP AS "
        "SELECT DISTINCT ON (category, kind) row, category AS code, kind, "
        "first_value(name) OVER named AS name, first_value(parent) OVER placed AS parent "
        "FROM stage WHERE fault IS NULL WINDOW "
        "named AS (PARTITION BY category, kind ORDER BY name IS NULL, row), "
        "placed AS (PARTITION BY category, kind ORDER BY parent IS NULL, row) "
        "ORDER BY category, kind, row"
    )
    run(
        "CREATE TEMPORARY TABLE category_new ON COMMIT DROP AS SELECT row FROM category_stated "
        "WHERE (code, kind) NOT IN (SELECT code, kind FROM grid_category)"
    )
    run(
        "INSERT INTO grid_category (code, kind, name, drafted) "
        "SELECT code, kind, coalesce(name, code), %(drafted)s "
        "FROM category_stated JOIN category_new USING (row) ORDER BY row",
        drafted=load.options.draft,
    )
    if not load.options.draft:
        run(
            "UPDATE grid_category AS own SET drafted = false FROM category_stated AS said "
            "WHERE own.drafted AND own.code = said.code AND own.kind = said.kind"
        )
    run(
        "CREATE TEMPORARY TABLE category_changed ON COMMIT DROP AS SELECT said.row, own.id, "
        "coalesce(said.name, own.name) AS name, coalesce(parent.id, own.parent_id) AS parent_id "
        "FROM category_stated AS said JOIN grid_category AS own USING (code, kind) "
        "LEFT JOIN grid_category AS parent ON parent.code = said.parent AND parent.kind = said.kind "
        "WHERE (said.name IS NOT NULL AND said.name <> own.name) "
        "OR (parent.id IS NOT NULL AND parent.id IS DISTINCT FROM own.parent_id)"
    )
    run(
        "UPDATE grid_category AS own SET name = changed.name, parent_id = changed.parent_id "
        "FROM category_changed AS changed WHERE changed.id = own.id"
    )


def _edition(load: Load) -> CatalogueEdition:
    if load.options.draft:
        draft = begin_draft(actor=load.actor, title=load.options.file.name)
        number = draft.change_set.number
        load.report.warn(
            "draft_begun", f"kept as draft {number}: review and publish it in the console"
        )
        return draft.edition
    newest = CatalogueEdition.objects.aggregate(newest=Max("number"))["newest"] or 0
    CatalogueEdition.objects.filter(status=CatalogueEdition.Status.PUBLISHED).update(
        status=CatalogueEdition.Status.SUPERSEDED
    )
    return CatalogueEdition.objects.create(
        number=newest + 1,
        status=CatalogueEdition.Status.PUBLISHED,
        version=load.publication,
        valid_during=DateTimeTZRange(_begins(load), None, "[)"),
    )


def _begins(load: Load) -> datetime | None:
    """When the first of its duties begins to hold; None: whenever, for no row says a day."""
    ((begins,),) = rows_of(
        f"SELECT CASE WHEN bool_and(valid_from IS NOT NULL) THEN {load.midnight('min(valid_from)')} END "
        "FROM stage JOIN has_duty USING (row) WHERE fault IS NULL"
    )
    found: datetime | None = begins
    return found


def _write_draft(load: Load, edition: CatalogueEdition) -> None:
    """Duties of a draft are known in no ground version: their range lies before the first one."""
    run("UPDATE duty_statement SET role = 'authority' WHERE role IS NULL")
    columns = ", ".join(_names(Duty.objects.model._meta.get_fields()))
    run(
        f"INSERT INTO grid_duty ({columns}, valid_during, recorded_during) SELECT {columns}, "
        "valid_during, int8range(%(n)s::bigint, %(n)s::bigint + 1) FROM duty_statement",
        n=edition.draft_version,
    )
    run(
        "INSERT INTO grid_duty_limit (duty_id, urgency, zone, file_by, respond_by, arrive_by, "
        "resolve_by) SELECT duty.id, each->>0, each->>1, each->>2, each->>3, each->>4, each->>5 "
        "FROM grid_duty AS duty JOIN duty_statement AS said USING (category_id, scenario, area_code) "
        "CROSS JOIN jsonb_array_elements(said.limits) AS each WHERE duty.edition_id = %(id)s",
        id=edition.pk,
    )
    run(
        "INSERT INTO inspections_draft_line "
        "(duty_id, draft_id, ends, replaces, remark, author_id, edited_at) "
        "SELECT duty.id, draft.change_set_id, stage.ends IS NOT NULL, "
        "coalesce(stage.replaces, '{}'), '', %(author)s, now() "
        "FROM grid_duty AS duty JOIN inspections_edition_draft AS draft USING (edition_id) "
        "JOIN duty_statement AS said USING (category_id, scenario, area_code) "
        "JOIN stage ON stage.row = said.row WHERE duty.edition_id = %(id)s",
        id=edition.pk,
        author=load.actor.pk,
    )


def _names(fields: Iterable[object]) -> list[str]:
    ours = {"id", "valid_during", "recorded_during"}
    columns = [str(getattr(f, "column", "") or "") for f in fields]
    return [column for column in columns if column and column not in ours]


_DUTY_STATEMENT = """
    DROP TABLE IF EXISTS duty_member;
    CREATE TEMPORARY TABLE duty_member ON COMMIT DROP AS
    SELECT row, min(row) OVER (PARTITION BY category, kind, coalesce(scenario, ''),
                               coalesce(area, ''), valid_from) AS first
    FROM stage JOIN has_duty USING (row) WHERE fault IS NULL;
    CREATE TEMPORARY TABLE duty_statement ON COMMIT DROP AS
    SELECT stage.row, own.id AS category_id, coalesce(stage.scenario, '') AS scenario,
           coalesce(area_named.id, '') AS area_code, CASE WHEN ends IS NULL THEN coalesce(stage.role, 'authority') END AS role,
           body.id AS organization_id, supervisor.id AS supervisor_id, custodian.id AS custodian_id,
           ARRAY(SELECT named.id FROM unnest(stage.assists) WITH ORDINALITY AS item(value, place)
                 JOIN assist_named AS named USING (value) ORDER BY place)::varchar[] AS assists,
           coalesce(legal_basis, '') AS legal_basis,
           coalesce(filing_condition, '') AS filing_condition,
           coalesce(closing_condition, '') AS closing_condition,
           coalesce(standard, '') AS standard, coalesce(guide, '') AS guide,
           coalesce(severity, '') AS severity, coalesce(photos, 1) AS photos,
           coalesce(reviewed_by, '') AS reviewed_by, reviewed_on,
           (SELECT jsonb_agg(jsonb_build_array(
                coalesce(other.urgency, ''), coalesce(other.zone, ''),
                coalesce(other.file_by, ''), coalesce(other.respond_by, ''),
                coalesce(other.arrive_by, ''), coalesce(other.resolve_by, ''))
                ORDER BY coalesce(other.urgency, ''), coalesce(other.zone, ''))
            FROM stage AS other JOIN duty_member AS member ON member.row = other.row
            WHERE member.first = stage.row) AS limits,
           %(edition)s::bigint AS edition_id, {validity} AS valid_during
    FROM stage JOIN duty_member AS self ON self.row = stage.row AND self.first = stage.row
    JOIN grid_category AS own ON own.code = stage.category AND own.kind = stage.kind
    LEFT JOIN area_named ON area_named.value = stage.area
    LEFT JOIN body_named AS body ON body.value = stage.organization
    LEFT JOIN body_named AS supervisor ON supervisor.value = stage.supervisor
    LEFT JOIN body_named AS custodian ON custodian.value = stage.custodian
"""
_SAME_LIMITS = """
    new.limits = (SELECT jsonb_agg(jsonb_build_array(
        part.urgency, part.zone, part.file_by, part.respond_by, part.arrive_by, part.resolve_by)
        ORDER BY part.urgency, part.zone) FROM grid_duty_limit AS part WHERE part.duty_id = old.id)
"""
_LIMITS_OF_NEW = """
    INSERT INTO grid_duty_limit (duty_id, urgency, zone, file_by, respond_by, arrive_by, resolve_by)
    SELECT duty.id, each->>0, each->>1, each->>2, each->>3, each->>4, each->>5
    FROM duty_changed AS said JOIN grid_duty AS duty USING (category_id, scenario, area_code)
    CROSS JOIN jsonb_array_elements(said.limits) AS each
    WHERE lower(duty.recorded_during) = %(version)s AND duty.valid_during = said.valid_during
"""
_LIMITS_OF_REMAINDERS = """
    INSERT INTO grid_duty_limit (duty_id, urgency, zone, file_by, respond_by, arrive_by, resolve_by)
    SELECT duty.id, part.urgency, part.zone, part.file_by, part.respond_by, part.arrive_by,
           part.resolve_by
    FROM duty_changed_closed AS old JOIN grid_duty_limit AS part ON part.duty_id = old.id
    JOIN grid_duty AS duty USING (category_id, scenario, area_code)
    WHERE lower(duty.recorded_during) = %(version)s AND duty.valid_during <@ old.valid_during
      AND NOT EXISTS (SELECT FROM grid_duty_limit AS there WHERE there.duty_id = duty.id)
"""

_HEIRS = """
    INSERT INTO grid_category_heir (former_id, heir_id, edition_id, since)
    SELECT former.id, heir.id, %(edition)s, min(coalesce(lower(said.valid_during), %(now)s))
    FROM stage JOIN duty_member AS member USING (row)
    JOIN duty_statement AS said ON said.row = member.first
    CROSS JOIN unnest(stage.replaces) AS old(code)
    JOIN grid_category AS heir ON heir.id = said.category_id
    JOIN grid_category AS former ON former.code = old.code AND former.kind = heir.kind
    WHERE said.role IS NOT NULL GROUP BY former.id, heir.id
    ON CONFLICT DO NOTHING
"""

CATALOGUE = Layer(name="catalogue", fields=FIELDS, check=check, write=write, has_drafts=True)
