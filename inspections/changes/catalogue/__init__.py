"""Drafts of the catalogue: its lines edited and reviewed one by one, published as a change set."""
