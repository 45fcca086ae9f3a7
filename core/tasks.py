"""The core's work in the background."""

from datetime import UTC, datetime

from procrastinate import JobContext
from procrastinate.contrib.django import app
from procrastinate.jobs import Status

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


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="end_abandoned_jobs", pass_context=True)
async def end_abandoned_jobs(context: JobContext, timestamp: int) -> None:
    """Every minute: jobs whose worker was killed, which would hold their lock for ever.

    What comes round by itself is ended, and done with its next turn; the rest is done again. Jobs
    carry out acts that are one transaction each, or lease what they do, so that again is not twice.
    """
    jobs = context.app.job_manager
    for job in await jobs.get_stalled_jobs():
        if job.queueing_lock:
            await jobs.finish_job(job, Status.FAILED, delete_job=False)
        else:
            await jobs.retry_job(job)
