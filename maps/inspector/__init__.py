"""The app of those who go there: inspectors and crews."""
