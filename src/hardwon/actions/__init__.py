"""One use case per module: the order of steps, from the disk to a result and back."""
