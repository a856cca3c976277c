"""Pure decisions: what follows from these patterns and these experiences."""
