"""The ground's work in the background."""

import subprocess
import sys
from pathlib import Path

from django.conf import settings
from procrastinate.contrib.django import app


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="index_ground")
def index_ground(timestamp: int) -> None:
    """After a publication: index the new version for columns of questions, and drop the old index.

    In a process of its own, which gives back the memory that reading a whole city takes.
    """
    manage = Path(settings.BASE_DIR) / "manage.py"
    subprocess.run(
        [sys.executable, str(manage), "index_ground"], check=True, stdout=subprocess.DEVNULL
    )
