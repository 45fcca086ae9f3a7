"""The ground report as one HTML page that needs nothing from the network: folium with its own assets."""

import json
import re
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

import folium
import geopandas
import shapely
from branca.element import Element

from grid.cells.queries import current_units
from grid.ground.metric import as_shapes
from grid.ground.models import City
from grid.jurisdiction.findings import Report

# The package django-leaflet carries the very files; it is not imported, nothing else of it is used.
LEAFLET = Path(str(distribution("django-leaflet").locate_file("leaflet/static/leaflet")))
COLOURS = {
    "overlaps": "#c0392b",
    "gaps": "#8e44ad",
    "crossings": "#d35400",
    "slivers": "#7f8c8d",
    "uncovered": "#95a5a6",
    "contested": "#e6a100",
    "unproven": "#2980b9",
}
NAMES = {
    "faults": "区划与网格 ground",
    "ownership": "权属 ownership",
}


class OwnAssetsMap(folium.Map):
    """A folium map whose Leaflet stands in the page itself; nothing is fetched from anywhere."""

    default_js: list[tuple[str, str]] = []
    default_css: list[tuple[str, str]] = []

    def render(self, **kwargs: Any) -> str:
        """Put Leaflet's script and styles into the head before folium's own parts."""
        head = self.get_root().header  # type: ignore[attr-defined] # branca says nothing of figures
        styles = (LEAFLET / "leaflet.css").read_text("utf-8")
        styles = re.sub(r"url\(images/[^)]*\)", "none", styles)
        head.add_child(Element(f"<style>{styles}</style>"), name="leaflet_css")
        script = (LEAFLET / "leaflet.js").read_text("utf-8")
        head.add_child(
            Element(f"<script>{{% raw %}}{script}{{% endraw %}}</script>"), name="leaflet"
        )
        page: str = super().render(**kwargs)  # type: ignore[no-untyped-call]
        return page


def write_map(path: Path, report: Report, city: City) -> None:
    """Draw every finding that has a shape over the city's areas, layer by layer, and write the page."""
    page = OwnAssetsMap(tiles=None, control_scale=True, attribution_control=False)
    areas = [unit for unit in current_units("grid_area") if unit.boundary is not None]
    outlines = as_shapes([unit.boundary for unit in areas if unit.boundary is not None])
    if len(outlines) == 0:
        units = [unit.boundary for unit in current_units("grid_cell")]
        outlines = as_shapes([shape for shape in units if shape is not None])
    if len(outlines):
        folium.GeoJson(
            _features(outlines, [{}] * len(outlines)),
            name="区划 areas",
            style_function=lambda _: {"color": "#555555", "weight": 1, "fillOpacity": 0.02},
        ).add_to(page)
        west, south, east, north = shapely.total_bounds(outlines)
        page.fit_bounds([[south, west], [north, east]])
    for part, findings in report.items():
        for kind, finding in findings.items():
            if finding.shapes:
                _draw(page, f"{NAMES[part]}: {kind} ({len(finding.shapes)})", kind, finding, city)
    folium.LayerControl(collapsed=False).add_to(page)
    page.save(str(path))


def _draw(page: folium.Map, name: str, kind: str, finding: Any, city: City) -> None:
    said = [
        {
            "codes": ", ".join(item["codes"]),
            "who": ", ".join(item.get("organizations", [])),
            "area": f"{item['area_m2']:,.1f} m²",
        }
        for item in finding.items[: len(finding.shapes)]
    ]
    colour = COLOURS[kind]
    folium.GeoJson(
        _features(finding.in_degrees(city.metric_srid), said),
        name=name,
        style_function=lambda _: {"color": colour, "weight": 2, "fillOpacity": 0.4},
        tooltip=folium.GeoJsonTooltip(["codes", "who", "area"], aliases=["", "", ""]),
    ).add_to(page)


def _features(shapes: Any, said: list[dict[str, str]]) -> dict[str, Any]:
    """GeoJSON of shapes with what is said of each."""
    frame = geopandas.GeoDataFrame(said, geometry=list(shapes), crs=4326)
    parsed: dict[str, Any] = json.loads(frame.to_json())
    return parsed
