"""The responsibility catalogue: categories, duties, limits, legal basis, in dated editions."""
