"""Found notes, checklists and workflows, each as a new file that reads back as found."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from hardwon.learning.adopt_notes import ForeignNotes
from hardwon.learning.adopt_patterns import domain_of, excess
from hardwon.markup.blocks import parse_document
from hardwon.markup.checklists import parse_checklist
from hardwon.markup.experiences import strip_date
from hardwon.markup.header import parse_header
from hardwon.markup.imported import (
    key_of,
    one_line,
    provenance_key,
    write_list,
    write_note,
)
from hardwon.markup.pages import parse_page
from hardwon.markup.text import fold, slugify, strip_emoji
from hardwon.model.adoption import Adopted, Fate, Reading
from hardwon.model.foreign import Found, FoundKind
from hardwon.model.page import Page, Role
from hardwon.model.snapshot import Snapshot

_MAX_SLUG = 60
_MAX_TITLE = 200
_FOLDERS = {
    FoundKind.CHECKLIST: "procedural/checklists",
    FoundKind.WORKFLOW: "procedural/workflows",
}


class FileAdopter:
    """Makes new files of found things.

    Args:
        snapshot: The memory.
        read_text: Gives the text that a page of it was read from.
        domain: Of experiences; None leaves that to what was found.

    Attributes:
        texts: Path and text of each new file.
        notes: The foreign notes that are in the memory by now.
    """

    def __init__(
        self, snapshot: Snapshot, read_text: Callable[[str], str], domain: str | None
    ) -> None:
        self.texts: dict[str, str] = {}
        self.notes = ForeignNotes()
        self._read_text = read_text
        self._domain = domain
        paths = [page.path for page in snapshot.pages]
        paths += [fault.path for fault in (*snapshot.skipped, *snapshot.links)]
        self._taken = {path.casefold() for path in paths}
        self._titled: dict[tuple[FoundKind, str], list[str]] = {}
        for page in snapshot.pages:
            for kind, title in _titles(page):
                self._titled.setdefault(_key(kind, title), []).append(page.path)

    def take(self, found: Found, reading: Reading) -> Adopted:
        """Return what becomes of a found note, checklist or workflow, and make its file."""
        result = Adopted(found.kind, found.title, found.line, Fate.REFUSED)
        too_long = excess(found)
        if too_long is not None:
            return replace(result, reason=too_long)
        title = " ".join(strip_emoji(one_line(found.title)).strip("# ").split())[:_MAX_TITLE]
        if not fold(title):
            return replace(result, reason="it has no title")
        if found.kind is FoundKind.EXPERIENCE and found.date is None:
            found = replace(found, date=reading.origin.added)
        same = self._find_same(found, title, reading)
        if same is not None:
            path, reason = same
            self._enter(found, reading, path, title)
            return replace(result, fate=Fate.KNOWN, path=path, name=title, reason=reason)
        path, is_taken = self._free_path(found, title)
        text = self._text(found, title, path, reading)
        if text is None:
            return replace(result, reason="it does not read back as found")
        self.texts[path] = text
        self._taken.add(path.casefold())
        self._titled.setdefault(_key(found.kind, title), []).append(path)
        self._enter(found, reading, path, title)
        fate, reason = Fate.WRITTEN, ""
        if is_taken:
            fate, reason = Fate.RENAMED, "another file has this name"
        return replace(result, fate=fate, path=path, name=title, reason=reason)

    def _enter(self, found: Found, reading: Reading, path: str, title: str) -> None:
        if found.kind is not FoundKind.EXPERIENCE or found.date is None:
            return
        notes = [one for one in _found_in(reading) if one.kind is FoundKind.EXPERIENCE]
        # Of a file with several notes its path does not say which.
        foreign = reading.origin.path if len(notes) == 1 else None
        self.notes.add(foreign, path, found.date, title)

    def _find_same(self, found: Found, title: str, reading: Reading) -> tuple[str, str] | None:
        """Return the path of a file that came from the same place or says the same, and which."""
        namesakes = self._titled.get(_key(found.kind, title), ())
        wanted = [
            _split(self._compose(found, title, reading, calm=calm))[1]
            for calm in ((False, True) if namesakes else ())
        ]
        for path in namesakes:
            header, body = _split(self.texts.get(path) or self._read_text(path))
            stated = next((x for x in header.split("\n") if x.startswith("imported_from:")), "")
            if provenance_key(stated) == key_of(reading.origin, found):
                return path, "was imported before"
            if body in wanted:
                return path, "is in the memory, word for word"
        return None

    def _free_path(self, found: Found, title: str) -> tuple[str, bool]:
        """Return a path that no file has, and whether another one has the first choice."""
        slug = slugify(title)
        if len(slug) > _MAX_SLUG:
            slug = slug[: _MAX_SLUG + 1].rsplit("-", 1)[0][:_MAX_SLUG]
        if found.kind is FoundKind.EXPERIENCE:
            day = f"{found.date.iso}-" if found.date is not None else ""
            stem = f"episodic/{domain_of(found, self._domain)}/{day}{slug}"
        else:
            stem = f"{_FOLDERS[found.kind]}/{slug}"
        path, number = f"{stem}.md", 1
        while path.casefold() in self._taken:
            number += 1
            path = f"{stem}-{number}.md"
        return path, number > 1

    def _compose(self, found: Found, title: str, reading: Reading, *, calm: bool) -> str:
        family = reading.foreign.family if reading.foreign else ""
        write = write_note if found.kind is FoundKind.EXPERIENCE else write_list
        return write(found, title, reading.origin, family, calm=calm)

    def _text(self, found: Found, title: str, path: str, reading: Reading) -> str | None:
        """Return the text of the new file; None where no spelling of it reads back."""
        reads_back = _is_note if found.kind is FoundKind.EXPERIENCE else _is_list
        spellings = (self._compose(found, title, reading, calm=calm) for calm in (False, True))
        return next((text for text in spellings if reads_back(text, path, found, title)), None)


def _found_in(reading: Reading) -> tuple[Found, ...]:
    return reading.foreign.found if reading.foreign is not None else ()


def _key(kind: FoundKind, title: str) -> tuple[FoundKind, str]:
    """Return what tells titles apart; the day at an end of a note's is not read as its title."""
    undated = strip_date(title) if kind is FoundKind.EXPERIENCE else ""
    return kind, fold(undated) or fold(title)


