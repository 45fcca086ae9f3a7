"""退单: whoever would be rid of a case asks; granted or refused, the street is lit and somebody answered for it all along."""

from datetime import datetime
from io import BytesIO
from typing import Any

from docx import Document

from tests.conftest import client_of
from tests.stories.conftest import PLAIN, Road

REASON = "该段路灯由住建委建设，尚未移交"


def asked(road: Road) -> tuple[str, dict[str, Any]]:
    """The lamp office has a case, and asks to return it with a photo; the case and the request."""
    number = road.plain()
    road.act("di", number, "accept")
    road.shoot("di", number, PLAIN, seed=1)
    photo = road.page(number, "di")["evidence"][0]["id"]
    told = road.act(
        "di", number, "request_return", grounds="not_ours", to="HOUSING", evidence=[photo],
        reason=REASON,
    )  # fmt: skip
    assert told["lead"]["code"] == "LAMP"  # it answers for the case until the desk has decided
    (row,) = road.get("ada", "returns/?status=asked")["results"]
    assert (row["case"], row["receiver"]["code"]) == (number, "HOUSING")
    decide_by = datetime.fromisoformat(row["decide_by"])
    assert decide_by > datetime.fromisoformat(row["asked_at"])  # the countdown of the queue
    return number, row


def letter(road: Road, row: dict[str, Any]) -> str:
    """What the letter on the return says."""
    answer = client_of(road.ward.people["di"]).get(f"/sheets/returns/{row['id']}.docx")
    paper = Document(BytesIO(answer.content))
    cells = [cell.text for table in paper.tables for line in table.rows for cell in line.cells]
    return "\n".join([*(one.text for one in paper.paragraphs), *cells])


def to_the_end(road: Road, who: str, number: str) -> dict[str, Any]:
    """Repaired by whoever has it, told, checked, called back, proven, closed, put to the files."""
    road.arrive(who, number, PLAIN)
    road.act(who, number, "handle", reason="已更换灯泡")
    road.act(who, number, "reply", way="phone", reached=True, reason="灯已修好")
    road.act("bo", number, "check")
    road.act("ada", number, "callback", rating="satisfied", contacted=True, solved=True)
    road.shoot("bo", number, PLAIN, seed=2)
    closed = road.act("bo", number, "close")
    assert (closed["state"], closed["solved"], closed["closing_basis"]) == (
        "closed",
        True,
        "callback",
    )
    filed: dict[str, Any] = road.act("ada", number, "archive")
    return filed


def acts_of(road: Road, number: str) -> list[str]:
    """What was done, in order."""
    return [entry["act"] for entry in road.get("ada", f"cases/{number}/trail/")["results"]]


def test_granted_it_goes_to_the_other_with_clocks_of_its_own_and_ends(road: Road) -> None:
    number, row = asked(road)
    assert "□ 不同意退单" in letter(road, row)
    told = road.act("ada", number, "grant_return", to="HOUSING", reason="未移交属实")
    assert (told["state"], told["lead"]["code"]) == ("dispatched", "HOUSING")
    clocks = {
        clock["organization"]["code"]: clock["state"]
        for clock in told["clocks"]
        if clock["clock"] == "resolve" and clock["organization"]
    }
    assert clocks == {"LAMP": "stopped", "HOUSING": "running"}  # without fault; never inherited
    assert road.get("ada", "returns/?status=asked")["results"] == []
    assert "未移交属实" in letter(road, row)
    road.act("fu", number, "accept")
    ended = to_the_end(road, "fu", number)
    assert ended["state"] == "archived"
    ways = acts_of(road, number)
    assert ways.index("request_return") < ways.index("grant_return") < ways.index("handle")
    assert road.get("cy", "returns/")["results"] == []  # others see nothing of it


def test_refused_it_stays_where_it_is_and_ends_there(road: Road) -> None:
    number, row = asked(road)
    road.act("di", number, "grant_return", expecting=403, reason="同意自己")
    told = road.act("ada", number, "refuse_return", reason="权责清单明确由你单位养护")
    assert (told["state"], told["lead"]["code"]) == ("accepted", "LAMP")
    assert "权责清单明确由你单位养护" in letter(road, row)
    again = road.act(
        "di", number, "request_return", expecting=409, grounds="not_ours", reason="再退一次"
    )
    assert again["code"]
    assert "request_return" not in {one["act"] for one in road.page(number, "di")["available_acts"]}
    ended = to_the_end(road, "di", number)
    assert ended["state"] == "archived"
    (kept,) = road.get("ada", f"returns/?case={number}")["results"]
    assert (kept["state"], kept["reason"]) == ("refused", REASON)
