"""A review as Markdown, for a comment on a pull request or the summary of a job.

File names, lines of code and texts of notes are somebody's words, and a comment obeys some of
them: HTML, links, mentions that send mail, references that leave traces elsewhere. They stand in
code spans, where GitHub and GitLab look for none of that, or are escaped.
"""

from __future__ import annotations

import re

from hardwon.model.review import Finding, Item, ItemKind, Review, Status
from hardwon.render.review.bounded import Section, join_sections
from hardwon.render.review.words import (
    HEADINGS,
    by_kind,
    followed,
    is_pattern,
    masked,
    place,
    plain_line,
    show_command,
    standing,
    summary,
)

COMMENT = 65_536
"""Characters that a comment on GitHub may have. GitLab's may have more."""

SUMMARY = 1_048_576
"""Bytes that the summary of a step may have on GitHub (1 MiB); beyond it, nothing is shown."""

_EVIDENCE, _TEXT, _NAME, _PATH = 300, 1_000, 200, 500
_CAUSES = 3
_BREAK = "\\\n"  # breaks a line where a plain line end would not
# Between a sign and what it would name: not seen, and not part of any name.
_APART = "&#8203;"
# What opens markup within a line; none of it can stand at the beginning of one.
_SIGNS = re.compile(r"[\\`*_\[\]#|<>~&$]")
# What sites make links and references of, without any markup: @name, #12, !12, GH-12, www.
_REFERENCE = re.compile(r"@|[#!&%$~^](?=[\w\"])|://|\b[gG][hH](?=-\d)|\b[wW]{3}(?=\.)")
_CODE = re.compile(r"`([^`]+)`")
_TICKS = re.compile("`+")


def review_markdown(review: Review, limit: int = COMMENT) -> str:
    """Return the review as Markdown of at most `limit` characters, findings first.

    What does not fit is left out and counted in a sentence at the end.

    Raises:
        ValueError: `limit` is too small for title and sentence; 4,000 is not.
    """
    return join_sections(*_parts(review), limit, _left_out)


def review_summary(review: Review) -> str:
    """Return the same for the summary of a job on GitHub, within its limit in bytes."""
    return join_sections(*_parts(review), SUMMARY, _left_out, lambda text: len(text.encode()))


def _parts(review: Review) -> tuple[str, list[Section], str]:
    review = masked(review)
    head = f"## Review against what was learned\n\n{_sentence(review)}\n"
    sections = [Section("\n### Findings\n\n", [_finding(f) for f in review.violations], "finding")]
    for kind, items in by_kind(review.checklist):
        blocks = [_item(item) for item in items]
        sections.append(Section(f"\n### {HEADINGS[kind]}\n\n", blocks, "checklist item"))
    sections += [
        Section(
            "\n### Followed\n\n", [_followed(one) for one in followed(review)], "followed pattern"
        ),
        Section(
            "\n### Not looked at\n\n",
            [f"- {code(f.path, _PATH)}: {prose(f.message)}\n" for f in review.unread],
            "unread file",
        ),
        Section(
            "\n### Detectors not used\n\n",
            [
                f"- {code(place(f.path, f.line), _PATH)}: {prose(f.message)}\n"
                for f in review.faults
            ],
            "fault",
        ),
    ]
    return head, sections, ""


def _sentence(review: Review) -> str:
    text = prose(summary(review))
    return f"{text[:1].upper()}{text[1:]}."


def _finding(finding: Finding) -> str:
    lines = [
        f"- **{prose(finding.pattern, _NAME)}** ({standing(finding.confidence)}) in "
        f"{code(place(finding.path, finding.line), _PATH)}: {prose(finding.message)}"
    ]
    if finding.evidence.strip():
        lines.append(f"  {code(finding.evidence, _EVIDENCE)}")
    if is_pattern(finding):
        lines.append(f"  More: {code(show_command(finding.pattern), _NAME)}")
    return _BREAK.join(lines) + "\n"


def _followed(finding: Finding) -> str:
    where = code(place(finding.path, finding.line), _PATH)
    # A name at the beginning could open a list of its own.
    return f"- **{prose(finding.pattern, _NAME)}** ({standing(finding.confidence)}) in {where}\n"


def _item(item: Item) -> str:
    box = "[x]" if item.status is Status.FOLLOWED else "[ ]"
    name = "" if item.kind is ItemKind.BUILTIN else f"**{prose(item.pattern, _NAME)}**: "
    said = [
        f"{prose(cause.text, _EVIDENCE)} ({code(place(cause.path, cause.line), _PATH)})"
        for cause in item.causes[:_CAUSES]
    ]
    if len(item.causes) > _CAUSES:
        said.append(f"{len(item.causes) - _CAUSES} more")
    return f"- {box} {name}{prose(item.item)}{_BREAK}  Because: {'; '.join(said)}\n"


def _left_out(what: str) -> str:
    return (
        f"\nLeft out, to keep to the length that fits here: {what}. `hardwon review` prints all.\n"
    )


def code(text: str, most: int = _TEXT) -> str:
    """Return `text`, cut to `most` characters, as a code span on one line; "" for blanks.

    The span is closed by more backticks than stand together anywhere in it.
    """
    line = plain_line(text, most)
    if not line.strip():
        return ""
    ticks = "`" * (max((len(run) for run in _TICKS.findall(line)), default=0) + 1)
    # CommonMark takes away one blank at each end if both are there: these are for it.
    pad = " " if line[0] in "` " or line[-1] in "` " else ""
    return f"{ticks}{pad}{line}{pad}{ticks}"


def prose(text: str, most: int = _TEXT) -> str:
    """Return `text`, cut to `most` characters, as inline Markdown that shows what it says.

    Words in backticks become code. Everything else is escaped, and what a site would take for a
    mention, a reference or an address is parted by a character that is not seen.
    """
    line = plain_line(text, most)
    out: list[str] = []
    at = 0
    for span in _CODE.finditer(line):
        out += [_escaped(line[at : span.start()]), code(span[1])]
        at = span.end()
    return "".join([*out, _escaped(line[at:])])


def _escaped(text: str) -> str:
    out: list[str] = []
    at = 0
    for match in _REFERENCE.finditer(text):
        out += [_plain(text[at : match.start()]), _parted(match[0])]
        at = match.end()
    return "".join([*out, _plain(text[at:])])


def _parted(sign: str) -> str:
    return f":{_APART}//" if sign == "://" else _plain(sign) + _APART


def _plain(text: str) -> str:
    return _SIGNS.sub(lambda sign: f"\\{sign[0]}", text)
