"""A memory in the forms of other tools: contents → paths and texts."""
