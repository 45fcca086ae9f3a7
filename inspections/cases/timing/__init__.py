"""Who moved a deadline, and why: extensions, parking, a calendar that became final."""
