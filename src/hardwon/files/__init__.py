"""The memory folder on disk: found, walked, read, locked and written; and git."""
