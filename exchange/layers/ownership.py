"""Ownership areas: who answers for the ground inside a boundary, in which role, by which paper."""

from exchange.fields import CODE, DOCUMENT, FROM, TO, Field, Shape, field
from exchange.generated import generate_ownership_codes
from exchange.layers.base import Layer, Load
from exchange.references import (
    Directory,
    categories,
    create_categories,
    create_organizations,
    organizations,
    resolve,
)
from exchange.stage import rows_of, run
from exchange.values import one_of, read_list, read_text
from exchange.words import GROUND_KINDS, ROLES
from grid.ground.restate import restate
from grid.ownership.models import OwnershipArea

FIELDS: tuple[Field, ...] = (
    CODE,
    field("organization", also=("单位", "权属单位", "责任单位", "权利人"), required=True),
    field("role", one_of(ROLES, "role"), also=("角色", "责任角色")),
    field("categories", read_list, also=("类别", "适用类别", "设施类别"), sql="text[]"),
    field("basis", read_text, also=("依据", "来源")),
    DOCUMENT,
    FROM,
    TO,
)


def check(load: Load) -> None:
    """Refuse rows by code, body, categories and dates."""
    stage, options = load.stage, load.options
    load.check_validity()
    bodies = organizations()
    if options.create_organizations:
        create_organizations(stage, bodies, ["organization"], load.report)
    resolve(stage, bodies, ["organization"], "body_named")
    known = categories()
    if options.create_categories:
        create_categories(stage, known, ["categories"], load.report, lists=True)
    codes = dict(rows_of("SELECT id, code FROM grid_category"))
    by_code = Directory("category", shown=known.shown)
    for index, own in ((by_code.codes, known.codes), (by_code.names, known.names)):
        # A facility and a matter may share a code: for ownership both are meant.
        index.update({key: sorted({codes[i] for i in ids}) for key, ids in own.items()})
    resolve(stage, by_code, ["categories"], "category_named", lists=True, sql_type="text")
    if options.generate_codes:
        generate_ownership_codes(load)
    _check_doubles(load)
    unsigned = rows_of(
        "SELECT count(*) FROM stage WHERE fault IS NULL AND document IS NULL "
        "AND basis ~* %(agreement)s AND NOT basis ~* %(demarcation)s",
        **GROUND_KINDS,
    )[0][0]
    if unsigned:
        load.report.warn(
            "agreement_without_document",
            "a border agreement without its paper decides nothing: it counts as an area like others",
            count=unsigned,
        )


def _check_doubles(load: Load) -> None:
    """A code may stand several times if its rows speak of different times."""
    run(
        "UPDATE stage SET fault = 'duplicate_code', message = 'code ' || stage.code "
        "|| ' stands already in row ' || earlier.row FROM stage AS earlier "
        "WHERE earlier.code = stage.code AND earlier.row < stage.row "
        "AND earlier.fault IS NULL AND stage.fault IS NULL AND "
        "tstzrange(earlier.valid_from, earlier.valid_to) && tstzrange(stage.valid_from, stage.valid_to)"
    )


def write(load: Load) -> None:
    """State the areas; a red line, an agreement, a demarcation is what its basis calls one."""
    run("DROP TABLE IF EXISTS ownership_statement")
    run(
        _STATEMENT.format(validity=load.validity()),
        srid=load.city.metric_srid,
        **GROUND_KINDS,
    )
    done = restate(
        OwnershipArea,
        statements="ownership_statement",
        changed="ownership_changed",
        key=["code"],
        payload=["kind", "organization_id", "role", "boundary", "categories", "basis", "document"],
        carried=["area_m2"],
        version=load.version,
    )
    load.report.created, load.report.updated = done.created, done.updated
    load.report.unchanged = done.unchanged


_STATEMENT = """
    CREATE TEMPORARY TABLE ownership_statement ON COMMIT DROP AS
    SELECT stage.row, stage.code,
           CASE WHEN basis ~* %(demarcation)s THEN 'demarcation'
                WHEN basis ~* %(agreement)s THEN 'agreement'
                WHEN basis ~* %(red_line)s THEN 'red_line' ELSE 'area' END AS kind,
           body.id AS organization_id, coalesce(stage.role, 'owner') AS role,
           stage.place AS boundary,
           ARRAY(SELECT DISTINCT named.id FROM unnest(stage.categories) AS item(value)
                 JOIN category_named AS named USING (value) ORDER BY 1)::varchar[] AS categories,
           coalesce(basis, '') AS basis, coalesce(document, '') AS document,
           ST_Area(ST_Transform(stage.place, %(srid)s)) AS area_m2, {validity} AS valid_during
    FROM stage JOIN body_named AS body ON body.value = stage.organization
    WHERE stage.fault IS NULL
"""

OWNERSHIP = Layer(
    name="ownership",
    fields=FIELDS,
    check=check,
    write=write,
    shape=Shape(dimensions=(2,), required=True),
    generates_codes=True,
)
