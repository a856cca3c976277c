"""How well hardwon finds: labelled sets, what was measured on them, and docs/quality.md.

`make evaluate` runs it; `python -m evaluation.quality --help` shows what can be chosen.
"""
