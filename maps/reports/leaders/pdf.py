"""The report to the leader as PDF: A4, on as many pages as it needs."""

from django.template.loader import render_to_string

from maps.reports.leaders.told import Told
from maps.reports.picture import svg_of
from maps.reports.printing import printed


def pdf_of(told: Told) -> bytes:
    """The file."""
    return printed([html_of(told)])


def html_of(told: Told) -> str:
    """The pages as HTML."""
    return render_to_string(
        "maps/leader_report.html", {"told": told, "t": told.t, "map": svg_of(told.scene)}
    )
