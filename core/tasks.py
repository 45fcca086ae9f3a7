"""The core's work in the background."""

from procrastinate.contrib.django import app

from core.audit_head import copy_head


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="copy_audit_head", pass_context=False)
def copy_audit_head(timestamp: int) -> None:
    """Bring the kept head of the audit chain up to date, should an act have failed to do so."""
    copy_head()
