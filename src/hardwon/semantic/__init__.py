"""The meaning of texts, by a small sentence model: an extra that a search can do without."""
