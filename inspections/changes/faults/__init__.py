"""The faults of the ground as a work list: each stays itself from check to check, is given to a body, and closed."""