def _titles(page: Page) -> Iterator[tuple[FoundKind, str]]:
    for experience in page.experiences:
        yield FoundKind.EXPERIENCE, experience.title
    if page.checklist is not None:
        is_workflow = page.role is Role.WORKFLOW
        yield FoundKind.WORKFLOW if is_workflow else FoundKind.CHECKLIST, page.checklist.title


def _split(text: str) -> tuple[str, str]:
    """Return front matter and the rest of a file."""
    at = parse_header(text).lines
    lines = text.split("\n")
    return "\n".join(lines[:at]), "\n".join(lines[at:]).strip()


def _is_sound(page: Page) -> bool:
    return all(fault.code == "mojibake" for fault in page.faults)


def _is_note(text: str, path: str, found: Found, title: str) -> bool:
    page = parse_page(text, path)
    if not _is_sound(page) or len(page.experiences) != 1:
        return False
    note = page.experiences[0]
    same_title = _key(FoundKind.EXPERIENCE, note.title) == _key(FoundKind.EXPERIENCE, title)
    return same_title and found.date in {None, note.date}


def _is_list(text: str, path: str, found: Found, title: str) -> bool:
    page = parse_page(text, path)
    if not _is_sound(page) or page.checklist is None or fold(page.checklist.title) != fold(title):
        return False
    alone = parse_checklist(parse_document(found.body), path)
    return [item.text for item in page.checklist.items] == [item.text for item in alone.items]
