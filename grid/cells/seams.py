"""How close to a seam a place must lie for the seam not to count."""

SEAM_M = 0.05
"""Faults narrower than this are snapped; a point this close to a cell belongs to it."""
