"""Texts that learning writes: an example's line, a new pattern, a new book."""

from __future__ import annotations

import re
from collections.abc import Sequence

from hardwon.markup.labels import note_key, parse_bold_label, parse_plain_label, pattern_key
from hardwon.markup.pattern_values import BY_TEXT, is_placeholder, source_text
from hardwon.markup.patterns import parse_name
from hardwon.markup.text import counted, escape_html, fold, plain
from hardwon.model.experience import Experience
from hardwon.model.pattern import Pattern
from hardwon.model.values import Confidence, Dialect

DEFAULT_BOOK = "semantic/patterns/dev-patterns.md"

_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z`\"'(])")
_MAX_NAME = 80
_MAX_QUOTE = 600
_MAX_OUTCOME = 100


def book_path(domain: str) -> str:
    """Return the book in which patterns of `domain` (a folder below `episodic/`) are kept."""
    return DEFAULT_BOOK if domain == "code" else f"semantic/patterns/{domain}-patterns.md"


def new_book(path: str) -> str:
    """Return the text of a book without patterns."""
    stem = path.rsplit("/", 1)[-1].removesuffix(".md").removesuffix("-patterns")
    title = "Development" if stem == "dev" else stem.replace("-", " ").capitalize()
    return f"# {title} Patterns\n"


def example_text(experience: Experience, number: int = 1) -> str:
    """Return how `experience` is listed as an example: `Project - Title (date) - outcome`.

    A second note of the same title, project and day gets a `number`, to be told apart.
    """
    # A dash inside the title would read as the end of a project's name.
    title = _one_line(experience.title).replace(" - ", " – ")
    if number > 1:
        title += f" [{number}]"
    text = f"{_one_line(experience.project)} - {title}" if experience.project else title
    if experience.date is not None:
        text += f" ({experience.date.iso})"
    outcome = _one_line(experience.outcome_text or "")
    if not outcome or len(outcome) > _MAX_OUTCOME:
        outcome = str(experience.outcome or "")
    return _as_paragraph(escape_html(f"{text} - {outcome}" if outcome else text))


def lesson_name(experience: Experience) -> str:
    """Return the name of the pattern that a note's lesson makes.

    That is the lesson itself where it is one short sentence, else the note's title; "" where
    neither is a name.
    """
    if len(experience.lessons) == 1:
        sentence = _SENTENCE.split(plain(experience.lessons[0].text), maxsplit=1)[0]
        name = clean_name(sentence.rstrip(".!"))
        if len(name.split()) >= 2 and len(name) <= _MAX_NAME:
            return name
    # A collection titled "Lessons" says nothing that could name a pattern.
    return "" if note_key(experience.title) else clean_name(experience.title)


def clean_name(text: str) -> str:
    """Return `text` as the reader gives it back when it is a pattern's heading; "" when none."""
    name: str | None = escape_html(plain(text).replace("\n", " ").strip("# "))
    for _ in range(3):
        again = parse_name(name, 1)[0] if name else None
        if again == name:
            break
        name = again
    # "Examples" or "Confidence: HIGH" as a heading would read as a field.
    is_field = name and (pattern_key(name) or pattern_key(name.partition(":")[0]))
    return "" if is_field else name or ""


def pattern_lines(
    name: str,
    experiences: Sequence[Experience],
    confidence: Confidence,
    level: int,
    dialect: Dialect,
    *,
    by_text: bool = False,
) -> list[str]:
    """Return the lines of a new pattern, without a blank line behind it.

    Args:
        name: As `clean_name` gives it.
        experiences: The notes that it comes from, oldest first; the first one words it.
        confidence: What they justify.
        level: Depth of its heading.
        dialect: BOLD or SECTION, as its neighbours are written.
        by_text: Whether only the likeness of their texts brought the notes together.
    """
    first = experiences[0]
    mark = f" {BY_TEXT}" if by_text else ""
    dates = [e.date for e in experiences if e.date is not None]
    count = len(experiences)
    fields: list[tuple[str, list[str]]] = []
    scalars = [
        ("Confidence", str(confidence)),
        ("Based on", counted(count, "example")),
    ]
    if dates:
        scalars.append(("Last reinforced", max(dates, key=lambda d: (d.first_day, d.iso)).iso))
    saved = next((e.time_saved_minutes for e in experiences if e.time_saved_minutes), None)
    if saved:
        scalars.append(("Time saved per use", f"~{saved} minutes"))
    context = quote(first.context)
    if context:
        fields.append(("Context", context))
    fields.append(("Pattern", _guidance(first)))
    why = quote(first.root_cause)
    if why:
        fields.append(("Why it works", why))
    fields.append(
        ("Examples", [f"{n}. {example_text(e)}" for n, e in enumerate(experiences, start=1)])
    )
    tags = list(dict.fromkeys(tag for e in experiences for tag in e.tags))
    if tags:
        fields.append(("Tags", [", ".join(tags)]))
    fields.append(
        ("Source experiences", [f"- {source_text(f'memory/{e.key}')}{mark}" for e in experiences])
    )
    return _laid_out(name, scalars, fields, level, dialect)


def _laid_out(
    name: str,
    scalars: list[tuple[str, str]],
    fields: list[tuple[str, list[str]]],
    level: int,
    dialect: Dialect,
) -> list[str]:
    lines = [f"{'#' * level} {name}", ""]
    if dialect is Dialect.SECTION:
        sub = "#" * min(level + 1, 6)
        words = {"Confidence": "Level", "Time saved per use": "Estimated"}
        head = [f"- **{words.get(label, label)}:** {value}" for label, value in scalars]
        timing = [line for line in head if "Estimated" in line]
        head = [line for line in head if line not in timing]
        sections = [*fields[:-1], ("Confidence", head)]
        sections += [("Time Savings", timing)] if timing else []
        for label, text in [*sections, ("Sources", fields[-1][1])]:
            lines += [f"{sub} {label}", "", *text, ""]
        return lines[:-1]
    lines += [f"**{label}:** {value}" for label, value in scalars]
    for label, text in fields:
        single = label == "Tags"
        lines += ["", f"**{label}:** {text[0]}"] if single else ["", f"**{label}:**", *text]
    return lines


def is_made_from(pattern: Pattern, experience: Experience) -> bool:
    """Return whether `pattern` still says what learning wrote when it made it of a note."""
    return fold(pattern.pattern or "") == fold("\n".join(_guidance(experience)))


def _guidance(experience: Experience) -> list[str]:
    texts = [lesson.text for lesson in experience.lessons if not is_placeholder(lesson.text)]
    lessons = [_as_paragraph(text) for text in texts]
    if len(lessons) == 1:
        return lessons
    if lessons:
        return [f"- {lesson}" for lesson in lessons]
    return (
        quote(experience.solution)
        or quote(_prose(experience.body))
        or [f"From the note “{escape_html(_one_line(experience.title))}”."]
    )


def _prose(body: str) -> str:
    """Return the body of a note without its own fields and its list of patterns."""
    lines = []
    skipping = False
    for line in body.split("\n"):
        if line.startswith("#"):
            skipping = note_key(line.strip("# ")) == "patterns"
        label = parse_bold_label(line) or parse_plain_label(line)
        if not skipping and (label is None or not note_key(label.text)):
            lines.append(line)
    return "\n".join(lines)


def quote(markdown: str | None) -> list[str]:
    """Return the first paragraph or list of `markdown`, made safe to stand inside a pattern.

    Headings, fences, rules and comments are left out, and no line reads as a field.
    """
    if not markdown:
        return []
    lines: list[str] = []
    fence = ""
    for line in re.sub(r"<!--.*?(?:-->|\Z)", "", markdown, flags=re.DOTALL).split("\n"):
        stripped = line.strip()
        mark = re.match(r"^(`{3,}|~{3,})", stripped)
        if fence or mark:
            if mark and (not fence or stripped.startswith(fence)):
                fence = "" if fence else mark[1]
            continue
        if not stripped or re.match(r"^(?:#{1,6}\s|>|\||[-=*_]{3,}\s*$|<)", stripped):
            if lines:
                break
            continue
        item = re.match(r"^(?:[-*+]|\d+[.)])\s+", stripped)
        lines.append(stripped if item else _as_paragraph(stripped))
    cut: list[str] = []
    for line in lines:
        room = _MAX_QUOTE - sum(map(len, cut))
        if len(line) > room:
            if room > _MAX_QUOTE // 4:
                cut.append(line[:room].rsplit(" ", 1)[0] + " …")
            break
        cut.append(line)
    return [] if is_placeholder("\n".join(cut)) else cut


def _as_paragraph(text: str) -> str:
    """Return one line of prose that no reader takes for a field, a heading or a list."""
    text = " ".join(text.split())
    label = parse_bold_label(text)
    if label is None:
        unadorned = parse_plain_label(text)
        if unadorned is not None and (pattern_key(unadorned.text) or note_key(unadorned.text)):
            label = unadorned
    if label is not None:
        text = f"{label.text.rstrip(':')} – {label.value}" if label.value else label.text
    if re.match(r"^(?:#{1,6}\s|>|[-*+]\s|\d+[.)]\s|\||<|[-=*_~`]{3,})", text):
        text = "\\" + text
    return text


def _one_line(text: str) -> str:
    return " ".join(plain(text).split())
