"""The owners' portal: what is ours by handover, what is coming, what is refused, and what proves it."""
