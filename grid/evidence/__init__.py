"""Files as proof: hash, capture envelope, EXIF, position."""
