"""The ground's work in the background."""

from procrastinate.contrib.django import app

from grid.jurisdiction.whole import keep_newest


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="index_ground")
def index_ground(timestamp: int) -> None:
    """After a publication: index the new version for columns of questions, and drop the old index."""
    keep_newest()
