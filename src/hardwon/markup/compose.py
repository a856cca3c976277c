"""A new experience as Markdown in the home format, such that reading it gives back each value.

What a plain spelling would change in reading (a title with emphasis, a lesson that begins as
a list does) is written in one that it survives: front matter, or a field of its own.
Nothing here needs the Markdown parser: capturing stays fast.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from hardwon.markup.labels import note_key, parse_bold_label, parse_plain_label
from hardwon.markup.text import fold, plain, strip_emoji
from hardwon.model.values import Outcome, PartialDate

# What may not stand in a line of text, whoever sends it: YAML refuses the last two.
_REFUSED = re.compile("[\ufeff\ufffe\uffff]")
# Beginnings that make something else than a paragraph of a list item.
_BLOCK = re.compile(
    r"[-+*](?:\s|$)|[-_*\s]+$|#{1,6}(?:\s|$)|\d{1,9}[.)](?:\s|$)"
    r"|>|<|`{3}|~{3}|\[.*\]:"
)
# Number signs that would close a heading rather than stand in it.
_CLOSING = re.compile(r"(?:^|\s)#+$")
# Beginnings by which a list item names a pattern, and by which it says something of one.
_NAMING = re.compile(
    r"(?:new|created|pattern|reinforced|updated|applied|used)\b[^:：]*[:：]", re.IGNORECASE
)
_REMARK = re.compile(r"related|(?:confidence|time saved|status)\s*[:：]", re.IGNORECASE)
_NOTHING = frozenset({"", "null", "none", "n a", "na", "nothing", "no patterns", "none yet", "tbd"})
_MAX_NAME_WORDS = 14

_PROMPTS = {
    "Learnings": "What would you tell yourself next time? One list item a lesson.",
    "Patterns Applied": "Names of patterns that were used here, one list item each.",
    "Context": "What were you working on?",
    "What happened": "What did you see, and what did you do?",
}


@dataclass(frozen=True, slots=True)
class Draft:
    """An experience that is not written yet.

    Attributes:
        title: One line, not empty.
        date: A full day of the years 1900 to 2099, those that are read.
        time_saved_minutes: Whole minutes that an applied pattern saved.
        lessons: Each one line.
        patterns: Names of patterns that were applied.
        context: Markdown, may be empty.
        body: What happened, as Markdown; may be empty.
    """

    title: str
    date: PartialDate
    project: str | None = None
    outcome: Outcome | None = None
    tags: tuple[str, ...] = ()
    time_saved_minutes: int | None = None
    lessons: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()
    context: str = ""
    body: str = ""


def fold_line(text: str) -> str:
    """Return `text` on one line, single spaces, without control characters and stray halves."""
    text = text.encode("utf-8", "replace").decode("utf-8")
    spaced = " ".join(text.split())
    kept = "".join(c for c in spaced if unicodedata.category(c) != "Cc")
    return " ".join(_REFUSED.sub("", kept).split())


def fold_value(text: str) -> str:
    """Return `text` as `fold_line`, an HTML comment in it made visible: fields end at one."""
    return fold_line(text).replace("<!--", "&lt;!--")


def fold_text(text: str) -> str:
    """Return Markdown `text` with newlines as line ends, without control characters."""
    text = text.encode("utf-8", "replace").decode("utf-8")
    text = text.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\ufeff")
    kept = "".join(c for c in text if c in "\n\t" or unicodedata.category(c) != "Cc")
    return re.sub(r"\A(?:[ \t]*\n)+", "", kept).rstrip()


def fold_tags(texts: Iterable[str]) -> tuple[str, ...]:
    """Return the distinct tags in `texts`, each one tag or several parted by commas."""
    tags = (tag.strip(" #`[]\"'") for text in texts for tag in fold_value(text).split(","))
    return tuple(dict.fromkeys(tag for tag in tags if tag))


def is_readable_name(name: str) -> bool:
    """Return whether a note can name the pattern `name` such that the same name is read."""
    from hardwon.markup.references import parse_related_name

    return parse_related_name(name) == name and fold(name) not in _NOTHING


@dataclass(frozen=True, slots=True)
class Spelled:
    """The parts of a note, each spelt such that reading it gives back its value.

    Attributes:
        header: Keys and values of the front matter.
        heading: The line of the title; "" where the title stands in the front matter alone.
        fields: Lines of bold fields.
        sections: Heading → text, in their order; empty texts too.
    """

    header: dict[str, str | list[str]] = field(default_factory=dict)
    heading: str = ""
    fields: list[str] = field(default_factory=list)
    sections: dict[str, str] = field(default_factory=dict)


def compose_experience(
    draft: Draft, *, prompts: bool = False, header: Mapping[str, str] | None = None
) -> str:
    """Return `draft` as the text of a note, lines ended by newlines.

    Lessons stand before the long texts, so that a fence left open in those hides nothing.

    Args:
        draft: Its single lines are folded as by `fold_line`, its texts as by `fold_text`.
        prompts: Whether empty sections are there too, each with a comment that asks for it.
        header: More keys and values of the front matter, which come first.
    """
    spelled = spell(draft)
    all_of_it = {**(header or {}), **spelled.header}
    blocks = ["\n".join(header_lines(all_of_it))] if all_of_it else []
    blocks += [spelled.heading] if spelled.heading else []
    blocks.append("\n".join(spelled.fields))
    for name, text in spelled.sections.items():
        if text:
            own_heading = name == "What happened" and re.match(r"#{1,6}\s", text)
            blocks += [text] if own_heading else [f"## {name}", text]
        elif prompts:
            blocks.append(_prompt(name))
    return "\n\n".join(blocks) + "\n"


def spell(draft: Draft) -> Spelled:
    """Return the parts of the note that `draft` becomes."""
    title = fold_line(draft.title)
    lessons = [line for text in draft.lessons if (line := fold_value(text))]
    listed = lessons if all(_is_lesson_item(line) for line in lessons) else []
    patterns = list(
        {fold(name): name for text in draft.patterns if (name := fold_value(text))}.values()
    )
    named = patterns if all(_is_name_item(name) for name in patterns) else []
    fields, header = _fields(draft, title)
    if not named and patterns:
        header["patterns"] = patterns
    # "# Lessons learned" would begin a section of that meaning.
    heading = f"# {title}" if not note_key(title) else ""
    if lessons and not listed:
        fields += [f"**Lesson:** {line}" for line in lessons]
    sections = {
        "Learnings": "\n".join(f"- {line}" for line in listed),
        "Patterns Applied": "\n".join(f"- {name}" for name in named),
        "Context": fold_text(draft.context),
        "What happened": fold_text(draft.body),
    }
    return Spelled(header, heading, fields, sections)


def strip_prompts(text: str) -> str:
    """Return `text` without its prompts, and without the sections that hold nothing else."""
    for name, prompt in _PROMPTS.items():
        text = re.sub(rf"\n{re.escape(_prompt(name))}\n(?=\s*(?:#|\Z))", "", text)
        text = re.sub(rf"<!-- {re.escape(prompt)} -->\n\n?", "", text)
    return text.rstrip() + "\n" if text.strip() else ""


def _prompt(name: str) -> str:
    return f"## {name}\n\n<!-- {_PROMPTS[name]} -->"


def _fields(draft: Draft, title: str) -> tuple[list[str], dict[str, str | list[str]]]:
    """Return the lines of the bold fields, and what must stand in front matter instead."""
    header: dict[str, str | list[str]] = {}
    fields = [f"**Date:** {draft.date.iso}"]
    if strip_emoji(plain(title)) != title or _CLOSING.search(title) or note_key(title):
        header["title"] = title
    values = {"Project": fold_value(draft.project or ""), "Tags": ", ".join(fold_tags(draft.tags))}
    for label, value in values.items():
        if value and plain(value) != value:
            header[label.lower()] = value
            values[label] = ""
    if values["Project"]:
        fields.append(f"**Project:** {values['Project']}")
    if draft.outcome is not None:
        fields.append(f"**Outcome:** {draft.outcome}")
    if draft.time_saved_minutes is not None:
        unit = "minute" if draft.time_saved_minutes == 1 else "minutes"
        fields.append(f"**Time saved:** {draft.time_saved_minutes} {unit}")
    if values["Tags"]:
        fields.append(f"**Tags:** {values['Tags']}")
    return fields, header


def header_lines(header: Mapping[str, str | Sequence[str]]) -> list[str]:
    """Return `header` as front matter with its fences: what is read of it is what it holds."""
    lines = ["---"]
    for key, value in header.items():
        if isinstance(value, str):
            lines.append(f"{key}: {_quote(value)}")
        else:
            lines += [f"{key}:", *(f"  - {_quote(item)}" for item in value)]
    return [*lines, "---"]


def _quote(text: str) -> str:
    """Return `text` as a string of JSON, which YAML reads alike."""
    return json.dumps(text, ensure_ascii=False)


def _is_item(text: str) -> bool:
    label = parse_bold_label(text) or parse_plain_label(text)
    is_field = label is not None and bool(note_key(label.text))
    return not (_BLOCK.match(text) or is_field or _NAMING.match(plain(text)))


def _is_lesson_item(text: str) -> bool:
    return bool(plain(text)) and _is_item(text)


def _is_name_item(name: str) -> bool:
    """Return whether `name` as a list item is read as this name, and not as a path or a remark."""
    words = name.split()
    return (
        is_readable_name(name)
        and _is_item(name)
        and plain(name) == name
        and not _REMARK.match(name)
        and len(words) <= _MAX_NAME_WORDS
        and "/" not in words[0]
        and not name.endswith(".md")
        and ".md#" not in name
    )
