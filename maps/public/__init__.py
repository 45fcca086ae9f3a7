"""What the public sees: reporting in three steps, following one's report, and what a plate says."""
