"""From ordinary to emergency working and back (平时→战时): what comes first while it lasts."""
