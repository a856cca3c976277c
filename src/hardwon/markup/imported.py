"""Found things as texts of the memory, such that reading them gives back what was found.

Foreign text is data: a heading, a label, a fence or a comment in it must not become one of the
memory's own. What could is written otherwise; `render_*` give two spellings, a plain one and one
that holds the text in a fence, and whoever writes them reads the result again and takes the first
that reads back.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from hardwon.markup.compose import fold_line, fold_text, header_lines
from hardwon.markup.dates import find_date
from hardwon.markup.labels import (
    EVIDENCE,
    PROSE,
    SCALARS,
    fold_label,
    parse_bold_label,
    parse_plain_label,
    pattern_key,
)
from hardwon.markup.pattern_values import is_placeholder, source_text
from hardwon.markup.text import counted, escape_html, plain, strip_emoji
from hardwon.model.adoption import Origin
from hardwon.model.foreign import Found
from hardwon.model.values import Confidence

PROVENANCE = "Imported from"
"""The label below which a pattern tells where it came from."""

# As `provenance` writes it, from its end: a path may hold anything.
_PLACE = re.compile(
    r" line (?P<line>\d{1,7}), [^,\n]*(?:, [^,\n]* at [0-9a-f]{7,40})?,"
    r" SHA-256 (?P<sha>[0-9a-f]{16})\"?$",
    re.MULTILINE,
)
_DIGITS = 16  # of a SHA-256 in a text: enough to tell files apart

_FENCE = re.compile(r"^\s*(?:(?:[-*+]|\d{1,9}[.)])\s+)*(`{3,}|~{3,})")
_HEADING = re.compile(r"^ {0,3}#{1,6}(?:[ \t]+(?P<text>.*?))?(?:[ \t]+#+)?[ \t]*$")
_UNDERLINE = re.compile(r"^ {0,3}(?:=+|-+)[ \t]*$")
_RULE = re.compile(r"^ {0,3}(?:(?:-[ \t]*){3,}|(?:\*[ \t]*){3,}|(?:_[ \t]*){3,})$")
_ITEM = re.compile(r"^\s*(?:[-*+]|\d{1,9}[.)])(?:\s|$)")
_FIRST_ITEM = re.compile(r"(?:[-*+]|1[.)])\s")
_HTML = re.compile(r"^\s*<(?=[A-Za-z/!?])")
_REFERENCE = re.compile(r"^ {0,3}\[[^\]]*\]:")
_MARK = re.compile(r"^[-=*_+>|#~`\\ \t]*$")
# Labels that would end a book or say what only counting may.
_TOTALS = frozenset(
    {"last updated", "updated", "total patterns", "patterns total", "confidence breakdown",
     "next steps"}
)  # fmt: skip
_HOME = {
    "context": "Context",
    "pattern": "Pattern",
    "why": "Why it works",
    "time_saved": "Time saved per use",
}
_MAX_LABEL = 60


@dataclass(frozen=True, slots=True)
class Written:
    """A pattern as it is written.

    Attributes:
        lines: From the heading on, without a blank line behind.
        says: (label, text) of each field but the bookkeeping, as it must be read back.
        examples: Number of sightings that count.
        counters: Number of dated sightings of its failure.
    """

    lines: tuple[str, ...]
    says: tuple[tuple[str, str], ...]
    examples: int
    counters: int = 0


def provenance(origin: Origin, found: Found, family: str) -> str:
    """Return the line that says where `found` came from: path, line, family, commit, hash."""
    parts = [f"{source_text(fold_line(origin.path))} line {found.line}", fold_line(family)]
    if origin.repository and origin.commit:
        parts.append(f"{fold_line(origin.repository)} at {origin.commit[:12]}")
    parts.append(f"SHA-256 {origin.digest[:_DIGITS]}")
    return ", ".join(parts)


def provenance_key(text: str) -> tuple[str, int] | None:
    """Return hash and line of the place that a provenance names; None for another text."""
    match = _PLACE.search(text)
    return (match["sha"], int(match["line"])) if match else None


def key_of(origin: Origin, found: Found) -> tuple[str, int]:
    """Return what `provenance_key` gives for the provenance of `found`."""
    return origin.digest[:_DIGITS], found.line


def write_pattern(
    found: Found,
    name: str,
    came_from: str,
    level: int,
    *,
    confidence: Confidence | None,
    notes: Sequence[str] = (),
    fenced: bool = False,
) -> Written:
    """Return `found` as a pattern called `name`.

    Args:
        found: A pattern.
        name: As `clean_name` gives it.
        came_from: Its provenance.
        level: Depth of its heading.
        confidence: What its sightings justify; None where there is none.
        notes: Paths of imported notes that its examples name.
        fenced: Whether its texts stand in fences, in which nothing can be taken for anything.
    """
    seen = [text for text in map(_example, found.examples) if find_date(text)]
    seen = list(dict.fromkeys(seen))
    claimed = [text for text in map(_example, found.examples) if text and text not in seen]
    parts = list(_parts(found))
    if claimed:
        parts.append(("Original examples", "\n".join(f"- {text}" for text in claimed)))
    texts = [
        (label, _fenced(text) if fenced and "\n" in text else neutral(text))
        for label, text in parts
    ]
    if found.project:
        texts.append(("Project", one_line(found.project)))
    if found.scores:
        said = "; ".join(f"{one_line(name)}: {one_line(words)}" for name, words in found.scores)
        texts.append(("Stated there", said))
    texts.append((PROVENANCE, came_from))
    scalars = [f"**Confidence:** {confidence}"] if confidence is not None else []
    scalars.append(f"**Based on:** {counted(len(seen), 'example')}")
    lines = [f"{'#' * level} {name}", "", *scalars]
    tail = [line for label, text in texts[_prose(texts) :] for line in _field(label, text)]
    for label, text in texts[: _prose(texts)]:
        lines += _field(label, text)
    if seen:
        lines += ["", "**Examples:**", *(f"{n}. {text}" for n, text in enumerate(seen, start=1))]
    tags = [tag for text in found.tags if (tag := one_line(text).replace(",", " ").strip(" #"))]
    if tags:
        lines += ["", f"**Tags:** {', '.join(dict.fromkeys(tags))}"]
    if notes:
        sources = [f"- {source_text(f'memory/{path}')}" for path in notes]
        lines += ["", "**Source experiences:**", *sources]
    says = tuple((label, _folded(text)) for label, text in texts)
    counters = [text for label, text in parts if pattern_key(label) == "counter_examples"][:1]
    against = (
        0 if fenced else sum(bool(_ITEM.match(line)) for t in counters for line in t.split("\n"))
    )
    return Written((*lines, *tail), says, len(seen), against)


def _prose(texts: Sequence[tuple[str, str]]) -> int:
    """Return how many of `texts` stand in front of the examples: up to the last known field."""
    known = [n for n, (label, _) in enumerate(texts, start=1) if pattern_key(label) in PROSE]
    return max(known, default=0)


def folded_fields(fields: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Return (label, text) of fields that were read, as `Written.says` has them."""
    return tuple((label, _folded(text)) for label, text in fields)


