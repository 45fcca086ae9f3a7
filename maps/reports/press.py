"""Setting a sheet: `python -m maps.reports.press`, a process of its own.

Reads a JSON list of HTML pages, the fullest first, from stdin, and writes to stdout the PDF of the first
that fits on one page (of the last, if none does). A process of its own, because the library takes
a second to load, which nobody else should wait for, because its time and memory are then bounded, and because
it makes Pillow accept pictures that are cut short: evidence must never be decoded beside it.
"""

import json
import sys

from weasyprint import HTML
from weasyprint.urls import URLFetcher


def pressed(pages: list[str]) -> bytes:
    """The PDF of the first of these pages that fits on one sheet. Nothing is fetched from anywhere."""
    for page in pages:
        document = HTML(string=page, url_fetcher=URLFetcher(allowed_protocols=("data",))).render()
        if len(document.pages) == 1:
            break
    pdf: bytes = document.write_pdf()
    return pdf


if __name__ == "__main__":
    sys.stdout.buffer.write(pressed(json.load(sys.stdin)))
