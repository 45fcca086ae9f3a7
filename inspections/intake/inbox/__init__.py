"""What was said and has no case yet: it waits at the desk until it is placed, joined, answered or made one."""
