"""What each kind of channel sends, read into one record (F1)."""
