"""Open311 GeoReport v2: the door for programs that report and read in the name of citizens."""
