"""Streetlights, manholes, road segments: codes, states, parties."""
