"""Reading a tile back with GDAL: a decoder that is not ours."""

import gzip
import math
from pathlib import Path

import geopandas
import pyogrio

from tests.maps import small_city


def tile_at(z: int, x_m: float = 150, y_m: float = 306) -> tuple[int, int]:
    """The x and y of the tile that holds a place of the small city."""
    lon, lat = small_city.degrees_of(x_m, y_m)
    side = 1 << z
    mercator = math.asinh(math.tan(math.radians(lat)))
    return int((lon + 180) / 360 * side), int((1 - mercator / math.pi) / 2 * side)


def decode(body: bytes, folder: Path, z: int, x: int, y: int) -> dict[str, geopandas.GeoDataFrame]:
    """The layers of a tile, in WGS84."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "tile.mvt"
    path.write_bytes(gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body)
    return {
        name: pyogrio.read_dataframe(path, layer=name, X=x, Y=y, Z=z).to_crs(4326)
        for name in pyogrio.list_layers(path)[:, 0]
    }
