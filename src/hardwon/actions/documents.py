"""What search finds in a page: its patterns, experiences and checklists as documents."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from hardwon.index.write import Document
from hardwon.learning.words import identifier_parts
from hardwon.markup.text import fold, has_mojibake, repair_mojibake

if TYPE_CHECKING:
    from hardwon.model.experience import Experience
    from hardwon.model.page import Checklist, Page, Role
    from hardwon.model.pattern import Pattern

_WORD = re.compile(r"[^\W_]+")
_FENCE = re.compile(r"\n[ \t]*(`{3,}|~{3,})[^\n]*")
# Terminals obey these; a note has no use for them.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
# The kind of each character: capitals of ASCII are A, small letters a, digits 1.
_KINDS = bytes.maketrans(
    b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789",
    b"A" * 26 + b"a" * 26 + b"1" * 10,
)
# The capital at which a word takes up another one: `fooBar`, `HTTPServer`.
_HUMP = re.compile(rb"A(?:(?<=[a1]A)|(?<=AA)(?=a))")


def documents_of(page: Page) -> Iterator[Document]:
    """Yield what can be found in `page`, in the order of its lines."""
    for pattern in page.patterns:
        yield _clean(_of_pattern(pattern), page.path)
    for experience in page.experiences:
        yield _clean(_of_experience(experience), page.path)
    if page.checklist is not None:
        yield _clean(_of_checklist(page.checklist, page.role), page.path)


def _of_pattern(pattern: Pattern) -> Document:
    items = (*pattern.examples, *pattern.repeated_examples, *pattern.counter_examples)
    return Document(
        kind="pattern",
        title=pattern.name,
        line=pattern.line,
        pattern=fold(pattern.name),
        labels=_join(pattern.tags, pattern.aliases, (r.name for r in pattern.related)),
        lead=_join([pattern.context, pattern.pattern]),
        body=_join(
            [pattern.why, pattern.detection],
            (item.text for item in items),
            (f"{field.label}: {_split_code(field.text)[0]}" for field in pattern.extra),
            (source.text for source in pattern.sources),
        ),
        code=_join(code.text for code in pattern.code),
    )


def _of_experience(experience: Experience) -> Document:
    prose, code = _split_code(experience.body)
    project = experience.project
    return Document(
        kind="experience",
        title=experience.title,
        line=experience.line,
        date=experience.date.iso if experience.date else None,
        projects=(fold(project),) if project else (),
        labels=_join(experience.tags, [project, experience.kind, experience.domain]),
        lead=_join([experience.context], (lesson.text for lesson in experience.lessons)),
        body=prose,
        code=code,
    )


def _of_checklist(checklist: Checklist, role: Role) -> Document:
    prose, code = _split_code(checklist.body)
    reinforced = checklist.last_reinforced
    return Document(
        kind=role.value,
        title=checklist.title,
        line=checklist.line,
        date=reinforced.iso if reinforced else None,
        confidence=checklist.confidence,
        pattern=fold(checklist.pattern) if checklist.pattern is not None else None,
        labels=_join(checklist.tags, [checklist.pattern, checklist.theme]),
        body=prose,
        code=code,
    )


def _join(*groups: Iterable[str | None]) -> str:
    return "\n".join(text for group in groups for text in group if text)


def _split_code(text: str) -> tuple[str, str]:
    """Return the prose and the fenced code of Markdown."""
    if "```" not in text and "~~~" not in text:
        return text, ""
    prose: list[str] = []
    code: list[str] = []
    place, fence = 0, ""  # where the current part begins; what opened it, "" for prose
    for line in _FENCE.finditer("\n" + text):
        start, end = line.start(), line.end() - 1  # of the line in `text`
        if fence:
            if line[1].startswith(fence):
                code.append(text[place:start])
                place, fence = end, ""
        elif end < len(text):
            prose.append(text[place:start])
            place, fence = end + 1, line[1]
    (code if fence else prose).append(text[place:])
    if fence:
        prose.append("")
    return "\n".join(prose), "".join(code)


def _clean(document: Document, path: str) -> Document:
    """Return `document` with legible texts, and all further words to find it by as labels."""
    texts = [document.title, document.lead, document.body, document.code]
    whole = "\n".join(texts)
    words = {" ".join(identifier_parts(word)) for word in set(_identifiers(whole))}
    if has_mojibake(whole):
        words.update(word for word in set(whole.split()) if has_mojibake(word))
        texts = [repair_mojibake(text) if has_mojibake(text) else text for text in texts]
    texts.append(_join([document.labels, path.rsplit(".", 1)[0], " ".join(sorted(words))]))
    title, lead, body, code, labels = (_CONTROL.sub(" ", text) for text in texts)
    return Document(
        document.kind,
        title,
        document.line,
        document.date,
        document.confidence,
        document.pattern,
        document.projects,
        labels,
        lead,
        body,
        code,
    )


def _identifiers(text: str) -> Iterator[str]:
    """Yield the words of `text` that are written as several in one."""
    kinds = text.encode("ascii", "replace").translate(_KINDS)  # a byte for each character
    end = 0
    for hump in _HUMP.finditer(kinds):
        start = hump.start()
        if start < end:
            continue  # another one of the same word
        while start > end and text[start - 1].isalnum():
            start -= 1
        word = _WORD.match(text, start)
        if word is not None:
            end = word.end()
            yield word[0]
