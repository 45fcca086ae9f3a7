"""A letter by e-mail, from a mailbox or a mail server: read and taken in."""

import hashlib
from dataclasses import replace

from core.operations import DifferentContent
from grid.organizations.use_cases import service_user
from inspections.intake.channels.adapters.mail import read_mail
from inspections.intake.channels.models import IntakeChannel
from inspections.intake.channels.use_cases import TakenIn, take_in


def take_letter(channel: IntakeChannel, raw: bytes) -> TakenIn:
    """Take in one message. Of two that differ under one Message-ID neither is lost.

    Raises NotMail, NotAReport, NothingSaid, ChannelRetired.
    """
    incoming, actor = read_mail(raw), service_user(f"intake-{channel.channel}")
    try:
        return take_in(channel, incoming, actor=actor)
    except DifferentContent:
        said = hashlib.sha256(incoming.row.text.encode())
        for file in incoming.files:
            said.update(file.data)
        named = f"{incoming.external_id}#{said.hexdigest()[:16]}"
        return take_in(channel, replace(incoming, external_id=named), actor=actor)
