"""The written report to the leader in charge (F10): what is known, what each body says, where it is, what is asked."""
