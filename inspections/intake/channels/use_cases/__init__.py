"""Keeping the registry of channels, and taking in what they send."""

from inspections.intake.channels.use_cases.registry import (
    ChannelRow,
    Stated,
    change_channel,
    give_secret,
    state_channels,
)
from inspections.intake.channels.use_cases.taking import Incoming, IncomingFile, TakenIn, take_in

__all__ = [
    "ChannelRow",
    "Incoming",
    "IncomingFile",
    "Stated",
    "TakenIn",
    "change_channel",
    "give_secret",
    "state_channels",
    "take_in",
]
