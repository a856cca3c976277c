"""Sections that show how something is done in code: each is a candidate for a pattern."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from hardwon.markup.blocks import Block, Section
from hardwon.markup.fields import read_parts
from hardwon.markup.foreign.sections import (
    Outline,
    all_blocks,
    is_placeholder,
    markdown,
    one_line,
    walk_with_path,
)
from hardwon.markup.labels import pattern_key
from hardwon.markup.text import plain
from hardwon.model.foreign import Found, FoundKind
from hardwon.model.values import Span

# Fences of text, drawings and what a program prints show no code.
_NO_CODE = frozenset(
    """text txt plain plaintext markdown md mdx mermaid ascii output tree log dot graphviz plantuml
    http csv""".split()
)
# What is typed at a prompt shows how a tool is called, unless the text says that it is a pattern.
_SHELL = frozenset("bash sh shell zsh console shell-session powershell ps1 cmd bat fish".split())
# Sections that tell how the skill or its tools are used, rather than how code is written.
_NO_PATTERN = re.compile(
    r"^(?:quick ?start|getting started|usage|how to use|install\w*|setup|prerequisites|commands?"
    r"|quick commands|references?|resources|output(?: format)?|examples?|when to (?:use|activate)"
    r"|directory structure|file (?:structure|layout|organization)|project structure|overview"
    r"|related.*|see also|quick reference|tools?|verification|troubleshooting|input|parameters"
    r"|workflows?|arguments|options|configuration|response format|report format|template|step \d.*"
    r"|phase \d.*|examples?\b.*)\W*$",
    re.IGNORECASE,
)
_NAMED = re.compile(
    r"^(?:pattern|technique|strategy|recipe|tip)\s*\d*\s*[:：.–—-]\s+", re.IGNORECASE
)
_LABELS = {"context": "Context", "when": "Context", "pattern": "Pattern", "why": "Why it works"}
_BAD = re.compile(r"❌|\b(?:bad|wrong|incorrect|avoid|don['’]?t|anti-?pattern)\b", re.IGNORECASE)
_GOOD = re.compile(r"✅|\b(?:good|correct|right|do|better|preferred)\b", re.IGNORECASE)
# "✅ GOOD: Named exports" is an example of what the heading above it names.
_ROLE = re.compile(
    r"^\W*(?:good|bad|wrong|right|correct|incorrect|do|don['’]?t|before|after|avoid|prefer(?:red)?)"
    r"\s*(?:[:：–—-]|\(|$)|^\s*[✅❌]",
    re.IGNORECASE,
)
_COMMENT = re.compile(
    r"^\s*(?://+|#+|--|/\*+|\*|<!--|;+)\s*(?P<text>[^!\s/*].*?)\s*(?:\*/|-->)?\s*$"
)


def find_code_sections(document: Outline) -> Iterator[tuple[Found, Span]]:
    """Yield a pattern for each `###` with code, and its lines; of a file without such, each `##`.

    Code is a fence with the name of a language. What stands in deeper sections belongs to the
    `###` above them. Sections about setting up, using or naming things are left out, as are
    steps of a procedure.
    """
    for level in (3, 2):
        sections = [
            (section, above)
            for section, above in walk_with_path(document.root)
            if section.level == level and is_candidate(section, above, deep=level > 2)
        ]
        if sections:
            times = Counter(one_line(section.title) for section, _ in sections)
            for section, above in sections:
                found = _found(section, above, document)
                if times[one_line(section.title)] > 1 and above:
                    found = replace(found, title=one_line(f"{above[-1]}: {found.title}"))
                yield found, section.span
            return


def _named_deeper(section: Section) -> list[Section]:
    """Return the section and those below it that are only good or bad examples of it."""
    return [section, *(child for child in section.children if _ROLE.match(child.title))]


def is_candidate(section: Section, above: tuple[str, ...], *, deep: bool) -> bool:
    """Return whether a section shows code under a name that a pattern could have.

    Args:
        section: Any with a heading.
        above: Titles of the sections that it stands in.
        deep: Whether all code in deeper sections counts, or only that of good and bad examples.
    """
    title = one_line(section.title)
    if not title or is_placeholder(section.title) or _NO_PATTERN.match(title):
        return False
    if _ROLE.match(section.title):
        return False
    if any(_NO_PATTERN.match(one) for one in above[1:]):
        return False
    code = [block for block in _blocks(section, deep=deep) if is_code(block)]
    if all(_language(block) in _SHELL for block in code):
        return bool(code) and any("pattern" in one.casefold() for one in (*above, title))
    return True


def is_code(block: Block) -> bool:
    """Return whether a block is a fence that names a programming language."""
    language = _language(block)
    return bool(language) and language not in _NO_CODE and bool(block.text.strip())


def _language(block: Block) -> str:
    if block.kind != "fence" or not block.info.strip():
        return ""
    return block.info.split()[0].strip("{}.").casefold()


def _blocks(section: Section, *, deep: bool = True) -> Iterator[Block]:
    for part in section.walk() if deep else _named_deeper(section):
        yield from all_blocks(part.blocks)


def _found(section: Section, above: tuple[str, ...], document: Outline) -> Found:
    title = _NAMED.sub("", one_line(section.title)) or one_line(section.title)
    parts = _prose(section, document)
    code = [block for block in _blocks(section) if is_code(block)]
    if "Pattern" not in parts:
        parts["Pattern"] = _said_by_code(section, code) or title
    order = ("Context", "Pattern", "Why it works")
    listed = [(label, parts[label]) for label in order if label in parts]
    listed.append(("Code example", _code(section)))
    if len(above) > 1:
        listed.insert(0, ("Section", above[-1]))
    return Found(FoundKind.PATTERN, title, section.line, tuple(listed))


def _prose(section: Section, document: Outline) -> dict[str, str]:
    """Return what the section says beside its code, by the label of a pattern's field."""
    texts: dict[str, list[str]] = {}
    for part in section.walk():
        blocks = [block for block in part.blocks if block.kind != "fence"]
        lead, fields = read_parts(blocks, pattern_key, frozenset())
        heading = f"{one_line(part.title)}:\n\n" if part is not section and lead else ""
        text = "\n\n".join(_source(block, document) for block in lead if not _only_marks(block))
        if text:
            texts.setdefault("Pattern", []).append(heading + text)
        for field in fields:
            label = _LABELS.get(field.key, "")
            below = [_source(block, document) for block in field.blocks if field.inline.strip()]
            value = field.inline.strip() if below else field.markdown(document)
            if value and not (label or _BAD.search(field.label) or _GOOD.search(field.label)):
                value = f"{field.label}: {value}"
            if value:
                texts.setdefault(label or "Pattern", []).append(value)
            texts.setdefault("Pattern", []).extend(below)
    return {label: "\n\n".join(values) for label, values in texts.items() if values}


