"""The city, its metric CRS, ground versions, and the two times of every record."""
