"""`manage.py check_ground`: what is wrong with the ground, and with who answers for it."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.errors import DomainError
from grid.ground.queries import the_city
from grid.jurisdiction.findings import Report, as_json, ground_report
from grid.jurisdiction.findings_map import write_map
from grid.jurisdiction.work_list import tell_keepers

WORDS = {
    "faults": ("区划与网格", "areas and cells"),
    "ownership": ("权属", "ownership"),
    "overlaps": ("重叠", "overlaps"),
    "gaps": ("空缺", "gaps"),
    "crossings": ("越界", "crossings"),
    "slivers": ("细缝(<5 cm)", "slivers (<5 cm)"),
    "uncovered": ("无人认领", "uncovered"),
    "contested": ("有争议", "contested"),
    "unproven": ("缺凭证", "unproven"),
}
SHOWN = 5
WORK_LIST = "地面问题清单 work list: {found} 项 faults，新增 new {new}，再现 back {returned}，消除 gone {gone}"


class Command(BaseCommand):
    """Report overlaps, gaps and slivers of the ground, and findings on ownership."""

    help = (
        "Report the faults of areas and cells, and where ownership overlaps, lacks or lacks proof."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """`--json` for programs, `--map` for a page to look at, `--work-list` to act upon them."""
        parser.add_argument("--json", action="store_true")
        parser.add_argument("--map", type=Path, metavar="FILE.html", help="draw the findings")
        parser.add_argument(
            "--work-list", action="store_true", help="bring the work list of faults up to date"
        )

    def handle(self, *args: Any, **given: Any) -> None:
        """Print the report, and draw it if asked."""
        try:
            report = ground_report()
            city = the_city()
        except DomainError as error:
            raise CommandError(error.message, returncode=2) from error
        if given["map"]:
            write_map(given["map"], report, city)
            self.stderr.write(f"地图 Map: {given['map']}")
        if given["work_list"]:
            told = tell_keepers(report, city)
            self.stderr.write(WORK_LIST.format(**told))
        if given["json"]:
            self.stdout.write(json.dumps(as_json(report), ensure_ascii=False))
        else:
            self._print(report)

    def _print(self, report: Report) -> None:
        """A line for each kind of finding, and the largest under it."""
        for part, findings in report.items():
            self.stdout.write(f"\n{WORDS[part][0]} {WORDS[part][1]}")
            for kind, finding in findings.items():
                said = finding.as_json()
                self.stdout.write(
                    f"  {WORDS[kind][0]} {WORDS[kind][1]}: {said['count']}, "
                    f"{said['area_m2']:,.1f} m², 部件 facilities: {said['facilities']}"
                )
                for item in sorted(said["items"], key=lambda i: -i["area_m2"])[:SHOWN]:
                    lon, lat = item["place"]
                    codes = " / ".join(item["codes"][:4])
                    self.stdout.write(f"      {codes}  {item['area_m2']:,.2f} m²  {lon}, {lat}")
                if said["count"] > SHOWN:
                    self.stdout.write(
                        f"      … {said['count'] - SHOWN} 处未列,--json 全列 more with --json"
                    )
