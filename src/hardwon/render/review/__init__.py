"""A review in the formats in which people and programs read it; a module for each format."""
