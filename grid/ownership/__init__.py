"""Ownership areas: who answers for a piece of ground, by which paper."""
