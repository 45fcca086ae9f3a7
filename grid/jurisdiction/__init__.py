"""Claims, rules, verdict: who answers for this place, and why."""
