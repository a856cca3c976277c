"""Instincts: one trigger and one action, many to a file, each behind a header of its own.

The format is that of continuous-learning-v2 (affaan-m/everything-claude-code, `instinct-export`)
and of pi-continuous-learning (MattDevy/pi-extensions, docs/specification.md): a header of `key:
value` lines between `---`, then `# Title`, `## Action`, `## Evidence`. An export joins many of
them behind comments, which is no YAML; so the header is read line by line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from hardwon.markup.blocks import Section
from hardwon.markup.dates import parse_date
from hardwon.markup.foreign.sections import one_line, read_outline, text_below
from hardwon.markup.labels import fold_label
from hardwon.markup.text import split_lines
from hardwon.model.foreign import Foreign, Found, FoundKind
from hardwon.model.values import Fault

_KEY = re.compile(r"^(?P<key>[A-Za-z_][\w-]*)[ \t]*:(?:[ \t]+(?P<value>.*))?$")
_FENCE = re.compile(r"^\s*(`{3,}|~{3,})")
_SCORES = (
    "confidence", "observation_count", "confirmed_count", "contradicted_count", "inactive_count",
    "uses", "occurrences", "last_used", "updated_at", "source", "source_repo", "scope",
)  # fmt: skip
_TEXTS = frozenset({"id", "name", "title"})
_MAX_HEADER = 60  # lines


def read_instincts(path: str, text: str) -> Foreign | None:
    """Return the instincts of a text; None where no header names an id and a trigger."""
    lines = [line.rstrip("\r\n") for line in split_lines(text)]
    found: list[Found] = []
    faults: list[Fault] = []
    starts = list(_starts(lines))
    for number, start in enumerate(starts):
        end = starts[number + 1] if number + 1 < len(starts) else len(lines)
        values, body = _header(lines, start, end)
        if "trigger" not in values:
            message = f"the instinct {values.get('id', '')!r} has no trigger"
            faults.append(Fault("instinct", path, start + 1, message))
            continue
        one = _found(values, "\n".join(lines[body:end]), start + 1)
        if one is not None:
            found.append(one)
    return Foreign("instincts", tuple(found), tuple(faults)) if found else None


def _starts(lines: list[str]) -> Iterator[int]:
    """Yield the index of each line at which an instinct begins: `---`, and `id:` behind it."""
    fence = ""
    for number, line in enumerate(lines):
        mark = _FENCE.match(line)
        if mark and (not fence or line.strip().startswith(fence)):
            fence = "" if fence else mark[1]
            continue
        if fence or line.strip() != "---":
            continue
        keys = []
        for below in lines[number + 1 : number + _MAX_HEADER]:
            match = _KEY.match(below)
            if below.strip() == "---":
                break
            keys += [match["key"]] if match else []
        if "id" in keys[:3]:
            yield number


def _header(lines: list[str], start: int, end: int) -> tuple[dict[str, str], int]:
    """Return the values of the header at `start`, and the index of the line behind it."""
    values: dict[str, str] = {}
    key = ""
    for number in range(start + 1, min(end, start + 1 + _MAX_HEADER)):
        line = lines[number]
        if line.strip() == "---":
            return values, number + 1
        match = _KEY.match(line)
        if match:
            key = match["key"].casefold().replace("-", "_")
            values[key] = _value(match["value"] or "")
        elif line.startswith("#"):
            return values, number  # a header that nothing closes ends at the first heading
        elif key and line.strip():
            more = _value(line.strip().removeprefix("- "))
            values[key] = f"{values[key]} {more}".strip(" |>")
    return values, end


def _value(text: str) -> str:
    text = text.strip()
    if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'":
        return text[1:-1].replace(f"\\{text[0]}", text[0])
    return text


def _found(values: dict[str, str], body: str, line: int) -> Found | None:
    document = read_outline(body)
    if document is None:
        return None
    sections = [section for section in document.root.walk() if section.heading is not None]
    first = sections[0] if sections and fold_label(sections[0].title) != "action" else None
    name = values.get("id", "").replace("-", " ").replace("_", " ").strip()
    title = one_line(first.title) if first is not None else ""
    parts: list[tuple[str, str]] = [("Context", values["trigger"])]
    examples: list[str] = []
    if values.get("action"):
        parts.append(("Pattern", values["action"]))
    for section in sections:
        below = _own_text(section, body) if section is first else text_below(section, document)
        if not below:
            continue
        label = fold_label(section.title)
        if section is not first and section.level > 2 and section not in document.root.children:
            continue  # it stands in the text of the one above
        if label in {"evidence", "examples", "observations"}:
            examples += _items(section)
        elif section is first or label in {"action", "rule"}:
            parts.append(("Pattern", below))
        else:
            parts.append((one_line(section.title), below))
    lead = "\n\n".join(block.text for block in document.root.blocks if block.text)
    if lead:
        parts.append(("Pattern", lead))
    scores = tuple((key, values[key]) for key in _SCORES if values.get(key))
    tags = [values[key] for key in ("domain",) if values.get(key)]
    tags += re.split(r"[,\s]+", values.get("tags", "").strip("[]"))
    return Found(
        FoundKind.PATTERN,
        title or one_line(name[:1].upper() + name[1:]),
        line,
        parts=tuple(parts),
        examples=tuple(examples),
        scores=scores,
        tags=tuple(tag.strip("\"'") for tag in tags if tag),
        date=parse_date(values.get("created_at", "")),
        project=values.get("project_name") or None,
        domain=values.get("domain") or None,
    )


def _own_text(section: Section, body: str) -> str:
    """Return what stands below a heading and above the next one."""
    end = section.children[0].line if section.children else section.span.end
    start = section.heading.span.end if section.heading is not None else section.line
    return "\n".join(body.split("\n")[start - 1 : end - 1]).strip()


def _items(section: Section) -> list[str]:
    return [
        " ".join(item.text.split())
        for below in section.walk()
        for block in below.blocks
        for item in block.items
        if item.text
    ]
