"""The work calendar and deadline arithmetic."""
