"""A layer's fields as data: the name in the contract, how a value is read, what else files call it."""

from dataclasses import dataclass

from exchange.values import Parser, read_code, read_day, read_name, read_text


@dataclass(frozen=True, slots=True)
class Field:
    """One field. `sql` is its type in the staging table; a `required` one may not be blank."""

    name: str
    parse: Parser
    also: tuple[str, ...] = ()
    required: bool = False
    sql: str = "text"


@dataclass(frozen=True, slots=True)
class Shape:
    """Which geometry a layer takes, by dimension (0 points, 1 lines, 2 polygons), none if empty.

    Where it is not required, a table may leave it out; a file of shapes only if `optional_everywhere`.
    """

    dimensions: tuple[int, ...] = ()
    required: bool = False
    optional_everywhere: bool = False


CODE = Field("code", read_code, ("编码", "代码", "编号", "标识码"), required=True)
NAME = Field("name", read_name, ("名称", "objname"))
LON = ("lon", "lng", "long", "longitude", "经度", "x", "xcoord", "x_coord", "point_x", "坐标x")
LAT = ("lat", "latitude", "纬度", "y", "ycoord", "y_coord", "point_y", "坐标y")
WKT = ("wkt", "the_geom", "geom", "geometry", "几何", "shape")
FROM = Field("valid_from", read_day, ("生效日期", "有效期起"), sql="date")
TO = Field("valid_to", read_day, ("失效日期", "有效期止"), sql="date")
DOCUMENT = Field("document", read_text, ("文件", "依据文件", "文号"))


def field(
    name: str,
    parse: Parser = read_name,
    *,
    also: tuple[str, ...] = (),
    required: bool = False,
    sql: str = "text",
) -> Field:
    """A field in one line."""
    return Field(name, parse, also, required, sql)
