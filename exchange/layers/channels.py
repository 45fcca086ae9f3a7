"""The registry of channels by which reports come in; numbers of the systems they came from are kept."""

from exchange.fields import NAME, Field, field
from exchange.layers.base import Layer, Load
from exchange.references import create_organizations, organizations, resolve
from exchange.stage import rows_of, run
from exchange.values import read_code, read_day, read_flag
from inspections.intake.channels.use_cases import ChannelRow, state_channels

FIELDS: tuple[Field, ...] = (
    Field("code", read_code, ("编码", "代码", "渠道编码", "渠道代码"), required=True),
    Field("name", NAME.parse, (*NAME.also, "渠道名称", "热线名称", "信箱名称"), required=True),
    field("channel", also=("渠道", "渠道类型", "类型")),
    field("legacy_id", also=("原编号", "原系统编号", "旧编号", "渠道原编号")),
    field("organization", also=("单位", "所属单位", "主办单位")),
    field("address", also=("地址", "号码", "热线号码", "信箱", "网址")),
    field("active", read_flag, also=("启用",), sql="boolean"),
    field("retired_on", read_day, also=("停用日期", "并入日期"), sql="date"),
    field("direct", read_flag, also=("直达", "绿色通道"), sql="boolean"),
)  # fmt: skip


def check(load: Load) -> None:
    """Refuse channels by code and body; a direct one must name whose it is."""
    stage = load.stage
    if load.options.generate_codes:
        run(_CODES)
    stage.reject_doubles("code")
    bodies = organizations()
    if load.options.create_organizations:
        create_organizations(stage, bodies, ["organization"], load.report)
    resolve(stage, bodies, ["organization"], "organization_named")
    stage.reject(
        "direct AND organization IS NULL",
        "blank_organization",
        "'a direct channel names the organization its cases go to'",
    )


def write(load: Load) -> None:
    """State the channels; of known ones only what the file speaks of."""
    rows = rows_of(
        "SELECT code, name, coalesce(channel, ''), coalesce(legacy_id, ''), organization_named.id, "
        "coalesce(address, ''), coalesce(active, true), retired_on, coalesce(direct, false) "
        "FROM stage LEFT JOIN organization_named ON organization_named.value = organization "
        "WHERE fault IS NULL ORDER BY row"
    )
    said = {field.name for field in FIELDS if load.states(field.name)}
    if "organization" in said:
        said.add("organization_id")
    done = state_channels(
        (
            ChannelRow(
                code=row[0],
                name=row[1],
                channel=row[2],
                legacy_id=row[3],
                organization_id=row[4],
                address=row[5],
                active=row[6],
                retired_on=row[7],
                direct=row[8],
            )
            for row in rows
        ),
        actor=load.actor,
        source_name=load.options.file.name,
        said=said,
    )
    report = load.report
    report.created, report.updated, report.unchanged = done.created, done.updated, done.unchanged


# A channel without a code is told by where it came from; the same file gets the same codes again.
_CODES = """
    UPDATE stage SET code = 'CH-' || numbered.digest || CASE WHEN nth > 1 THEN '-' || nth ELSE '' END
    FROM (
        SELECT row, digest, row_number() OVER (PARTITION BY digest ORDER BY row) AS nth
        FROM (
            SELECT row, left(md5(concat_ws('|', channel, legacy_id,
                       CASE WHEN legacy_id IS NULL THEN name END, organization)), 12) AS digest
            FROM stage WHERE fault IS NULL AND code IS NULL) AS digested
    ) AS numbered
    WHERE stage.row = numbered.row
"""

CHANNELS = Layer(
    name="channels",
    fields=FIELDS,
    check=check,
    write=write,
    of_the_ground=False,
    generates_codes=True,
)
