"""Workflows: the checklist that a HIGH pattern becomes, kept beside what people write in it."""

from __future__ import annotations

import hashlib
import itertools
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote as quote_url

from hardwon.learning.evidence import Evidence, Notes
from hardwon.learning.steps import Step, find_steps
from hardwon.markup.blocks import parse_document
from hardwon.markup.checklists import parse_hashes
from hardwon.markup.detectors import without_detectors
from hardwon.markup.text import escape_html, line_end, link_text, slugify, split_lines
from hardwon.model.pattern import Pattern
from hardwon.model.values import Confidence, PartialDate

FOLDER = "procedural/workflows"
UNDER_REVIEW = "under review"

_PROCEDURE = re.compile(
    r"^(?:steps|checklist|what to|how to|structure|process|procedure|prioritization)\b", re.I
)
_REGRET = re.compile(
    r"\b(?:forgot|forgotten|missed|missing|broke|broken|failed|failure|wrong|mistake|too late|"
    r"regress\w*|outage|caused|without)\b",
    re.IGNORECASE,
)
# What learning writes into the front matter of a workflow; other keys are their author's.
LEARNED_KEYS = (
    "pattern", "theme", "patterns", "confidence", "examples", "last_reinforced", "status",
    "generated_hash",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Draft:
    """A workflow as it is generated.

    Attributes:
        header: Keys and values of the front matter, without the hash.
        title: Its heading.
        sections: Name → text; "" names what stands between title and first section.
    """

    header: tuple[tuple[str, str], ...]
    title: str
    sections: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Merged:
    """A draft laid into an existing file.

    Attributes:
        text: The whole new text.
        kept: Names of the sections that a person has changed and that would read otherwise.
    """

    text: str
    kept: tuple[str, ...]


def workflow_path(pattern: Pattern) -> str:
    """Return the file in which the workflow of `pattern` is written."""
    return f"{FOLDER}/{pattern.slug}.md"


def draft_workflow(pattern: Pattern, evidence: Evidence, notes: Notes) -> Draft:
    """Return the workflow that `pattern` makes, from its own words and its evidence."""
    review = evidence.confidence is not Confidence.HIGH
    header = [
        ("pattern", pattern.name),
        ("confidence", str(evidence.confidence)),
        ("examples", str(evidence.examples)),
    ]
    if evidence.last is not None:
        header.append(("last_reinforced", evidence.last.iso))
    if review:
        header.append(("status", UNDER_REVIEW))
    sections = [
        ("", _intro(pattern, evidence, review)),
        ("When to use", pattern.context or ""),
        ("Steps", _tasks(_steps(pattern))),
        ("Verify", _verify(pattern)),
        ("Mistakes seen", "\n".join(f"- {text}" for text in _mistakes(pattern))),
        ("Example", _code(pattern)),
        ("Evidence", _evidence(pattern, evidence, notes)),
    ]
    filled = tuple((name, text) for name, text in sections if text.strip())
    return Draft(tuple(header), pattern.name, filled)


def draft_theme(theme: str, members: Sequence[tuple[Pattern, Evidence]]) -> Draft:
    """Return the checklist of several patterns that belong together, by name.

    One that is HIGH no more says so; with fewer than two HIGH ones all of it is under review.
    """
    high = [pattern.name for pattern, e in members if e.confidence is Confidence.HIGH]
    last: list[PartialDate] = [e.last for _, e in members if e.last is not None]
    header = [
        ("theme", theme),
        ("patterns", json.dumps([pattern.name for pattern, _ in members], ensure_ascii=False)),
        ("confidence", str(min((e.confidence for _, e in members), key=lambda c: c.rank))),
        ("examples", str(sum(evidence.examples for _, evidence in members))),
    ]
    if last:
        header.append(("last_reinforced", max(last, key=lambda d: (d.first_day, d.iso)).iso))
    names = ", ".join(escape_html(pattern.name) for pattern, _ in members)
    intro = f"What {len(members)} proven patterns ask for: {names}."
    if len(high) < 2:
        header.append(("status", UNDER_REVIEW))
        intro = "**Under review:** fewer than two of these patterns are HIGH. " + intro
    sections = [("", intro)]
    for pattern, evidence in members:
        link = f"[Why, and the evidence]({pattern.slug}.md)"
        text = _tasks(_steps(pattern))
        fallen = "" if pattern.name in high else _fallen(evidence)
        sections.append((pattern.name, f"{fallen}{_when(pattern)}{text}\n\n{link}"))
    return Draft(tuple(header), f"{theme[:1].upper()}{theme[1:]} checklist", tuple(sections))


def _fallen(evidence: Evidence) -> str:
    return (
        f"**Under review:** stands at {evidence.confidence} with {evidence.net} net examples.\n\n"
    )


def _when(pattern: Pattern) -> str:
    first = (pattern.context or "").split("\n\n")[0].strip()
    return f"{first}\n\n" if first else ""


def _intro(pattern: Pattern, evidence: Evidence, review: bool) -> str:
    projects = f" in {evidence.projects} projects" if evidence.projects > 1 else ""
    text = f"Proven by {evidence.examples} examples{projects}."
    if review:
        text = (
            f"**Under review:** the pattern stands at {evidence.confidence} with "
            f"{evidence.net} net examples. Check whether these steps still hold."
        )
    if pattern.time_saved_minutes and not review:
        text += f" Saves about {pattern.time_saved_minutes} minutes per use."
    return text


def _steps(pattern: Pattern) -> list[Step]:
    steps = find_steps(pattern.pattern or pattern.context or "")
    for field in pattern.extra:
        if _PROCEDURE.match(field.label) and not field.key:
            text = field.text
            fenced = re.match(r"^(`{3,})markdown\n(.*?)\n\1", text, re.DOTALL)
            steps.extend(find_steps(fenced[2] if fenced else text))
    return steps or [Step(f"Apply “{escape_html(pattern.name)}”")]


def _tasks(steps: Sequence[Step]) -> str:
    lines = []
    for step in steps:
        lines.append(f"- [ ] {step.text}")
        lines.extend(f"  {line}".rstrip() for line in step.below)
    return "\n".join(lines)


def _verify(pattern: Pattern) -> str:
    steps: list[Step] = []
    for field in pattern.extra:
        if field.key == "detection" or field.label.lower().startswith("check "):
            text = without_detectors(field.text)
            found = find_steps(text)
            only_code = text.lstrip().startswith(("```", "~~~"))
            label = field.label if field.label.lower() != "detection" else "Look for violations"
            if only_code and found:
                found[0].text = f"{label}:"
            steps.extend(found)
    return _tasks(steps)


def _mistakes(pattern: Pattern) -> list[str]:
    mistakes = [example.text for example in pattern.counter_examples]
    for code in pattern.code:
        for line in code.text.split("\n"):
            if "❌" in line:
                text = line.split("❌", 1)[1].strip(" -*/#")
                mistakes.append(re.sub(r"^(?:bad|wrong)\s*[:–-]\s*", "", text, flags=re.I))
    mistakes += [e.text for e in pattern.examples if e.outcome and _REGRET.search(e.outcome)]
    return [escape_html(text) for text in dict.fromkeys(mistakes) if text]


def _code(pattern: Pattern) -> str:
    detection = {field.line for field in pattern.extra if field.key == "detection"}
    spans = [field.span for field in pattern.extra if field.line in detection]
    shown = [c for c in pattern.code if c.role != "bad" and not any(c.line in s for s in spans)]
    if not shown:
        return ""
    code = next((c for c in shown if c.role == "good"), shown[0])
    fence = "`" * max(3, 1 + max((len(run) for run in re.findall(r"`+", code.text)), default=0))
    return f"{fence}{code.language}\n{code.text.rstrip()}\n{fence}"


def _evidence(pattern: Pattern, evidence: Evidence, notes: Notes) -> str:
    up = "../" * (FOLDER.count("/") + 1)
    lines = [f"- Pattern: [{link_text(pattern.name)}]({up}{quote_url(pattern.path)})"]
    for source, path in evidence.sources:
        note = notes.find_experience(path)
        if path is None:
            lines.append(f"- {link_text(source.text)} (not in this memory)")
            continue
        title = note.title if note is not None else path.rsplit("/", 1)[-1]
        date = f" ({note.date.iso})" if note is not None and note.date is not None else ""
        lines.append(f"- [{link_text(title)}]({up}{quote_url(path, safe='/#')}){date}")
    if pattern.unlisted_sources:
        lines.append(f"- and {pattern.unlisted_sources} more that the book does not list")
    return "\n".join(lines)


def render_workflow(draft: Draft) -> str:
    """Return the text of a new workflow."""
    hashes = [
        (slugify(name) if name else "intro", hash_section(text)) for name, text in draft.sections
    ]
    lines = [
        "---",
        *_header_lines(draft.header, hashes),
        "---",
        "",
        f"# {escape_html(draft.title)}",
        "",
    ]
    for name, text in draft.sections:
        lines += [f"## {escape_html(name)}", ""] if name else []
        lines += [text.strip("\n"), ""]
    return "\n".join(lines).rstrip("\n") + "\n"


def merge_workflow(old: str, draft: Draft) -> Merged | None:
    """Return `draft` laid into the text `old`, or None when a person wrote `old`.

    A section that still reads as it was generated is generated again; one that a person has
    changed, added or taken out stays so. Other keys of the front matter stay.
    """
    document = parse_document(old)
    known = dict(parse_hashes(document.header.get_text("generated_hash") or ""))
    if not known:
        return None
    parts = split_sections(old, document.header.lines)
    present = {key: text for key, text in parts if key is not None}
    kept: list[str] = []
    hashes: list[tuple[str, str]] = []
    fresh: dict[str, str] = {}
    for name, text in draft.sections:
        key = slugify(name) if name else "intro"
        new_hash, old_hash = hash_section(text), known.get(key)
        own = hash_section(body_of(present[key])) if key in present else None
        if own == old_hash:  # untouched, or neither written nor there yet
            fresh[key] = text
        elif new_hash != old_hash:
            kept.append(name or "the introduction")
        hashes.append((key, new_hash if key in fresh else old_hash or new_hash))
    stale = [k for k in known if k not in dict(hashes) and k in present]
    gone = {key for key in stale if hash_section(body_of(present[key])) == known[key]}
    body = _assemble(parts, draft, fresh, gone)
    header = _merged_header(old, document.header.lines, draft, hashes)
    text = "".join([*header, *body])
    return Merged(text, tuple(kept))


def is_edited(text: str) -> bool:
    """Return whether a person changed, added or took out a section of a generated workflow."""
    document = parse_document(text)
    known = dict(parse_hashes(document.header.get_text("generated_hash") or ""))
    parts = {
        k: hash_section(body_of(v))
        for k, v in split_sections(text, document.header.lines)
        if k is not None
    }
    return parts != known


def mark_under_review(text: str) -> str:
    """Return the workflow `text` with `status: under review` in its front matter."""
    lines = split_lines(text)
    at = next(n for n, line in enumerate(lines) if line.startswith("generated_hash"))
    return "".join([*lines[:at], f"status: {UNDER_REVIEW}{line_end(lines)}", *lines[at:]])


def split_sections(text: str, header: int) -> list[tuple[str | None, list[str]]]:
    """Return the parts of a workflow: title (None), "intro", then each section by its slug."""
    document = parse_document(text)
    lines = document.lines
    starts: list[tuple[int, str | None]] = []
    for section in document.root.walk():
        if section.heading is None:
            continue
        if not starts and section.level == 1:
            starts.append((section.heading.span.end, "intro"))
        elif section.level == 2:
            starts.append((section.line, slugify(section.title)))
    parts: list[tuple[str | None, list[str]]] = []
    bounds = [(header + 1, None), *starts, (len(lines) + 1, None)]
    for (start, key), (end, _) in itertools.pairwise(bounds):
        parts.append((key, lines[start - 1 : end - 1]))
    return parts


def body_of(lines: Sequence[str]) -> str:
    """Return the text of a section without its heading, line ends as newlines."""
    body = [line.rstrip("\r\n") for line in lines]
    if body and body[0].startswith("## "):
        body = body[1:]
    return "\n".join(body)


def _assemble(
    parts: Sequence[tuple[str | None, list[str]]],
    draft: Draft,
    fresh: dict[str, str],
    gone: set[str],
) -> list[str]:
    end = line_end([line for _, lines in parts for line in lines])
    names = {slugify(name) if name else "intro": name for name, _ in draft.sections}
    order = list(names)
    out: list[tuple[str | None, list[str]]] = []
    for key, lines in parts:
        if key in gone:
            continue
        if key in fresh and hash_section(body_of(lines)) != hash_section(fresh[key]):
            out.append((key, _section_lines(names[key], fresh[key], end)))
        else:
            out.append((key, lines))
    for key in order:
        if key in fresh and key not in {k for k, _ in out}:
            before = set(order[: order.index(key)])
            at = max((n for n, (k, _) in enumerate(out) if k in before or k is None), default=0)
            if out and out[at][1] and out[at][1][-1].strip():  # it ended the file until now
                last = out[at][1][-1].rstrip("\r\n")
                out[at] = (out[at][0], [*out[at][1][:-1], last + end, end])
            out.insert(at + 1, (key, _section_lines(names[key], fresh[key], end)))
    return _spaced([line for _, lines in out for line in lines])


def _spaced(lines: list[str]) -> list[str]:
    while len(lines) > 1 and not lines[-1].strip():
        lines = lines[:-1]
    return lines


def _section_lines(name: str, text: str, end: str) -> list[str]:
    lines = [f"## {escape_html(name)}", ""] if name else [""]
    return [line + end for line in [*lines, *text.strip("\n").split("\n"), ""]]


def _header_lines(
    values: Sequence[tuple[str, str]], hashes: Sequence[tuple[str, str]]
) -> list[str]:
    lines = [f"{key}: {_yaml(value)}" for key, value in values]
    joined = ", ".join(f"{key}={value}" for key, value in hashes)
    return [*lines, f'generated_hash: "{joined}"']


def _merged_header(
    old: str, header: int, draft: Draft, hashes: Sequence[tuple[str, str]]
) -> list[str]:
    lines = split_lines(old)[:header]
    end = line_end(lines)
    new = {line.split(":", 1)[0]: line for line in _header_lines(draft.header, hashes)}
    out = []
    for line in lines[1:-1]:
        key = line.split(":", 1)[0].strip()
        if key not in LEARNED_KEYS:
            out.append(line)
        elif key in new:
            out.append(new.pop(key) + line[len(line.rstrip("\r\n")) :])
    at = next((n for n, line in enumerate(out) if line.startswith("generated_hash")), len(out))
    out[at:at] = [line + end for line in new.values()]
    return [lines[0], *out, lines[-1]]


def _yaml(value: str) -> str:
    plain = re.fullmatch(r"[A-Za-z0-9][\w .,/()-]*", value) and value == value.strip()
    if value.startswith("[") or (plain and value.lower() not in {"yes", "no", "null", "true"}):
        return value
    return json.dumps(value, ensure_ascii=False)


def hash_section(text: str) -> str:
    """Return the short hash by which a section that nobody has edited is known."""
    normal = "\n".join(line.rstrip() for line in text.strip().split("\n"))
    return hashlib.sha256(normal.encode("utf-8")).hexdigest()[:8]
