"""What `hardwon export` has written of a pattern or workflow, read back as that."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from hardwon.markup.blocks import Block, Section
from hardwon.markup.dates import parse_date
from hardwon.markup.foreign.scope import globs_of, listed
from hardwon.markup.foreign.sections import Outline, item_markdown, markdown, one_line, text_of
from hardwon.markup.labels import fold_label, parse_bold_label
from hardwon.markup.text import plain
from hardwon.model.foreign import Found, FoundKind
from hardwon.model.values import Span

_LABELS = {"applies": "Context", "do": "Pattern", "why": "Why it works"}
_ROLES = {"not like this:": "bad", "like this:": "good", "example:": ""}
_STANDING = re.compile(r"^(?P<level>LOW|MEDIUM|HIGH): (?P<count>\d+ examples?\b.*)\.$")
# Globs of files that a rule is not for, which no header can say.
_UNWANTED = re.compile(r"^Not meant: (?P<globs>`.*`)\.$")
_SPAN = re.compile(r"`([^`]+)`")
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
_WITHOUT = "go on without it"
_CHOSEN = re.compile(r"^Chosen option: \".*\", because .*$")
_EXAMPLE = re.compile(r"^(?P<kind>Good|Bad): (?P<text>\S.*)$", re.DOTALL)
_SECTIONS = {
    "context and problem statement": "Context",
    "decision drivers": "Why it works",
    "decision outcome": "Pattern",
    "confirmation": "Detection",
}


def read_exported_rule(document: Outline) -> Found | None:
    """Return the pattern of a rule for Cursor or Copilot that hardwon wrote; None for another.

    It is told by its last line, how well the pattern is proven, below **Applies:** or **Do:**.
    """
    top = document.root.children[0] if len(document.root.children) == 1 else None
    if top is None or not top.blocks or not _STANDING.match(top.blocks[-1].text):
        return None
    unwanted = [found for block in top.blocks if (found := _UNWANTED.match(block.text))]
    blocks = [block for block in top.blocks if not _UNWANTED.match(block.text)]
    texts, code, scores = _guidance(blocks, document)
    if not {"Context", "Pattern"} & texts.keys():
        return None
    title = _name(top)
    parts = [(label, "\n\n".join(texts[label])) for label in _LABELS.values() if label in texts]
    globs = globs_of(document)
    globs += [f"!{glob}" for found in unwanted for glob in _SPAN.findall(found["globs"])]
    if globs:
        parts.insert(0, ("Applies to", listed(globs)))
    if code:
        parts.append(("Code example", "\n\n".join(code)))
    return Found(
        FoundKind.PATTERN, title, top.line, _with_pattern(parts, title), scores=tuple(scores)
    )


def _name(section: Section) -> str:
    """Return the name of a pattern, without the backslashes that its heading needs."""
    return one_line(_ESCAPED.sub(r"\1", section.title))


def _with_pattern(parts: list[tuple[str, str]], title: str) -> tuple[tuple[str, str], ...]:
    return tuple(
        parts if any(label == "Pattern" for label, _ in parts) else [*parts, ("Pattern", title)]
    )


def _guidance(
    blocks: Iterable[Block], document: Outline
) -> tuple[dict[str, list[str]], list[str], list[tuple[str, str]]]:
    """Return the texts by label, the fences marked by their role, and what is said of proof."""
    texts: dict[str, list[str]] = {}
    code: list[str] = []
    scores: list[tuple[str, str]] = []
    label, role = "Pattern", None
    for block in blocks:
        said = plain(block.text).casefold() if block.kind == "paragraph" else ""
        bold = parse_bold_label(block.text.split("\n", 1)[0]) if said else None
        standing = _STANDING.match(block.text) if said else None
        if said in _ROLES:
            role = _ROLES[said]
        elif block.kind == "fence" and role is not None:
            code.append(_fence(block, role))
            role = None
        elif standing:
            scores.append(("confidence", standing["level"]))
            scores.append(("examples", standing["count"]))
        elif bold is not None and fold_label(bold.text) in _LABELS:
            label = _LABELS[fold_label(bold.text)]
            text = "\n".join([bold.value, *block.text.split("\n")[1:]]).strip()
            texts.setdefault(label, []).extend([text] if text else [])
        else:
            texts.setdefault(label, []).append(markdown(document, block.span))
    return texts, code, scores


def _fence(block: Block, role: str) -> str:
    ticks = "`" * max(3, 1 + max(map(len, re.findall(r"`+", block.text)), default=0))
    return f"{ticks}{f'{block.info} {role}'.strip()}\n{block.text.rstrip(chr(10))}\n{ticks}"


def read_exported_record(document: Outline) -> Found | None:
    """Return the pattern of a MADR record that hardwon wrote; None for another.

    It is told by the option "Go on without it", which stands beside the pattern's own name.
    """
    sections = {fold_label(s.title): s for s in document.root.walk() if s.heading is not None}
    options = sections.get("considered options")
    outcome = sections.get("decision outcome")
    top = document.root.children[0] if document.root.children else None
    if options is None or outcome is None or top is None:
        return None
    names = [plain(item.text) for block in options.blocks for item in block.items]
    if len(names) != 2 or names[1].casefold() != _WITHOUT or names[0] != plain(top.title):
        return None
    title = _name(top)
    parts: list[tuple[str, str]] = []
    code = [
        _fence(block, "bad")
        for section in sections.values()
        if fold_label(section.title) == _WITHOUT
        for block in section.blocks
        if block.kind == "fence"
    ]
    for name, label in _SECTIONS.items():
        if name in sections:
            blocks = [b for b in sections[name].blocks if not _CHOSEN.match(b.text.split("\n")[0])]
            texts, fences, _ = _guidance(blocks, document)
            code += fences
            text = "\n\n".join(one for texts_of in texts.values() for one in texts_of)
            # Where there is no context, the exporter repeats the name.
            parts += (
                [(label, _without_bullet(text))] if text and plain(text) != plain(top.title) else []
            )
    if code:
        parts.append(("Code example", "\n\n".join(code)))
    cases = list(_cases(sections.get("consequences"), document))
    against = [text for kind, text in cases if kind == "Bad"]
    if against:
        parts.append(("Counter-examples", "\n".join(f"- {text}" for text in against)))
    return Found(
        FoundKind.PATTERN,
        title,
        top.line,
        _with_pattern(parts, title),
        examples=tuple(" ".join(text.split()) for kind, text in cases if kind == "Good"),
        scores=tuple(_proof(sections.get("more information"))),
        date=parse_date(document.header.get_text("date") or ""),
    )


def _without_bullet(text: str) -> str:
    """Return a list of one item as that item; the exporter makes one of a sentence."""
    lines = text.split("\n")
    is_one = lines[0].startswith("* ") and not any(line[:1] in "*-+" for line in lines[1:] if line)
    return "\n".join([lines[0][2:], *(line[2:] for line in lines[1:])]) if is_one else text


def _cases(section: Section | None, document: Outline) -> Iterator[tuple[str, str]]:
    for block in section.blocks if section is not None else ():
        for item in block.items:
            match = _EXAMPLE.match(item_markdown(item, document))
            if match:
                yield match["kind"], match["text"]


def _proof(section: Section | None) -> Iterator[tuple[str, str]]:
    for block in section.blocks if section is not None else ():
        standing = _STANDING.match(block.text)
        if standing:
            yield "confidence", standing["level"]
            yield "examples", standing["count"]


def read_exported_skill(document: Outline) -> Found | None:
    """Return the workflow of a skill that hardwon wrote; None for another.

    It is told by its metadata (`source: hardwon` with the path of the workflow).
    """
    stated = document.header.get_text("metadata") or ""
    top = document.root.children[0] if len(document.root.children) == 1 else None
    if top is None or "hardwon" not in stated or "procedural/workflows/" not in stated:
        return None
    last = top.children[-1].blocks[-1:] if top.children else top.blocks[-1:]
    text = text_of(document)
    if last and last[0].kind == "paragraph" and "references/evidence.md" in last[0].text:
        start = top.heading.span.end if top.heading is not None else top.span.start
        text = markdown(document, Span(start, last[0].span.start))
    return Found(FoundKind.WORKFLOW, _name(top), top.line, body=text)
