"""Which event of the outbox is told to whom, as data; rooms above may add theirs."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Rule:
    """What an event says: to whoever reported (`citizen`), and to bodies (`body`).

    `push`: it also goes out by e-mail, text message and robots; else it stands on the page alone.
    `whom`: which bodies: all that have just been given it (`new`), the one that leads (`lead`), whose return
    was decided on (`returned`), that is to take it over (`proposed`), the leaders it was put before (`leaders`).
    """

    citizen: str = ""
    body: str = ""
    whom: str = "lead"
    push: bool = True


RULES: dict[str, Rule] = {
    "request_recorded": Rule("received"),
    "request_answered": Rule("answered"),
    "case_verify": Rule("verified", push=False),
    "case_skip_verification": Rule("verified", push=False),
    "case_file": Rule("filed"),
    "case_decline": Rule("declined"),
    "case_answer": Rule("answered"),
    "case_fix_on_spot": Rule("closed"),
    "case_dispatch": Rule("dispatched", "assigned", whom="new"),
    "case_reassign": Rule("reassigned", "assigned", whom="new"),
    "case_take_over": Rule("reassigned", "assigned", whom="new"),
    "case_accept": Rule("accepted"),
    "case_handle": Rule("handled"),
    "case_check": Rule("checked"),
    "case_rework": Rule("rework", "rework_asked"),
    "case_callback": Rule("called_back", push=False),
    "case_close": Rule("closed"),
    "case_archive": Rule("archived", push=False),
    "case_reopen": Rule("reopened", "assigned", whom="new"),
    "case_urge": Rule(body="urged"),
    "supervision_opened": Rule(body="supervised"),
    "extension_decided": Rule(body="extension_decided"),
    "parking_decided": Rule(body="parking_decided"),
    "case_referred": Rule(body="referred", whom="leaders"),
    "case_escalated": Rule(body="escalated"),
    "return_decided": Rule(body="return_decided", whom="returned"),
    "transfer_proposed": Rule(body="transfer_asked", whom="proposed"),
}


def tell(event: str, rule: Rule) -> None:
    """Let an event be told; called once, by the room that makes it or one above."""
    if RULES.setdefault(event, rule) != rule:
        raise ValueError(f"{event} is told already")
