"""What was said, by whom: the record only."""
