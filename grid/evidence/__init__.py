"""Files as proof: kept by hash, read by content, scored against the place they should prove."""
