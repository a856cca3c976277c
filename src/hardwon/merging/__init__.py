"""Merging two branches of one memory: what was learned is united, what was written is merged."""
