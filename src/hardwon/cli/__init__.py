"""The command line: options, prompts, clock and exit codes; the rest is done elsewhere."""
