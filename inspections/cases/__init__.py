"""The way of a case: acts, assignments, clocks."""
