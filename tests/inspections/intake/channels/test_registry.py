"""The registry: 151 + 81 + 2,641 channels load, legacy numbers kept; twice changes nothing."""

from pathlib import Path

import pytest

from core.models import AuditEntry, User
from exchange.layers.base import Options
from exchange.report import Report
from exchange.use_cases import load_layer
from grid.ground.models import City
from inspections.intake.channels.models import IntakeChannel
from inspections.requests.models import Channel
from tests import factories
from tests.conftest import client_of

pytestmark = pytest.mark.django_db


def write(folder: Path) -> Path:
    """Pingshan's online channels, Chengdu's hotlines and mailboxes, as an inventory lists them."""
    lines = ["编码,渠道名称,渠道,原系统编号,所属单位,地址,停用日期"]
    words = ["网络", "微信", "短信", "app"]
    lines += [f"PS-{n},线上渠道{n},{words[n % 4]},PS{n:04},,," for n in range(151)]
    lines += [f"HL-{n},热线{n},电话,{96000 + n},B{n % 3},{96000 + n},2020-01-01" for n in range(81)]
    lines += [f"MB-{n},信箱{n},电子邮件,box{n},B{n % 3},box{n}@example.cn," for n in range(2641)]
    file = folder / "channels.csv"
    file.write_text("\n".join(lines), encoding="utf-8")
    return file


def load(file: Path, actor: User, **options: object) -> Report:
    return load_layer(Options(layer="channels", file=file, **options), actor=actor)  # type: ignore[arg-type]


@pytest.mark.mission("P3", "C4")
def test_all_channels_of_three_systems_load(city: City, ada: User, tmp_path: Path) -> None:
    for number in range(3):
        factories.organization(f"B{number}")
    file = write(tmp_path)
    report = load(file, ada)
    assert (report.created, report.updated, report.unchanged, report.rejected) == (2873, 0, 0, 0)
    assert IntakeChannel.objects.exclude(legacy_id="").count() == 151 + 81 + 2641
    app = IntakeChannel.objects.get(code="PS-3")
    assert (app.channel, app.channel_name, app.legacy_id) == (Channel.OTHER, "app", "PS0003")
    line = IntakeChannel.objects.select_related("organization").get(legacy_id="96007")
    assert line.organization is not None
    assert (line.channel, line.organization.code, line.address) == ("phone", "B1", "96007")
    assert str(line.retired_on) == "2020-01-01"
    again = load(file, ada)
    assert (again.created, again.updated, again.unchanged) == (0, 0, 2873)
    assert AuditEntry.objects.filter(act="state_channels").count() == 1
    listed = client_of(ada).get("/api/v1/channels/?legacy_id=box2640").json()["results"]
    assert [row["code"] for row in listed] == ["MB-2640"]


def test_what_a_file_does_not_speak_of_stays(city: City, ada: User, tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("code,name,channel,legacy_id\nA,甲,电话,1\n", encoding="utf-8")
    load(file, ada)
    file.write_text("code,name,active\nA,甲线,否\n", encoding="utf-8")
    assert load(file, ada).updated == 1
    kept = IntakeChannel.objects.get(code="A")
    assert (kept.name, kept.channel, kept.legacy_id, kept.active) == ("甲线", "phone", "1", False)


def test_codes_are_made_from_where_a_channel_came_from(
    city: City, ada: User, tmp_path: Path
) -> None:
    file = tmp_path / "a.csv"
    file.write_text("name,channel,legacy_id\n甲,电话,1\n乙,电话,\n乙,电话,\n", encoding="utf-8")
    assert load(file, ada, generate_codes=True).created == 3
    assert load(file, ada, generate_codes=True).unchanged == 3


def test_a_direct_channel_must_name_its_body(city: City, ada: User, tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("code,name,direct,organization\nA,甲,是,\nB,乙,是,没有\n", encoding="utf-8")
    assert load(file, ada).rejected == 2
    assert not IntakeChannel.objects.exists()
