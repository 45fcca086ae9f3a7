"""The core's work in the background."""

from datetime import UTC, datetime

from procrastinate.contrib.django import app

from core.audit_head import copy_head
from core.operations import forget_operations


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="copy_audit_head")
def copy_audit_head(timestamp: int) -> None:
    """Bring the kept head of the audit chain up to date, should an act have failed to do so."""
    copy_head()


@app.periodic(cron="17 3 * * *")
@app.task(queueing_lock="forget_old_operations")
def forget_old_operations(timestamp: int) -> None:
    """Delete the stored answers of operations that are too old to be repeated."""
    forget_operations(datetime.fromtimestamp(timestamp, UTC))
