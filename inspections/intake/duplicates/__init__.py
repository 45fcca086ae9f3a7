"""Duplicates: which open cases a report may be about, joining, merging and splitting, and what ended here before."""
