"""Messages about what became of a report or a case: queued in the database, delivered once."""
