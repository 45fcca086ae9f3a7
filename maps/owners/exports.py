"""The portal's rows as a file: CSV, GeoJSON, XLSX; row by row, and no cell that a sheet would run."""

import csv
import io
import json
import tempfile
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

Row = dict[str, Any]
CHUNK = 64 << 10
# A cell that begins so is a formula to a spreadsheet; the mark makes it text.
_RUN = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")

# The field, its heading in Chinese, in English.
COLUMNS = (
    ("code", "部件编码", "code"),
    ("category", "类别编码", "category"),
    ("category_name", "类别", "category_name"),
    ("name", "名称", "name"),
    ("condition", "部件状态", "condition"),
    ("state", "移交状态", "handover_state"),
    ("handover", "移交编号", "handover"),
    ("kind", "移交类型", "handover_kind"),
    ("document", "移交文件", "document"),
    ("reason", "理由", "reason"),
    ("giver", "移出单位", "from"),
    ("receiver", "接收单位", "to"),
    ("signed_on", "签署日期", "signed_on"),
    ("effective_on", "生效日期", "effective_on"),
    ("owner", "权属单位", "owner"),
    ("maintainer", "养护单位", "maintainer"),
    ("payer", "付费单位", "payer"),
    ("builder", "建设单位", "builder"),
    ("held_as", "我方身份", "held_as"),
    ("cell", "单元网格", "cell"),
    ("lon", "经度", "lon"),
    ("lat", "纬度", "lat"),
)


def harmless(value: Any) -> Any:
    """The value as a cell: text that a spreadsheet would run is marked as text."""
    if value is None:
        return ""
    if isinstance(value, str) and value.startswith(_RUN):
        return f"'{value}"
    return value.isoformat() if isinstance(value, date) else value


def headings(chinese: bool) -> list[str]:
    """The first line."""
    return [zh if chinese else en for _, zh, en in COLUMNS]


def flat(row: Row, words: dict[str, str]) -> list[Any]:
    """A row in the order of the columns; states, kinds and roles in words."""
    told = {
        **row,
        **{role: row["parties"].get(role) for role in ("owner", "maintainer", "payer", "builder")},
        "state": words.get(row["state"], row["state"]),
        "kind": words.get(f"kind_{row['kind']}", row["kind"]),
        "condition": words.get(f"condition_{row['condition']}", row["condition"]),
        "held_as": "、".join(words.get(f"role_{role}", role) for role in row["roles"]),
    }
    return [told[field] for field, _, _ in COLUMNS]


def as_csv(rows: Iterable[Row], words: dict[str, str], chinese: bool) -> Iterator[bytes]:
    """CSV with the mark by which spreadsheets know UTF-8."""
    page = io.StringIO()
    writer = csv.writer(page)
    page.write("\ufeff")
    writer.writerow(headings(chinese))
    for row in rows:
        writer.writerow([harmless(value) for value in flat(row, words)])
        if page.tell() > CHUNK:
            yield page.getvalue().encode()
            page.seek(0)
            page.truncate()
    yield page.getvalue().encode()


def as_geojson(rows: Iterable[Row]) -> Iterator[bytes]:
    """A FeatureCollection (RFC 7946); words of states and roles as the API has them."""
    yield b'{"type":"FeatureCollection","features":['
    between = ""
    for row in rows:
        place = {"type": "Point", "coordinates": [round(row["lon"], 7), round(row["lat"], 7)]}
        properties = {
            "code": row["code"],
            "category": row["category"],
            "category_name": row["category_name"],
            "name": row["name"],
            "condition": row["condition"],
            "handover_state": row["state"],
            "handover": row["handover"],
            "handover_kind": row["kind"],
            "document": row["document"],
            "reason": row["reason"],
            "from": row["giver"],
            "to": row["receiver"],
            "signed_on": row["signed_on"] and row["signed_on"].isoformat(),
            "effective_on": row["effective_on"] and row["effective_on"].isoformat(),
            "parties": row["parties"],
            "held_as": row["roles"],
            "cell": row["cell"],
        }
        feature = {
            "type": "Feature",
            "id": row["code"],
            "geometry": place,
            "properties": properties,
        }
        yield f"{between}{json.dumps(feature, ensure_ascii=False)}\n".encode()
        between = ","
    yield b"]}"


def as_xlsx(rows: Iterable[Row], words: dict[str, str], chinese: bool) -> Iterator[bytes]:
    """A workbook, written row by row to a file of its own that ends with the answer."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("移交台账" if chinese else "handovers")
    sheet.freeze_panes = "A2"
    head = []
    for title in headings(chinese):
        cell = WriteOnlyCell(sheet, title)
        cell.font = Font(bold=True)
        head.append(cell)
    sheet.append(head)
    for row in rows:
        sheet.append([_typed(sheet, value) for value in flat(row, words)])
    with tempfile.TemporaryFile() as file:
        book.save(file)
        file.seek(0)
        while chunk := file.read(CHUNK):
            yield chunk


def _typed(sheet: Any, value: Any) -> Any:
    """Text stays text: openpyxl would make a formula of what begins with '='."""
    if not isinstance(value, str):
        return value
    cell = WriteOnlyCell(sheet, _printable(value))
    cell.data_type = "s"
    return cell


def _printable(text: str) -> str:
    """Without the control characters that a workbook cannot hold."""
    return "".join(letter for letter in text if letter >= " " or letter in "\t\n")
