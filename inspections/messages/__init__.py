"""What is told to whom, once: notices to bodies, read by their people."""
