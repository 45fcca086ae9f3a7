"""Papers that people go on writing: Word files, filled from what is on record."""
