"""What bodies do together: divided work, instructions, meetings, shifts, and what needs somebody above."""
