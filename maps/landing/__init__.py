"""The page at the root: where one can go from here."""
