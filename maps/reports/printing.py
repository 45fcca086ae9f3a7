"""Having a page set on paper: the press is a process of its own, bounded in time."""

import json
import subprocess
import sys
from collections.abc import Sequence

from django.conf import settings

PATIENCE_S = 60


def printed(pages: Sequence[str]) -> bytes:
    """The PDF of the first of these pages (HTML, the fullest first) that fits on one sheet, else of the last."""
    press = subprocess.run(
        [sys.executable, "-m", "maps.reports.press"],
        input=json.dumps(list(pages)).encode(),
        cwd=settings.BASE_DIR,
        stdout=subprocess.PIPE,
        timeout=PATIENCE_S,
        check=True,
    )
    return press.stdout
