"""Marks: what makes a case need somebody above, found by the acts themselves; and the leaders who hear of it."""
