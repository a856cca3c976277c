"""Readers of what other tools write; each says what a text holds in terms of this memory."""
