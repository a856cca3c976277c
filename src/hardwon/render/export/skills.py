"""Workflows as skills: a folder with SKILL.md for each (agentskills.io/specification).

The plugin brings them along (docs/agents.md has its formats).
"""

from __future__ import annotations

from hardwon.model.export import Contents, Rendered
from hardwon.render.agents.plugin import plugin_files
from hardwon.render.skill import render_skills


def render_skill_folders(contents: Contents) -> Rendered:
    """Return the files of all skills, each below the folder of its name."""
    return Rendered(
        {
            f"{skill.name}/{path}": text
            for skill in render_skills(contents.workflows)
            for path, text in skill.files
        }
    )


def render_plugin(contents: Contents) -> Rendered:
    """Return hardwon as a plugin, with the skills of the workflows beside its own."""
    skills = render_skill_folders(contents).files
    return Rendered(plugin_files(contents.version, memory=contents.memory, skills=skills))
