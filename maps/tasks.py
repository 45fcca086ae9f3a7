"""Scheduled jobs of the views."""

from procrastinate.contrib.django import app

from maps.finding.use_cases import learn_names


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="learn_names")
def learn_new_names(timestamp: int) -> None:
    """Every minute: after a publication, how its names sound."""
    learn_names()
