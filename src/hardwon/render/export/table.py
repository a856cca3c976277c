"""The forms: what each is called, where it goes, and what makes it."""

from __future__ import annotations

from hardwon.model.export import Form
from hardwon.model.values import Confidence
from hardwon.render.export.agents_md import render_agents_md
from hardwon.render.export.best_practices import render_best_practices
from hardwon.render.export.book import render_book
from hardwon.render.export.copilot import render_copilot
from hardwon.render.export.critical_patterns import render_critical_patterns
from hardwon.render.export.cursor import render_cursor
from hardwon.render.export.data import render_csv, render_json
from hardwon.render.export.madr import render_madr
from hardwon.render.export.obsidian import render_obsidian
from hardwon.render.export.skills import render_plugin, render_skill_folders

FORMS: dict[str, Form] = {
    form.name: form
    for form in (
        Form("skills", (".agents/skills", ".claude/skills"), render_skill_folders, None),
        Form("agents-md", (".",), render_agents_md, None),
        Form("plugin", ("hardwon-plugin",), render_plugin, None),
        Form("cursor", (".cursor/rules",), render_cursor, Confidence.MEDIUM),
        Form("copilot", (".github",), render_copilot, Confidence.MEDIUM),
        Form(
            "best-practices", ("best_practices.md",), render_best_practices, Confidence.MEDIUM,
            is_file=True,
        ),
        Form(
            "critical-patterns", ("docs/solutions/patterns/critical-patterns.md",),
            render_critical_patterns, Confidence.HIGH, is_file=True,
        ),
        Form("madr", ("docs/decisions/patterns",), render_madr, Confidence.MEDIUM),
        Form("book", ("hardwon-book.md",), render_book, is_file=True),
        Form("json", ("hardwon-patterns.json",), render_json, is_file=True),
        Form("csv", ("hardwon-patterns.csv",), render_csv, is_file=True),
        Form("obsidian", ("obsidian",), render_obsidian),
    )
}  # fmt: skip
