"""Reports of a file as today's work: each is taken in by its channel, once, and opens its case.

A residents' meeting (民情联系会), a deputies' list, a hotline's night sheet; for records of the past see `requests`.
"""

from collections.abc import Iterator

from django.contrib.gis.geos import GEOSGeometry
from django.utils import timezone

from core.errors import DomainError
from exchange.fields import CODE, Field, Shape, field
from exchange.layers.base import Layer, Load
from exchange.layers.requests import CODES
from exchange.references import categories
from exchange.stage import look_up, rows_of, run
from exchange.values import one_of, read_moment, read_number, read_text
from exchange.words import URGENCIES
from grid.catalogue.models import Category
from inspections.intake.channels.models import IntakeChannel
from inspections.intake.channels.queries import channel_named, refuse_retired
from inspections.intake.channels.use_cases import Incoming, take_in
from inspections.requests.use_cases import RequestRow
from inspections.requests.use_cases.requesters import Person, checked

KINDS = {"citizen": ("市民", "群众", "个人"), "enterprise": ("企业", "企业机构", "单位")}
FIELDS: tuple[Field, ...] = (
    Field("code", CODE.parse, (*CODE.also, "工单编号", "留言编号", "诉求编号", "序号"), required=True),
    field("channel", also=("渠道", "来源", "受理渠道"), required=True),
    field("category", also=("类别", "分类", "诉求类别")),
    field("nature", also=("性质", "诉求性质", "诉求类型")),
    field("text", read_text, also=("内容", "诉求内容", "留言详情", "问题"), required=True),
    field("reported_at", read_moment, also=("时间", "受理时间", "上报时间"), sql="timestamptz"),
    field("urgency", one_of(URGENCIES, "urgency"), also=("紧急程度",)),
    field("accuracy_m", read_number, also=("精度",), sql="float8"),
    field("facility", also=("设施编码", "部件编码")),
    field("name", also=("姓名", "诉求人")),
    field("phone", also=("电话", "联系电话")),
    field("email", also=("邮箱", "电子邮箱")),
    field("requester_kind", one_of(KINDS, "requester_kind"), also=("诉求人类型",)),
)  # fmt: skip


def check(load: Load) -> None:
    """Refuse reports by number, channel, category and requester, before any is taken in."""
    stage = load.stage
    if load.options.generate_codes:
        run(CODES)
    stage.reject_doubles("channel", "code")
    stage.reject("accuracy_m < 0", "bad_number", "'accuracy_m ' || accuracy_m || ' is below 0'")
    stage.reject(
        "reported_at > now() + interval '5 minutes'",
        "bad_date",
        "'reported_at ' || reported_at || ' lies ahead'",
    )
    faults = {}
    meant = []
    for value in stage.distinct("channel"):
        try:
            channel = channel_named(value)
            refuse_retired(channel)
        except DomainError as refusal:
            faults[value] = (refusal.code, f"channel: {refusal.message}")
        else:
            meant.append((value, channel.pk))
    stage.reject_values("channel", faults)
    look_up("channel_named", meant)
    known = categories()
    look_up(
        "category_named",
        [(value, ids[0]) for value in stage.distinct("category") if (ids := known.find(value))],
    )
    for column in ("phone", "email"):
        wrong = {}
        for value in stage.distinct(column):
            try:
                checked(Person(**{column: value}))
            except DomainError as refusal:
                wrong[value] = (f"bad_{column}", f"{column}: {refusal.message}")
        stage.reject_values(column, wrong)


def write(load: Load) -> None:
    """Take them in, in the order of the file; all or none."""
    report = load.report
    for channel, incoming in _reports():
        taken = take_in(channel, incoming, actor=load.actor)
        report.created += not taken.repeated
        report.unchanged += taken.repeated


def _reports() -> Iterator[tuple[IntakeChannel, Incoming]]:
    channels, known = IntakeChannel.objects.in_bulk(), Category.objects.in_bulk()
    rows = rows_of(
        "SELECT channel_named.id, code, category_named.id, category, nature, text, reported_at, "
        "urgency, ST_AsBinary(place), accuracy_m, facility, name, phone, email, requester_kind "
        "FROM stage JOIN channel_named ON channel_named.value = channel "
        "LEFT JOIN category_named ON category_named.value = category "
        "WHERE fault IS NULL ORDER BY row"
    )
    now = timezone.now()
    for row in rows:
        category = known.get(row[2])
        person = Person(
            name=row[11] or "", phone=row[12] or "", email=row[13] or "", kind=row[14] or "citizen"
        )
        yield (
            channels[row[0]],
            Incoming(
                external_id=row[1],
                urgency=row[7] or "normal",
                row=RequestRow(
                    category=category,
                    category_name="" if category else (row[3] or "")[:200],
                    nature=row[4] or "",
                    text=row[5],
                    reported_at=row[6] or now,
                    place=GEOSGeometry(memoryview(row[8]), srid=4326) if row[8] else None,
                    accuracy_m=row[9],
                    facility_code=(row[10] or "")[:64],
                    requester=person,
                ),
            ),
        )


REPORTS = Layer(
    name="reports",
    fields=FIELDS,
    check=check,
    write=write,
    shape=Shape(dimensions=(0, 1), optional_everywhere=True),
    of_the_ground=False,
    generates_codes=True,
)
