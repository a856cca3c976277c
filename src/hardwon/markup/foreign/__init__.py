"""Readers of files that other tools write: each a pure function from a text to what it holds."""
