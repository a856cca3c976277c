"""Workflows as skills: a folder with SKILL.md for each (agentskills.io/specification)."""

from __future__ import annotations

from hardwon.model.export import Contents, Rendered
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