def _source(block: Block, document: Outline) -> str:
    return markdown(document, block.span)


def _only_marks(block: Block) -> bool:
    """Return whether a paragraph only says that the code below it is good or bad."""
    text = plain(block.text)
    return block.kind == "paragraph" and len(text.split()) < 4 and text.endswith(":")


def _said_by_code(section: Section, code: list[Block]) -> str:
    """Return what stands for the prose that a section of code lacks: headings, else a comment."""
    below = [one_line(part.title) for part in section.walk() if part is not section]
    if below:
        return "\n".join(f"- {title}" for title in below if title)
    first = code[0].text.lstrip().split("\n", 1)[0] if code else ""
    comment = _COMMENT.match(first)
    return comment["text"].rstrip() if comment else ""


def _code(section: Section) -> str:
    """Return the fences of a section, each below the name of its own section if that is deeper."""
    out: list[str] = []
    for part in section.walk():
        said = part.title if part is not section and _ROLE.match(part.title) else ""
        for number, block in enumerate(code := list(all_blocks(part.blocks))):
            if block.kind == "paragraph":
                said = plain(block.text.split("\n")[-1])
            elif is_code(block):
                if part is not section and not any(map(is_code, code[:number])):
                    out.append(one_line(part.title))
                out.append(_fence(block, said))
                said = said if said == part.title else ""
    return "\n\n".join(out)


def _fence(block: Block, said: str) -> str:
    """Return a fence again, marked good or bad where the line above says so."""
    ticks = "`" * max(3, 1 + max((len(run) for run in re.findall(r"`+", block.text)), default=0))
    is_short = len(said.split()) < 8
    mark = " bad" if is_short and _BAD.search(said) else ""
    mark = mark or (" good" if is_short and _GOOD.search(said) else "")
    info = block.info.strip() if " " in block.info.strip() else block.info.strip() + mark
    return f"{ticks}{info}\n{block.text.rstrip(chr(10))}\n{ticks}"
