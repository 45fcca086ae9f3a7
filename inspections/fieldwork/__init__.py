"""Who goes where: tasks and visits."""
