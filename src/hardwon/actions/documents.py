"""What search finds in a page: its patterns, experiences and checklists as documents."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from hardwon.index.write import Document
from hardwon.learning.words import identifier_parts
from hardwon.markup.text import fold, has_mojibake, repair_mojibake
from hardwon.model.experience import Experience
from hardwon.model.page import Checklist, Page, Role
from hardwon.model.pattern import Pattern

_WORD = re.compile(r"[^\W_]+")
_HUMP = re.compile(r"[a-z0-9][A-Z]|[A-Z][A-Z][a-z]")
_FENCE = re.compile(
    r"^[ \t]*(?P<fence>`{3,}|~{3,})[^\n]*\n(?P<code>.*?)(?:^[ \t]*(?P=fence)[^\n]*$|\Z)",
    re.DOTALL | re.MULTILINE,
)
# Terminals obey these; a note has no use for them.
_CONTROLS = dict.fromkeys(
    [n for n in (*range(0x20), *range(0x7F, 0xA0)) if chr(n) not in "\t\n\r"], " "
)


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
    code = [match["code"] for match in _FENCE.finditer(text)]
    return (_FENCE.sub("\n", text), "".join(code)) if code else (text, "")


def _clean(document: Document, path: str) -> Document:
    """Return `document` with legible texts, and all further words to find it by as labels."""
    texts = (document.title, document.lead, document.body, document.code)
    whole = "\n".join(texts)
    words = {
        " ".join(identifier_parts(word)) for word in _WORD.findall(whole) if _HUMP.search(word)
    }
    garbled = has_mojibake(whole)
    if garbled:
        words.update(word for word in set(whole.split()) if has_mojibake(word))
    title, lead, body, code = (
        (repair_mojibake(text) if garbled and has_mojibake(text) else text).translate(_CONTROLS)
        for text in texts
    )
    place = path.rsplit(".", 1)[0]
    return Document(
        document.kind,
        title,
        document.line,
        document.date,
        document.confidence,
        document.pattern,
        document.projects,
        _join([document.labels, place, " ".join(sorted(words))]).translate(_CONTROLS),
        lead,
        body,
        code,
    )
