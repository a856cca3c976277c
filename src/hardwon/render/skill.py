"""A workflow as a skill for coding agents: SKILL.md, and what it refers to.

Formats: the Agent Skills specification (agentskills.io/specification, read in 2026) for names,
lengths, keys and the 500 lines; what Anthropic's API asks beyond it (no angle brackets in a
description, `anthropic` and `claude` in no name) is kept too, as some checkers demand it.
"""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from hardwon.markup.blocks import Section, parse_document
from hardwon.markup.contain import without_fence
from hardwon.markup.text import plain, slugify, split_lines
from hardwon.model.page import Checklist
from hardwon.render.terminal import safe

FILE = "SKILL.md"
MAX_NAME = 64
MAX_DESCRIPTION = 1024
MAX_LINES = 500
EVIDENCE = "references/evidence.md"
WHOLE = "references/workflow.md"

_RESERVED = re.compile(r"\b(?:anthropic|claude)\b")
# Beginnings of a "When to use" that read on after "Use".
_MOMENT = re.compile(r"(?:when|whenever|before|after|while|if|for|in|on|as|to|at)\b", re.IGNORECASE)
_ORDER = re.compile(r"(?:use|apply|reach for|consider)\b", re.IGNORECASE)
# Code spans come first: a link in one is code. Then links and images, with their targets.
_LINK = re.compile(
    r"(?P<code>(?P<ticks>`+)(?!`).+?(?<!`)(?P=ticks)(?!`))"
    r"|!?\[(?P<text>[^\[\]]*)\]\((?P<target><[^<>\n]*>|(?:[^()\s]|\([^()\s]*\))*)"
    r"(?:\s+\"[^\"]*\")?\)"
)
# Names that YAML would take for a number, a date, a truth or nothing.
_AMBIGUOUS = re.compile(r"\d|(?:y|n|yes|no|on|off|true|false|null)\Z")
_ELSEWHERE = re.compile(r"[a-z][a-z0-9+.-]*:|#|//", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Skill:
    """A folder that agents know as a skill.

    Attributes:
        name: The folder's, and that in its front matter.
        description: One line of at most 1,024 characters, which begins with when to use it.
        metadata: Key and value, in the order of the front matter; counts are texts, as the
            specification has it.
        files: Path within the folder → text, `SKILL.md` first.
    """

    name: str
    description: str
    metadata: tuple[tuple[str, str], ...]
    files: tuple[tuple[str, str], ...]

    @property
    def frontmatter(self) -> dict[str, object]:
        """Return the front matter of `SKILL.md` as data."""
        return {
            "name": self.name,
            "description": self.description,
            "metadata": dict(self.metadata),
        }


def skill_name(checklist: Checklist, taken: Collection[str] = ()) -> str:
    """Return what the skill of a workflow is called: a-z, 0-9 and hyphens, at most 64.

    It is the name of the workflow's file as far as the rules let it be; where one of `taken` is
    called so already, a number follows.
    """
    stem = checklist.path.rsplit("/", 1)[-1].rsplit(".", 1)[0]
    slug = re.sub(r"[^a-z0-9]+", "-", _RESERVED.sub("agent", slugify(stem))).strip("-")
    name, number = _cut(slug or "workflow", MAX_NAME), 1
    while name in taken:
        number += 1
        name = f"{_cut(slug, MAX_NAME - len(str(number)) - 1)}-{number}"
    return name


def render_skills(checklists: Iterable[Checklist]) -> list[Skill]:
    """Return the skills of several workflows, by path, each with a name of its own."""
    skills: dict[str, Skill] = {}
    for checklist in sorted(checklists, key=lambda one: one.path):
        name = skill_name(checklist, skills)
        skills[name] = render_skill(checklist, name)
    return list(skills.values())


def render_skill(checklist: Checklist, name: str | None = None) -> Skill:
    """Return a workflow as a skill; `name` is `skill_name(checklist)` where none is given.

    Its evidence stands in a file of its own, which an agent opens only if it asks why. A
    workflow of more lines than a SKILL.md may have stands in one, too; SKILL.md then has the
    steps alone. Links to other files of the memory, which a skill does not hold, become their
    paths; characters that are not seen are written out, as an agent acts on what it reads.
    """
    name = name or skill_name(checklist)
    parts = list(_parts(checklist))
    description = _describe(checklist, parts)
    metadata = tuple(_metadata(checklist))
    head = [
        "---",
        f"name: {_yaml(name) if _AMBIGUOUS.match(name) else name}",
        f"description: {_yaml(description)}",
        "metadata:",
    ]
    head += [f"  {key}: {_yaml(value)}" for key, value in metadata]
    head += ["---", "", f"# {_heading(checklist)}", ""]
    main = [part for part in parts if part.key != "evidence"]
    evidence = [part for part in parts if part.key == "evidence"]
    files = []
    body = _joined(main)
    if evidence:
        files.append((EVIDENCE, f"# Evidence\n\n{_joined(evidence, headings=False)}\n"))
    tail = [f"Why, and from which experiences: [{EVIDENCE}]({EVIDENCE})."] if evidence else []
    if len(head) + body.count("\n") + len(tail) + 4 > MAX_LINES:
        files.append((WHOLE, f"# {_heading(checklist)}\n\n{body}\n"))
        tail = [f"The whole of it: [{WHOLE}]({WHOLE}).", *tail]
        body = _steps(checklist, MAX_LINES - len(head) - 2 * len(tail) - 4)
    lines = [*head, body]
    for line in tail:
        lines += ["", line]
    text = "\n".join(lines).rstrip("\n") + "\n"
    shown = ((path, safe(text)) for path, text in ((FILE, text), *files))
    return Skill(name, description, metadata, tuple(shown))


@dataclass(frozen=True, slots=True)
class _Part:
    """A section of a workflow, or what stands before the first.

    Attributes:
        key: Slug of the heading.
        lines: As they stand in the workflow.
        shown: The same, as they may stand in a skill.
    """

    key: str
    heading: str
    lines: tuple[str, ...]
    shown: tuple[str, ...]


def _parts(checklist: Checklist) -> Iterator[_Part]:
    """Yield the parts of a workflow by its headings of the first two levels."""
    document = parse_document(checklist.body)
    lines = [line.rstrip("\r\n") for line in split_lines(checklist.body)]
    sections = [s for s in document.root.walk() if s.heading is not None and s.level <= 2]
    code = set(_code_lines(document.root))
    shown = [
        line if number in code else _without_links(line, checklist.path)
        for number, line in enumerate(lines, start=1)
    ]
    starts = [(1, 1, ""), *((one.line, _below(one), one.title) for one in sections)]
    ends = [*(start for start, _, _ in starts[1:]), len(lines) + 1]
    for number, ((_, first, title), end) in enumerate(zip(starts, ends, strict=True)):
        is_title = number == 1 and sections[0].level == 1
        span = slice(first - 1, end - 1)
        if any(line.strip() for line in lines[span]) or (title and not is_title):
            heading = "" if is_title else title
            key = slugify(heading) if heading else ""
            yield _Part(key, heading, tuple(lines[span]), tuple(shown[span]))


def _below(section: Section) -> int:
    return section.heading.span.end if section.heading else section.line


def _code_lines(root: Section) -> Iterator[int]:
    for section in root.walk():
        blocks = list(section.blocks)
        while blocks:
            block = blocks.pop()
            if block.kind in {"fence", "html"}:
                yield from range(block.span.start, block.span.end)
            for item in block.items:
                blocks.extend(item.blocks)


def _without_links(line: str, path: str) -> str:
    """Return `line` in which links to files of the memory are their texts and paths."""

    def shown(match: re.Match[str]) -> str:
        if match["code"]:
            return match[0]
        target = match["target"].strip("<>")
        if not target or _ELSEWHERE.match(target):
            return match[0]
        place = posixpath.normpath(posixpath.join(posixpath.dirname(path), target.split("#")[0]))
        return f"{match['text']} (`{place}`)" if "`" not in place else match["text"]

    return _LINK.sub(shown, line) if "](" in line else line


def _joined(parts: Iterable[_Part], *, headings: bool = True) -> str:
    out: list[str] = []
    for part in parts:
        if headings and part.heading:
            out += [f"## {part.heading}", ""]
        out += ["\n".join(part.shown).strip("\n"), ""]
    return "\n".join(out).strip("\n")


def _steps(checklist: Checklist, room: int) -> str:
    items = [f"- [ ] {item.text}" for item in checklist.items]
    if len(items) > room - 2:
        left = len(items) - (room - 2)
        items = [*items[: room - 2], "", f"… and {left:,} more items."]
    return "\n".join(items)


def _heading(checklist: Checklist) -> str:
    return " ".join(checklist.title.split()) or "Workflow"


def _describe(checklist: Checklist, parts: Iterable[_Part]) -> str:
    """Return when to use the workflow, what it is called and its first steps, on one line."""
    when = next((_first_paragraph(p.lines) for p in parts if p.key.startswith("when-to")), "")
    subject = checklist.pattern or checklist.theme or checklist.title
    subject = _sentence(_one_line(subject))
    text = f"{_when(when)} {subject}" if when else f"Use for: {subject}"
    steps = [_one_line(item.text) for item in checklist.items]
    if steps:
        text += " Steps: " + "; ".join(step.rstrip(".;:") for step in steps) + "."
    return _shortened(text)


def _when(text: str) -> str:
    text = _sentence(_one_line(text))
    if _ORDER.match(text):
        return text
    if _MOMENT.match(text):
        return f"Use {text[0].lower()}{text[1:]}"
    return f"Use for: {text}"


def _first_paragraph(lines: Iterable[str]) -> str:
    out: list[str] = []
    for line in lines:
        if not line.strip() and out:
            break
        if line.strip():
            out.append(re.sub(r"^\s*(?:[-*+]|\d+[.)])\s+", "", line.strip()))
    return " ".join(out)


def _one_line(text: str) -> str:
    """Return inline Markdown as plain words that YAML and every checker take."""
    words = plain(text).replace("<", "‹").replace(">", "›")
    return " ".join("".join(c if c.isprintable() else " " for c in words).split())


def _sentence(text: str) -> str:
    return text if not text or text[-1] in ".!?…" else f"{text}."


def _shortened(text: str) -> str:
    if len(text) <= MAX_DESCRIPTION:
        return text
    return text[: MAX_DESCRIPTION - 1].rsplit(" ", 1)[0].rstrip(" ,;:.") + "…"


def _metadata(checklist: Checklist) -> Iterator[tuple[str, str]]:
    yield "source", "hardwon"
    yield "workflow", _one_line(checklist.path)
    values = (
        ("pattern", checklist.pattern),
        ("theme", checklist.theme),
        ("confidence", checklist.confidence),
        ("examples", checklist.examples),
        ("last-reinforced", checklist.last_reinforced and checklist.last_reinforced.iso),
        ("status", checklist.status),
    )
    for key, value in values:
        if value is not None and str(value):
            yield key, _one_line(str(value))


def _yaml(text: str) -> str:
    """Return `text`, in which all is printable, as a quoted text of YAML on one line.

    Checkers that cut front matter at any `---` find none in it.
    """
    return without_fence(json.dumps(text, ensure_ascii=False))


def _cut(slug: str, length: int) -> str:
    if len(slug) <= length:
        return slug
    cut = slug[: length + 1].rsplit("-", 1)[0]
    return (cut if len(cut) <= length else slug[:length]).strip("-")
