"""Shifts of the desk and who is on duty where: round the clock, with every open case listed at the change."""
