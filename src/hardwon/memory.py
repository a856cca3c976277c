"""The library: what the commands do, as methods of one object."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from hardwon.files.folder import Folder, find_folder

if TYPE_CHECKING:
    from hardwon.actions.match import Matcher
    from hardwon.actions.meaning import Meaning
    from hardwon.model.change import ChangeSet
    from hardwon.model.finding import Finding
    from hardwon.model.hit import Hit
    from hardwon.model.match import Match
    from hardwon.model.plan import Ask, Plan
    from hardwon.model.review import Review
    from hardwon.model.snapshot import Snapshot
    from hardwon.model.statistics import Statistics


class Memory:
    """A memory folder.

    Every method reads the files as they are at that moment; only `note` and `apply` write.
    All raise `hardwon.errors.HardwonError` for what a file or a disk can cause.
    """

    def __init__(self, folder: Folder) -> None:
        self.folder = folder
        self._matcher: Matcher | None = None
        self._meaning: Meaning | None = None

    @classmethod
    def open(cls, root: Path | str) -> Memory:
        """Return the memory in the folder `root`; raises MemoryNotFoundError."""
        return cls(find_folder(Path.cwd(), str(root)))

    @classmethod
    def find(cls, start: Path) -> Memory:
        """Return the memory that `start` belongs to, walking up; raises MemoryNotFoundError."""
        return cls(find_folder(start))

    def read(self) -> Snapshot:
        """Return all patterns, experiences and workflows, and the files that were skipped."""
        from hardwon.actions.read import read_snapshot

        return read_snapshot(self.folder)

    def search(self, query: str, *, limit: int = 10) -> list[Hit]:
        """Return what answers `query`, best first; any text is a query."""
        from hardwon.actions.search import has_vectors, search

        if self._meaning is None and has_vectors(self.folder):
            from hardwon.actions.meaning import Meaning

            self._meaning = Meaning(self.folder)
        return list(search(self.folder, query, limit=limit, meaning=self._meaning).hits)

    def embed(self) -> int:
        """Compute the vectors that texts lack, so that `search` knows their meaning.

        Returns how many were computed; raises ModelError without the extra `semantic`.
        """
        from hardwon.actions.embed import embed_texts

        return embed_texts(self.folder)

    def match(self, *, title: str, text: str) -> Match:
        """Return where a note with this title and text belongs: a pattern, or new.

        Asking again is fast while no file changes.
        """
        if self._matcher is None:
            from hardwon.actions.match import Matcher

            self._matcher = Matcher(self.folder)
        return self._matcher.match(title, text)

    def note(
        self,
        *,
        title: str,
        date: dt.date | None = None,
        lesson: str | None = None,
        project: str | None = None,
        patterns: Iterable[str] = (),
        body: str = "",
    ) -> Path:
        """Write an experience and return its path; `date` is today where none is given.

        Credentials in any of its texts are masked in what is written.
        """
        from hardwon.actions.note import capture
        from hardwon.markup.compose import Draft
        from hardwon.model.values import PartialDate

        day = date or dt.datetime.now().astimezone().date()
        draft = Draft(
            title,
            PartialDate(day.year, day.month, day.day),
            project=project,
            lessons=(lesson,) if lesson else (),
            patterns=tuple(patterns),
            body=body,
        )
        return self.folder.root / capture(self.folder, draft).path

    def plan(self, *, eager: bool = False, ask: Ask | None = None) -> Plan:
        """Return the typed changes that `learn` would make; nothing is written.

        Args:
            eager: Whether every free-form note becomes a LOW pattern at once.
            ask: Told a note and what is proposed for it (an `Undecided`), it returns a `Reply`:
                the proposal that is right, those that are wrong, or neither. It may be asked the
                same more than once, and must reply the same. Without it undecided notes are
                listed in the plan.
        """
        from hardwon.actions.learn import plan_learning

        return plan_learning(self.folder, eager=eager, ask=ask)

    def apply(self, plan: Plan) -> None:
        """Make the changes of `plan`; raises ChangedOnDiskError where a file changed since."""
        from hardwon.actions.learn import apply_plan

        apply_plan(self.folder, plan)

    def review(self, changes: ChangeSet | str, *, checkout: Path | None = None) -> Review:
        """Return what the memory says of a change: findings, and a checklist.

        Args:
            changes: A unified diff, or what `hardwon.actions.changes` read.
            checkout: Folder of the working tree that the diff is of: whole files are read from
                it, and facts that one file does not show. Without it a diff is all there is.

        Raises `DiffError` for a diff that cannot be read.
        """
        from hardwon.actions.review import review_changes

        if isinstance(changes, str):
            from hardwon.actions.changes import read_diff

            data = changes.encode("utf-8", "surrogateescape")
            changes = read_diff(checkout or self.folder.root, data, "the diff", self.folder.root)
        return review_changes(self.folder, changes, checkout)

    def check(self, *, today: dt.date | None = None) -> list[Finding]:
        """Return what is wrong with the memory, by path and line."""
        from hardwon.actions.check import check_memory

        return list(check_memory(self.folder, today=today).findings)

    def stats(self, *, today: dt.date | None = None) -> Statistics:
        """Return counts, growth and next steps; `today` decides what is stale."""
        from hardwon.actions.stats import read_statistics

        day = today or dt.datetime.now().astimezone().date()
        return read_statistics(self.folder, day)[0]
