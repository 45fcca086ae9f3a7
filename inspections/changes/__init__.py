"""Changes of the ground: change sets, their impact, and its faults as a work list."""
