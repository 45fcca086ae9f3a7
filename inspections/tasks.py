"""Scheduled jobs of the work."""

from procrastinate.contrib.django import app

from inspections.sync.use_cases import expire_uploads


@app.periodic(cron="47 3 * * *")
@app.task(queueing_lock="drop_old_uploads")
def drop_old_uploads(timestamp: int) -> None:
    """Every night: blobs that were begun, or sent and never used, for a week."""
    expire_uploads()
