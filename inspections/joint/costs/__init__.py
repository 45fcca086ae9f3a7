"""Costs advanced (垫付): one body pays so that work is done, another owes it; blame is settled later."""
