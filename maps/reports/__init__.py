"""Sheets of paper: what a person can print, sign and show."""
