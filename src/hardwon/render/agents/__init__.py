"""What coding agents read of a memory: a block for AGENTS.md, skills, plugins, settings.

`block.py` has the text of the block; `hardwon.markup.managed_block` lays it into a file.
"""
