"""Grid cells in dated editions, and the check that they cover the city exactly once."""
