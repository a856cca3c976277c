"""The SQLite index of a memory: a cache that can be thrown away. All SQL is here."""
