"""All SQL: the index is a cache of the Markdown, and can be thrown away at any time."""
