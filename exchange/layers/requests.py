"""Service requests as a source recorded them; they open no cases."""

from collections.abc import Iterator

from django.contrib.gis.geos import GEOSGeometry
from django.db import connection

from exchange.fields import CODE, Field, Shape, field
from exchange.layers.base import Layer, Load
from exchange.references import categories, create_categories
from exchange.stage import look_up, run
from exchange.values import read_moment, read_number, read_text
from grid.catalogue.models import Category
from inspections.requests.use_cases import RequestRow, register_requests

FIELDS: tuple[Field, ...] = (
    Field("code", CODE.parse, (*CODE.also, "工单编号", "留言编号", "诉求编号"), required=True),
    field("channel", also=("渠道", "来源", "受理渠道")),
    field("category", also=("类别", "分类", "诉求类别", "一级分类")),
    field("nature", also=("性质", "诉求性质", "诉求类型")),
    field("text", read_text, also=("内容", "诉求内容", "留言详情")),
    field("reported_at", read_moment, also=("时间", "受理时间", "上报时间", "留言时间"), required=True,
          sql="timestamptz"),
    field("closed_at", read_moment, also=("办结时间", "结案时间"), sql="timestamptz"),
    field("status", also=("状态",)),
    field("accuracy_m", read_number, also=("精度",), sql="float8"),
    field("facility", also=("设施编码", "部件编码")),
)  # fmt: skip


def check(load: Load) -> None:
    """Refuse requests by code and numbers; categories not known are kept as the word that came."""
    stage, report = load.stage, load.report
    if load.options.generate_codes:
        run(CODES)
    stage.reject_doubles("code")
    stage.reject("accuracy_m < 0", "bad_number", "'accuracy_m ' || accuracy_m || ' is below 0'")
    known = categories()
    if load.options.create_categories:
        create_categories(stage, known, ["category"], report, kind="matter")
    meant = {value: known.find(value) for value in stage.distinct("category")}
    look_up("category_named", [(value, ids[0]) for value, ids in meant.items() if ids])
    strange = [value for value, ids in meant.items() if not ids]
    if strange:
        shown = ", ".join(strange[:5]) + (" …" if len(strange) > 5 else "")
        report.warn("unknown_category", f"kept as words: {shown}", count=len(strange))
    late = stage.count("fault IS NULL AND closed_at < reported_at")
    if late:
        report.warn("closed_before_reported", "closed before they were reported", count=late)


def write(load: Load) -> None:
    """Register the requests; a code known with other contents is stated anew."""
    done = register_requests(_rows(), actor=load.actor, source_name=load.options.file.name)
    report = load.report
    report.created, report.updated, report.unchanged = done.created, done.updated, done.unchanged


def _rows() -> Iterator[RequestRow]:
    known = Category.objects.in_bulk()
    with connection.chunked_cursor() as cursor:
        cursor.execute(
            "SELECT code, channel, category_named.id, category, nature, text, reported_at, closed_at, "
            "status, ST_AsBinary(place), accuracy_m, facility FROM stage "
            "LEFT JOIN category_named ON category_named.value = category "
            "WHERE fault IS NULL ORDER BY row"
        )
        while rows := cursor.fetchmany(2000):
            for row in rows:
                yield RequestRow(
                    code=row[0],
                    channel=row[1] or "file",
                    category=known.get(row[2]),
                    category_name=row[3] or "",
                    nature=row[4] or "",
                    text=row[5] or "",
                    reported_at=row[6],
                    closed_at=row[7],
                    status=row[8] or "",
                    place=GEOSGeometry(memoryview(row[9]), srid=4326) if row[9] else None,
                    accuracy_m=row[10],
                    facility_code=row[11] or "",
                )


CODES = """
    UPDATE stage SET code = 'R-' || numbered.digest || CASE WHEN nth > 1 THEN '-' || nth ELSE '' END
    FROM (
        SELECT row, digest, row_number() OVER (PARTITION BY digest ORDER BY row) AS nth
        FROM (
            SELECT row, left(md5(concat_ws('|', reported_at, channel, category, text,
                                           encode(ST_AsEWKB(place), 'hex'))), 16) AS digest
            FROM stage WHERE fault IS NULL AND code IS NULL) AS digested
    ) AS numbered
    WHERE stage.row = numbered.row
"""

REQUESTS = Layer(
    name="requests",
    fields=FIELDS,
    check=check,
    write=write,
    shape=Shape(dimensions=(0, 1), optional_everywhere=True),
    of_the_ground=False,
    generates_codes=True,
)
