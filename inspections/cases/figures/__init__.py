"""What the desk is measured by: each figure with its numerator and its denominator."""
