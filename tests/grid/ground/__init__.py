"""The ground: city, versions, datums."""
