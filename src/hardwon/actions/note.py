"""Capturing: what happened becomes a new file of the memory, and no other file changes."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from hardwon.errors import HardwonError
from hardwon.files.folder import Folder
from hardwon.files.gate import inside
from hardwon.files.write import write_note, writing
from hardwon.markup.compose import Draft, compose_experience, fold_text, fold_value
from hardwon.markup.secrets import find_secrets, hide, mask_secrets
from hardwon.markup.text import slugify
from hardwon.model.secret import Secret
from hardwon.model.values import PartialDate

if TYPE_CHECKING:
    from hardwon.files.commits import Commit

# Room for the date and a number in names that stay readable in a listing.
_MAX_SLUG = 60
_DRAFTS = "drafts"
# More paths than this say that the commit was large, not what it was about.
_MAX_FILES = 40


@dataclass(frozen=True, slots=True)
class Named:
    """A pattern that a note applies.

    Attributes:
        name: As it is written into the note.
        known: Whether the memory holds it.
    """

    name: str
    known: bool


def name_patterns(folder: Folder, names: Iterable[str]) -> list[Named]:
    """Return how the note shall name each of `names`, in their order.

    Raises:
        HardwonError: A name may mean several patterns.
        SettingsError: `hardwon.toml` cannot be used.
    """
    wanted = [name for text in names if (name := fold_value(text))]
    if not wanted:
        return []
    from hardwon.actions.read import read_snapshot
    from hardwon.files.settings import read_settings
    from hardwon.learning.names import Names
    from hardwon.markup.compose import is_readable_name

    score = read_settings(folder).matching.name_score
    known = Names(read_snapshot(folder).patterns, score)
    named = []
    for name in wanted:
        found = known.resolve(name)
        if found.ambiguous:
            places = [
                f"{c.pattern.name} ({c.pattern.path}:{c.pattern.line})" for c in found.candidates
            ]
            raise HardwonError(
                f"the pattern {name!r} may be any of:\n    " + "\n    ".join(places),
                hint="give the full name of one of them",
            )
        if found.pattern is None:
            named.append(Named(name, known=False))
            continue
        own = found.pattern.name
        named.append(Named(own if is_readable_name(own) else found.pattern.slug, known=True))
    return named


@dataclass(frozen=True, slots=True)
class Written:
    """A note that was written.

    Attributes:
        path: Relative to the memory folder.
        title: As it was written.
        date: The day on which it happened.
        masked: The credentials that were given, with their places in the note; it holds none.
    """

    path: str
    title: str
    date: PartialDate
    masked: tuple[Secret, ...] = ()


def capture(folder: Folder, draft: Draft, *, domain: str = "code") -> Written:
    """Write `draft` as a new note, credentials in it masked.

    Raises:
        HardwonError: The domain is no folder name, or the disk refuses.
    """
    text = compose_experience(draft)
    return write_experience(folder, text, title=draft.title, date=draft.date, domain=domain)


def write_experience(
    folder: Folder, text: str, *, title: str, date: PartialDate, domain: str = "code",
    once: bool = False,
) -> Written:  # fmt: skip
    """Write `text` as a new note named after `date` and `title`.

    A name that is taken gets a number: nothing is overwritten. Credentials are masked in text
    and title before anything is written.

    Args:
        folder: The memory folder.
        text: Of the note.
        title: Its title.
        date: A full day.
        domain: Folder below `episodic/`.
        once: Whether a note of this name and text, where there is one, is the one.

    Raises:
        OutsideMemoryError: The domain is a link, or no name that every system can hold.
        HardwonError: It is no folder name, or the disk refuses.
    """
    parent = f"episodic/{check_domain(domain)}"
    inside(folder.root, parent)
    masked = find_secrets(text)
    title = _masked_title(title, text, masked)
    text = hide(text, masked)
    with writing(folder):
        data = text.encode("utf-8")
        *taken, free = find_paths(folder, parent, title, date)
        same = (path for path in taken if once and folder.read_bytes(path) == data)
        path = next(same, free)
        if path == free:
            write_note(folder, path, data, old=None)
    return Written(path, title, date, masked)


def find_paths(folder: Folder, parent: str, title: str, date: PartialDate) -> list[str]:
    """Return the paths in the folder `parent` that `date` and `title` name, numbers behind them.

    The last of them is free, the others are taken.
    """
    stem = f"{parent}/{date.iso}-{_slug(title)}"
    paths = [f"{stem}.md"]
    while _is_taken(folder.root / paths[-1]):
        paths.append(f"{stem}-{len(paths) + 1}.md")
    return paths


def _slug(title: str) -> str:
    slug = slugify(title)
    return slug if len(slug) <= _MAX_SLUG else slug[: _MAX_SLUG + 1].rsplit("-", 1)[0][:_MAX_SLUG]


def _masked_title(title: str, text: str, masked: Iterable[Secret]) -> str:
    """Return `title` without the credentials that stand in it or, marked as such, in `text`."""
    for secret in masked:
        for start, end in secret.pieces:
            title = title.replace(text[start:end], secret.shown)
    return mask_secrets(title)


def _is_taken(file: Path) -> bool:
    return file.exists() or file.is_symlink()


def check_domain(domain: str) -> str:
    """Return `domain` if it can be the name of one folder that is read.

    Raises:
        HardwonError: It cannot.
    """
    bad = any(c in '/\\:*?"<>|' or unicodedata.category(c)[0] == "C" for c in domain)
    if bad or not domain.strip() or domain != domain.strip() or domain.startswith((".", "-")):
        raise HardwonError(
            f"the domain {domain!r} cannot be the name of a folder",
            expected="one name such as code, ops or design",
        )
    if domain == _DRAFTS:
        raise HardwonError(
            "the domain 'drafts' is the folder of drafts, from which nothing is learned",
            expected="one name such as code, ops or design",
        )
    return domain


def check_day(date: PartialDate) -> None:
    """Raise HardwonError where `date` lies outside the years that are read in a note."""
    if not 1900 <= date.year <= 2099:
        raise HardwonError(f"the date {date.iso} lies outside the years 1900 to 2099")


def read_draft(revision: str, directory: Path) -> Draft:
    """Return a draft of what the commit `revision` did, in the repository around `directory`.

    Raises:
        GitError: It names no single commit, or git refuses.
    """
    from hardwon.files.commits import read_commit

    commit = read_commit(revision, directory)
    date = PartialDate(commit.date.year, commit.date.month, commit.date.day)
    return Draft(commit.subject, date, project=commit.repository, body=_describe(commit))


def _describe(commit: Commit) -> str:
    listed = [f"- `{fold_value(path)}`" for path in commit.files[:_MAX_FILES]]
    if len(commit.files) > _MAX_FILES:
        listed.append(f"- and {len(commit.files) - _MAX_FILES} more")
    changed = f"Commit `{commit.id[:12]}` changed" + (":" if listed else " no file.")
    return "\n\n".join(
        part for part in (fold_text(commit.body), changed, "\n".join(listed)) if part
    )
