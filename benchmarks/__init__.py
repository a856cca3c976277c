"""How fast hardwon is, beside what the machine needs at least; see docs/performance.md."""
