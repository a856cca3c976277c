"""AGENTS.md (agents.md): a block with the patterns that are HIGH, as `install` writes it."""

from __future__ import annotations

from hardwon.model.export import Contents, Rendered
from hardwon.render.agents.block import render_agents_block


def render_agents_md(contents: Contents) -> Rendered:
    """Return the block for AGENTS.md."""
    entries = [detail.entry for detail in contents.patterns]
    return Rendered(blocks={"AGENTS.md": render_agents_block(entries, memory=contents.folder)})
