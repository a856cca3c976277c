"""Pure decisions: what follows for a diff, and what of the memory contradicts itself."""
