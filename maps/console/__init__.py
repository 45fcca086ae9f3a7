"""The dispatcher's map."""
