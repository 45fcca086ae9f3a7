"""Persons of record: who was asked first (首问), and who first took it on (首办)."""
