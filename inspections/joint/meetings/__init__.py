"""Meetings: dispatch meetings on fixed days, decisions on site, consults and joint sessions, with minutes."""
