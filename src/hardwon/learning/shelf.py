"""The books of a memory while a plan is made: texts that are edited and read again in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from hardwon.errors import ChangedOnDiskError
from hardwon.markup.book_edit import append_pattern
from hardwon.markup.edit import Edit, apply_edits
from hardwon.markup.pages import read_page
from hardwon.model.page import Page
from hardwon.model.pattern import Pattern
from hardwon.model.values import Dialect


class Shelf:
    """All books, each with the text and the page that it has at this point of the plan.

    Decisions are made on what the reader finds in the edited text, never on what the editor
    meant: so a plan made in one go ends where many small ones would. The reader sees a text
    with its credentials masked; edits are laid over the text as it is.

    Args:
        pages: Books as read from the disk.
        read_text: Gives the text of a book; called once for each book that is changed.
    """

    def __init__(self, pages: Iterable[Page], read_text: Callable[[str], str]) -> None:
        self._pages = {page.path: page for page in pages}
        self._read_text = read_text
        self._texts: dict[str, str] = {}
        self._originals: dict[str, str | None] = {}

    @property
    def patterns(self) -> Iterator[Pattern]:
        """Yield all patterns, by path and line."""
        return (p for path in sorted(self._pages) for p in self._pages[path].patterns)

    @property
    def changed(self) -> list[str]:
        """Return the paths of the books whose text differs from the disk's, sorted."""
        return sorted(path for path, old in self._originals.items() if self._texts[path] != old)

    def page(self, path: str) -> Page | None:
        """Return the book at `path` as it now reads, or None."""
        return self._pages.get(path)

    def text(self, path: str) -> str:
        """Return the text of the book at `path` as it now stands.

        Raises:
            ChangedOnDiskError: The file says something else than what was read from it.
        """
        if path not in self._texts:
            text = self._read_text(path)
            if read_page(text, path) != self._pages[path]:
                raise ChangedOnDiskError("changed on disk", path=path, hint="run the command again")
            self._texts[path] = self._originals[path] = text
        return self._texts[path]

    def original(self, path: str) -> str | None:
        """Return the text of a changed book as it was read; None for a new book."""
        return self._originals[path]

    def find(self, pattern: Pattern) -> Pattern:
        """Return `pattern` as its book now holds it."""
        page = self._pages[pattern.path]
        same = [p for p in page.patterns if p.name == pattern.name]
        if len(same) > 1:  # names clash: the place among its namesakes tells them apart
            return min(same, key=lambda p: abs(p.line - pattern.line))
        return same[0]

    def find_again(self, pattern: Pattern) -> Pattern | None:
        """Return `pattern` as its book now holds it; None when it is gone or more than it was."""
        page = self._pages[pattern.path]
        same = [p for p in page.patterns if p.name == pattern.name]
        return min(same, key=lambda p: abs(p.line - pattern.line)) if same else None

    def edit(self, path: str, edits: Sequence[Edit]) -> None:
        """Lay `edits` over the book at `path` and read it again."""
        if edits:
            self._put(path, apply_edits(self.text(path), edits))

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
        if path not in self._pages:
            self._texts[path] = empty
            self._originals[path] = None
            self._pages[path] = read_page(empty, path)
        page = self._pages[path]
        headed = [p for p in page.patterns if p.level > 0]
        level = headed[-1].level if headed else 2
        sections = sum(p.dialect is Dialect.SECTION for p in headed)
        dialect = Dialect.SECTION if sections * 2 > len(headed) else Dialect.BOLD
        text = self.text(path)
        known = page.patterns
        edit = append_pattern(text, page.patterns, totals_line(page, text), lines(level, dialect))
        self._put(path, apply_edits(text, [edit]))
        added = [p for p in self._pages[path].patterns if p.line > edit.span.start]
        return (
            added[0] if len(added) == 1 and len(self._pages[path].patterns) > len(known) else None
        )

    def restore(self, path: str, text: str | None) -> None:
        """Put the book at `path` back to `text`; None takes a book that was added away."""
        if text is None:
            for table in (self._pages, self._texts, self._originals):
                table.pop(path, None)
        else:
            self._put(path, text)

    def _put(self, path: str, text: str) -> None:
        self._texts[path] = text
        self._pages[path] = read_page(text, path)


def totals_line(page: Page, text: str) -> int:
    """Return the 1-based line at which the totals at the end of a book begin, or its end."""
    lines = [page.totals.last_updated_line, page.totals.total_line]
    lines += [line for _, _, line in page.totals.breakdown]
    lines += [step.span.start for step in page.totals.next_steps]
    known = [line for line in lines if line is not None]
    has_end = page.totals.total_line is not None or page.totals.breakdown
    return min(known) if known and has_end else text.count("\n") + 2
