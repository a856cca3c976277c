"""Markdown text to model, and edits of Markdown text: pure, no files, no SQL."""
