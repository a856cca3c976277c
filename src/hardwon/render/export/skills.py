"""Workflows as skills: a folder with SKILL.md for each (agentskills.io/specification).

The plugin brings them along (docs/agents.md has its formats).
"""

from __future__ import annotations

from hardwon.markup.contain import without_fence
from hardwon.model.export import Contents, Rendered
from hardwon.render.agents.plugin import plugin_files
from hardwon.render.skill import FILE, render_skills
from hardwon.render.terminal import safe


def render_skill_folders(contents: Contents) -> Rendered:
    """Return the files of all skills, each below the folder of its name."""
    return Rendered(
        {
            f"{skill.name}/{path}": safe(_with_one_header(text) if path == FILE else text)
            for skill in render_skills(contents.workflows)
            for path, text in skill.files
        }
    )


def render_plugin(contents: Contents) -> Rendered:
    """Return hardwon as a plugin, with the skills of the workflows beside its own."""
    skills = render_skill_folders(contents).files
    return Rendered(plugin_files(contents.version, memory=contents.memory, skills=skills))


def _with_one_header(text: str) -> str:
    """Return a SKILL.md in whose front matter nothing looks like its end."""
    start, header, body = text.split("---\n", 2)
    lines = [without_fence(line) if line.endswith('"') else line for line in header.split("\n")]
    return "---\n".join((start, "\n".join(lines), body))
