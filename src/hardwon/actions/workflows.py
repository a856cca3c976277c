"""Workflows: which there are, what one says, and making them fit their patterns again."""

from __future__ import annotations

from dataclasses import dataclass

from hardwon.actions.learn import apply_plan
from hardwon.actions.read import read_snapshot
from hardwon.errors import NameNotFoundError
from hardwon.files.folder import Folder
from hardwon.files.settings import read_settings
from hardwon.learning.names import Names
from hardwon.learning.plan import plan_workflows
from hardwon.learning.workflow import is_edited
from hardwon.markup.secrets import mask_secrets
from hardwon.markup.text import fold, slugify
from hardwon.model.page import Checklist
from hardwon.model.plan import Plan


@dataclass(frozen=True, slots=True)
class WorkflowEntry:
    """A workflow as it lies on the disk.

    Attributes:
        checklist: What the file holds.
        text: The file itself, credentials masked.
        edited: Whether a person changed it; None for one written by hand throughout.
    """

    checklist: Checklist
    text: str
    edited: bool | None

    @property
    def name(self) -> str:
        """Return the pattern or theme that it is for, else its title."""
        return self.checklist.pattern or self.checklist.theme or self.checklist.title


def list_workflows(folder: Folder) -> list[WorkflowEntry]:
    """Return all workflows and review checklists of the memory, by path."""
    snapshot = read_snapshot(folder)
    entries = []
    for checklist in (*snapshot.workflows, *snapshot.checklists):
        text = folder.read_text(checklist.path)
        edited = is_edited(text) if checklist.hashes else None
        entries.append(WorkflowEntry(checklist, mask_secrets(text), edited))
    return sorted(entries, key=lambda entry: entry.checklist.path)


def get_workflow(folder: Folder, name: str) -> WorkflowEntry:
    """Return the workflow for the pattern, theme, title, slug or path `name`.

    Raises:
        NameNotFoundError: There is none; the nearest names are given.
    """
    entries = list_workflows(folder)
    for entry in entries:
        path = entry.checklist.path
        stem = path.rsplit("/", 1)[-1].rsplit(".", 1)[0]
        if fold(name) in {fold(entry.name), fold(entry.checklist.title)} or name in {path, stem}:
            return entry
        if slugify(name) == stem:
            return entry
    meant = Names(read_snapshot(folder).patterns).resolve(name).pattern
    for entry in entries:
        if meant is not None and fold(entry.name) == fold(meant.name):
            return entry
    from rapidfuzz import process

    near = [match[0] for match in process.extract(name, [e.name for e in entries], limit=3)]
    raise NameNotFoundError(
        f"no workflow is called {name!r}",
        hint=f"there are: {', '.join(near)}" if near else "a pattern gets one when it is HIGH",
    )


def rebuild_workflows(folder: Folder) -> Plan:
    """Write what is missing or outdated, and return it; what a person edited stays."""
    from hardwon.files.write import writing

    with writing(folder):
        plan = plan_workflows(read_snapshot(folder), folder.read_text, read_settings(folder))
        apply_plan(folder, plan)
    return plan
