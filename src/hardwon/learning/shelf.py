"""The books of a memory while a plan is made: texts that are edited and read again in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from hardwon.markup.book_edit import append_pattern, insert_behind
from hardwon.markup.edit import Edit, apply_edits
from hardwon.markup.pages import read_page
from hardwon.markup.parted import PartedBook, part_book
from hardwon.markup.pattern_edit import PatternEditor
from hardwon.model.page import Page, Totals
from hardwon.model.pattern import Pattern
from hardwon.model.values import Dialect


@dataclass(frozen=True, slots=True)
class _Whole:
    """A book that is read whole after each edit."""

    text: str
    page: Page

    @property
    def patterns(self) -> Sequence[Pattern]:
        return self.page.patterns

    @property
    def totals(self) -> Totals:
        return self.page.totals

    def find(self, name: str) -> list[Pattern]:
        return [pattern for pattern in self.page.patterns if pattern.name == name]


@dataclass(frozen=True, slots=True)
class Reading:
    """A book as it stands at one point of the plan.

    Attributes:
        book: Its text and what that reads as.
        whole: The reading of the whole book from which this one comes, edit by edit; between
            two of one origin nothing differs but the patterns that were edited.
    """

    book: PartedBook | _Whole
    whole: Page

    @property
    def patterns(self) -> Iterable[Pattern]:
        """Return its patterns, in order."""
        return self.book.patterns

    def others(self, but: Pattern | None) -> Iterator[Pattern]:
        """Yield its patterns, in order, without `but`; None for all of them."""
        for pattern in self.patterns:
            if but is None or (pattern.name, pattern.line) != (but.name, but.line):
                yield pattern


def others_stay(
    before: Reading | None,
    old: Pattern | None,
    after: Reading,
    now: Pattern,
    says: Callable[[Pattern], object],
) -> bool:
    """Return whether all patterns of a book but one are as they were.

    Args:
        before: The book as it was; None for a new one, which held no patterns.
        old: The one pattern in it; None where it was not there.
        after: The book as it is.
        now: The one pattern in it.
        says: What of a pattern must be as it was.
    """
    if before is None:
        return not any(after.others(now))
    if before.whole is after.whole:
        return True  # no other pattern was read again
    return [*map(says, before.others(old))] == [*map(says, after.others(now))]


class Shelf:
    """All books, each with the text and the page that it has at this point of the plan.

    Decisions are made on what the reader finds in the edited text, never on what the editor
    meant: so a plan made in one go ends where many small ones would. Of a book whose patterns
    read alone only the edited one is read again. The reader sees a text with its credentials
    masked; edits are laid over the text as it is.

    Args:
        pages: Books as read from the disk.
        read_text: Gives the text that a book was read from; called once for each book that is
            changed.
    """

    def __init__(self, pages: Iterable[Page], read_text: Callable[[str], str]) -> None:
        self._pages = {page.path: page for page in pages}
        self._read_text = read_text
        self._open: dict[str, Reading] = {}
        self._originals: dict[str, str | None] = {}

    @property
    def patterns(self) -> Iterator[Pattern]:
        """Yield all patterns, by path and line."""
        for path in sorted({*self._pages, *self._open}):
            yield from self.patterns_of(path)

    @property
    def changed(self) -> list[str]:
        """Return the paths of the books whose text differs from the disk's, sorted."""
        return sorted(path for path, old in self._originals.items() if self.text(path) != old)

    def has(self, path: str) -> bool:
        """Return whether there is a book at `path`."""
        return path in self._open or path in self._pages

    def patterns_of(self, path: str) -> Iterable[Pattern]:
        """Return the patterns of the book at `path` as it now reads; none where there is none."""
        if path in self._open:
            now = self._open[path]
            if isinstance(now.book, PartedBook):
                now = self._open[path] = Reading(now.book.placed(), now.whole)
            return now.patterns
        return self._pages[path].patterns if path in self._pages else ()

    def totals_of(self, path: str) -> Totals:
        """Return the totals of the book at `path` as it now reads."""
        return self._open[path].book.totals if path in self._open else self._pages[path].totals

    def text(self, path: str) -> str:
        """Return the text of the book at `path` as it now stands."""
        return self.reading(path).book.text

    def original(self, path: str) -> str | None:
        """Return the text of a changed book as it was read; None for a new book."""
        return self._originals[path]

    def find(self, pattern: Pattern) -> Pattern:
        """Return `pattern` as its book now holds it."""
        same = self._namesakes(pattern)
        if len(same) > 1:  # names clash: the place among its namesakes tells them apart
            return min(same, key=lambda p: abs(p.line - pattern.line))
        return same[0]

    def find_again(self, pattern: Pattern) -> Pattern | None:
        """Return `pattern` as its book now holds it; None when it is gone or more than it was."""
        same = self._namesakes(pattern)
        return min(same, key=lambda p: abs(p.line - pattern.line)) if same else None

    def _namesakes(self, pattern: Pattern) -> list[Pattern]:
        if pattern.path in self._open:
            return self._open[pattern.path].book.find(pattern.name)
        return [p for p in self._pages[pattern.path].patterns if p.name == pattern.name]

    def editor(self, pattern: Pattern) -> PatternEditor:
        """Return an editor of `pattern`, which is as its book now holds it."""
        book = self.reading(pattern.path).book
        if isinstance(book, _Whole):
            return PatternEditor(book.text, pattern)
        lines, first = book.lines_of(pattern)
        return PatternEditor(lines, pattern, first=first)

    def edit(self, path: str, edits: Sequence[Edit]) -> None:
        """Lay `edits` over the book at `path` and read what they change again."""
        if not edits:
            return
        now = self.reading(path)
        if isinstance(now.book, PartedBook):
            edited = now.book.edited(edits) or now.book.with_totals(edits)
            if edited is not None:
                self._open[path] = Reading(edited, now.whole)
                return
        self._put(path, apply_edits(now.book.text, edits))

    def add(
        self, path: str, empty: str, lines: Callable[[int, Dialect], list[str]]
    ) -> Pattern | None:
        """Add a pattern behind the last one of a book, and return it as it reads there.

        None when it does not read back: the book ends inside a fence or a comment.

        Args:
            path: The book; it is made from `empty` when it is missing.
            empty: Text of a new book.
            lines: Gives the pattern's lines for the heading level and the dialect in use there.
        """
        if not self.has(path):
            self._originals[path] = None
            self._put(path, empty)
        now = self.reading(path)
        if isinstance(now.book, PartedBook):
            added = _append(now.book, lines)
            if added is not None:
                self._open[path] = Reading(added, now.whole)
                return added.last
        text, page = now.book.text, now.book.page
        headed = [p.dialect for p in page.patterns if p.level > 0]
        level = next((p.level for p in reversed(page.patterns) if p.level > 0), 2)
        new = lines(level, _dialect_of(headed))
        edit = append_pattern(text, page.patterns, totals_line(page, text), new)
        self._put(path, apply_edits(text, [edit]))
        after = self._open[path].book.page
        behind = [p for p in after.patterns if p.line > edit.span.start]
        is_added = len(behind) == 1 and len(after.patterns) > len(page.patterns)
        return behind[0] if is_added else None

    def reading(self, path: str) -> Reading:
        """Return the book at `path` as it now stands, to go back to by `restore`."""
        if path not in self._open:
            text = self._read_text(path)
            self._originals[path] = text
            page = self._pages[path]
            self._open[path] = Reading(part_book(page, text) or _Whole(text, page), page)
        return self._open[path]

    def restore(self, path: str, before: Reading | None) -> None:
        """Put the book at `path` back to what it was; None takes a book that was added away."""
        if before is None:
            for table in (self._open, self._originals):
                table.pop(path, None)
        else:
            self._open[path] = before

    def _put(self, path: str, text: str) -> None:
        page = read_page(text, path)
        self._open[path] = Reading(part_book(page, text) or _Whole(text, page), page)


def _append(book: PartedBook, lines: Callable[[int, Dialect], list[str]]) -> PartedBook | None:
    last = book.last
    new = lines(last.level, _dialect_of(book.dialects))
    near, first = book.lines_of(last)
    at = last.span.end - first
    return book.appended(insert_behind(last.span.end, book.ends(), near[at : at + 3], new))


def _dialect_of(known: Sequence[Dialect]) -> Dialect:
    """Return the dialect of most headed patterns of a book, as new ones are written in it."""
    return Dialect.SECTION if known.count(Dialect.SECTION) * 2 > len(known) else Dialect.BOLD


def totals_line(page: Page, text: str) -> int:
    """Return the 1-based line at which the totals at the end of a book begin, or its end."""
    lines = [page.totals.last_updated_line, page.totals.total_line]
    lines += [line for _, _, line in page.totals.breakdown]
    lines += [step.span.start for step in page.totals.next_steps]
    known = [line for line in lines if line is not None]
    has_end = page.totals.total_line is not None or page.totals.breakdown
    return min(known) if known and has_end else text.count("\n") + 2
