"""Administrative areas, and the dated editions that areas and cells belong to."""
