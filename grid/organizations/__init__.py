"""Bodies, their tree, their people and roles."""
