"""Scheduled jobs of the work."""

from datetime import UTC, datetime

from procrastinate.contrib.django import app

from grid.organizations.use_cases import service_user
from inspections.cases.supervision.use_cases import scan_deadlines
from inspections.changes.faults.use_cases import check_work_list
from inspections.changes.use_cases import redecide_late_cases, redecide_turned_cases
from inspections.intake.channels.media.use_cases import fetch_due
from inspections.intake.limits import forget_uses
from inspections.intake.upstream.use_cases import send_due
from inspections.intake.use_cases.retention import erase_expired
from inspections.joint.marks.use_cases import mark_late
from inspections.joint.meetings.use_cases import plan_next_meeting
from inspections.messages.delivery.use_cases.queueing import BATCH, queue_messages
from inspections.messages.delivery.use_cases.sending import send_messages
from inspections.sync.use_cases import expire_uploads


@app.periodic(cron="47 3 * * *")
@app.task(queueing_lock="drop_old_uploads")
def drop_old_uploads(timestamp: int) -> None:
    """Every night: blobs that were begun, or sent and never used, for a week."""
    expire_uploads()


@app.periodic(cron="7 4 * * *")
@app.task(queueing_lock="erase_expired_requesters")
def erase_expired_requesters(timestamp: int) -> None:
    """Every night: who reported is forgotten when the channel's time is over."""
    now = datetime.fromtimestamp(timestamp, UTC)
    erase_expired(actor=service_user("retention"), now=now)
    forget_uses(now)


@app.periodic(cron="37 2 * * *")
@app.task(queueing_lock="check_work_list")
def check_ground_nightly(timestamp: int) -> None:
    """Every night: the faults of the ground as a work list."""
    check_work_list()


@app.periodic(cron="*/5 * * * *")
@app.task(queueing_lock="redecide_late_cases")
def redecide_late(timestamp: int) -> None:
    """Every five minutes: cases that were filed on the former ground while it was changed."""
    now = datetime.fromtimestamp(timestamp, UTC)
    redecide_late_cases(actor=service_user("publication"), now=now)


@app.periodic(cron="2 * * * *")
@app.task(queueing_lock="redecide_turned_cases")
def redecide_turned(timestamp: int) -> None:
    """Every hour: cases whose answer differs since rows of the ground began or ended to hold."""
    now = datetime.fromtimestamp(timestamp, UTC)
    redecide_turned_cases(actor=service_user("publication"), now=now)


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="scan_deadlines")
def scan(timestamp: int) -> None:
    """Every minute: rests that end, reminder letters that are owed, supervision that was not answered."""
    scan_deadlines(datetime.fromtimestamp(timestamp, UTC), actor=service_user("clocks"))


@app.periodic(cron="* * * * * */10")
@app.task(queueing_lock="tell_messages", lock="tell_messages")
def tell_messages(timestamp: int) -> None:
    """Every ten seconds: what has happened is told to whom it concerns."""
    while queue_messages() == BATCH:
        pass
    send_messages()


@app.periodic(cron="*/10 * * * *")
@app.task(queueing_lock="mark_late_cases")
def mark_late_cases(timestamp: int) -> None:
    """Every ten minutes: cases whose body let its time run out, to the leaders in charge."""
    mark_late(datetime.fromtimestamp(timestamp, UTC))


@app.periodic(cron="17 1 * * *")
@app.task(queueing_lock="plan_dispatch_meeting")
def plan_dispatch_meeting(timestamp: int) -> None:
    """Every night: the next dispatch meeting stands, with its agenda."""
    plan_next_meeting(actor=service_user("meetings"), now=datetime.fromtimestamp(timestamp, UTC))


@app.periodic(cron="* * * * * */15")
@app.task(queueing_lock="send_upstream", lock="send_upstream")
def send_upstream(timestamp: int) -> None:
    """Every fifteen seconds: what platforms above are to be told of their orders."""
    send_due(datetime.fromtimestamp(timestamp, UTC))


@app.periodic(cron="* * * * * */15")
@app.task(queueing_lock="fetch_media", lock="fetch_media")
def fetch_media(timestamp: int) -> None:
    """Every fifteen seconds: pictures that messages only named."""
    fetch_due(datetime.fromtimestamp(timestamp, UTC))