def _folded(text: str) -> str:
    """Return `text` without what writing it otherwise changes: blank lines and indentation."""
    return "\n".join(line.strip() for line in text.split("\n") if line.strip())


def _parts(found: Found) -> Iterable[tuple[str, str]]:
    """Yield label and text of each part; one of them tells what the pattern says."""
    parts: list[tuple[str, str]] = []
    for label, text in found.parts:
        folded = fold_text(text)
        if not folded.strip() or is_placeholder(folded) or _MARK.match(folded.replace("\n", "")):
            continue
        parts.append((_label(label, folded), folded))
    parts = list(_at_home(parts))
    if not any(pattern_key(label) in PROSE for label, _ in parts):
        if parts and not pattern_key(parts[0][0]):
            first = parts.pop(0)
            label, text = first
            parts.insert(0, ("Pattern", text if label == "Text" else f"*{label}*\n\n{text}"))
        else:
            parts.insert(0, ("Pattern", fold_line(found.title)))
    return parts


def _at_home(parts: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Yield `parts`, the first one of each of the known ones with its home label."""
    told = set()
    for label, text in parts:
        key = pattern_key(label)
        yield (label if key in told else _HOME.get(key, label)), text
        told.add(key)


def _label(label: str, text: str) -> str:
    """Return `label` as it may stand before an imported text: it claims no evidence."""
    plainly = escape_html(strip_emoji(plain(fold_line(label)))).strip(" :：#*_|")[:_MAX_LABEL]
    plainly = re.sub(r"[*_`\[\]<>\\]", " ", plainly)
    plainly = " ".join(plainly.split())
    if not fold_label(plainly):
        return "Text"
    key = pattern_key(plainly)
    if key == "counter_examples" and all_dated(text):
        return plainly
    saved = key == "time_saved" and "\n" not in text
    is_claim = (key in SCALARS and not saved) or key in EVIDENCE
    is_own = fold_label(plainly) in {"imported from", "stated there", "project"}
    if is_claim or is_own or fold_label(plainly) in _TOTALS or key in {"tags", "aliases"}:
        return f"Original {plainly[:1].lower()}{plainly[1:]}"
    return plainly


def all_dated(text: str) -> bool:
    """Return whether `text` is a list of which each item has a date."""
    items = [line for line in text.split("\n") if line.strip()]
    return bool(items) and all(_ITEM.match(line) and find_date(line) for line in items)


def _field(label: str, text: str) -> list[str]:
    if label in {"Project", "Stated there", PROVENANCE} or pattern_key(label) in SCALARS:
        return ["", f"**{label}:** {text}"]
    first = text.partition("\n")[0]
    begins_block = bool(_ITEM.match(first) and not _FIRST_ITEM.match(first)) or first[:1] in "| \t"
    return ["", f"**{label}:**", *([""] if begins_block else []), *text.split("\n")]


def _example(text: str) -> str:
    """Return a sighting as one line of a list, which says the same there."""
    line = escape_html(one_line(text))
    if re.match(r"^(?:#{1,6}\s|>|[-*+]\s|\d+[.)]\s|\||[-=*_~`]{3,}|\[.\]\s|\[[^\]]*\]:)", line):
        line = "\\" + line
    return line


def one_line(text: str) -> str:
    """Return `text` on one line, without emphasis, comments and HTML."""
    return escape_html(fold_line(plain(text)).replace("<!--", "&lt;!--"))


def neutral(text: str) -> str:
    """Return Markdown in which nothing stands that a book gives a meaning to, outside of fences.

    A heading becomes a line in italics, a label one with its name in italics; rules go, comments
    are shown, and a fence that was left open is closed.
    """
    lines: list[str] = []
    fence = ""
    for line in fold_text(text).split("\n"):
        mark = _FENCE.match(line)
        if fence:
            lines.append(line)
            if mark and mark[1].startswith(fence) and line.strip() == mark[1]:
                fence = ""
            continue
        if mark:
            fence = mark[1]
            lines.append(line)
            continue
        for new in _neutral_line(line, lines):
            if new or lines[-1:] != [""]:  # what was taken out leaves one blank line
                lines.append(new)
    if fence:
        lines.append(fence)
    return "\n".join(lines).strip("\n")


def _neutral_line(line: str, above: list[str]) -> list[str]:
    line = line.replace("<!--", "&lt;!--").rstrip()
    if _HTML.match(line):
        line = escape_html(line)
    heading = _HEADING.match(line)
    if heading:
        return _as_title(heading["text"] or "")
    if _UNDERLINE.match(line) or _RULE.match(line):
        is_title = bool(above) and above[-1].strip() != "" and not _ITEM.match(above[-1])
        if is_title and _UNDERLINE.match(line):
            return _as_title(above.pop())
        return [""]
    if _ITEM.match(line) or line[:1] in {" ", "\t"}:
        # Such an item does not end a paragraph: its label would be one of the paragraph's lines.
        is_late = bool(_ITEM.match(line)) and not _FIRST_ITEM.match(line.lstrip())
        is_below = bool(above) and above[-1].strip() != "" and not _ITEM.match(above[-1])
        return ["", line] if is_late and is_below and line[:1] not in {" ", "\t"} else [line]
    if _REFERENCE.match(line) or line.startswith("<<<<<<<"):
        return ["\\" + line.lstrip()]
    label = parse_bold_label(line)
    if label is None:
        label = parse_plain_label(line)
        if label is not None and not pattern_key(label.text):
            label = None
    if label is None:
        return [line]
    name = " ".join(re.sub(r"[*_]+", "", label.text).split())
    return [f"*{name}:* {label.value}".rstrip()] if name else [label.value]


def _as_title(text: str) -> list[str]:
    title = " ".join(re.sub(r"[*_]+", "", plain(text)).split())
    return ["", f"*{title}*", ""] if title else []


def _fenced(text: str) -> str:
    longest = max((len(run) for run in re.findall(r"`{3,}", text)), default=2)
    fence = "`" * (longest + 1)
    return f"{fence}markdown\n{fold_text(text)}\n{fence}"


def write_note(found: Found, title: str, came_from: Origin, family: str, *, calm: bool) -> str:
    """Return `found` as the text of an experience; `calm` takes headings and labels from it."""
    header: dict[str, str | list[str]] = {"title": title}
    if found.date is not None:
        header["date"] = found.date.iso
    if found.project:
        header["project"] = one_line(found.project)
    tags = [tag for text in found.tags if (tag := one_line(text))]
    if tags:
        header["tags"] = list(dict.fromkeys(tags))
    return _page(header, found, title, came_from, family, calm=calm)


def write_list(found: Found, title: str, came_from: Origin, family: str, *, calm: bool) -> str:
    """Return `found` as the text of a checklist or of a workflow."""
    header: dict[str, str | list[str]] = {}
    if found.tags:
        header["tags"] = [tag for text in found.tags if (tag := one_line(text))]
    return _page(header, found, title, came_from, family, calm=calm)


def _page(
    header: dict[str, str | list[str]],
    found: Found,
    title: str,
    came_from: Origin,
    family: str,
    *,
    calm: bool,
) -> str:
    header["imported_from"] = provenance(came_from, found, family)
    if found.scores:
        header["stated_there"] = [
            f"{one_line(name)}: {one_line(words)}" for name, words in found.scores
        ]
    body = neutral(found.body) if calm else fold_text(found.body).replace("<!--", "&lt;!--")
    blocks = ["\n".join(header_lines(header)), f"# {title}"]
    return "\n\n".join([*blocks, *([body] if body else [])]) + "\n"
