"""Values: what a memory holds once it is read. Frozen, without input or output."""
