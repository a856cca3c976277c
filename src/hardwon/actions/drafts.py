"""From what hooks captured to drafts, and from a draft to an experience."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from hardwon.actions.note import Written, find_paths, write_experience
from hardwon.errors import (
    HardwonError,
    MemoryNotFoundError,
    NameNotFoundError,
    OutsideMemoryError,
    UnreadableFileError,
)
from hardwon.files.folder import Folder, find_folder
from hardwon.files.gate import inside
from hardwon.files.sessions import read_transcript, read_work
from hardwon.files.spool import note_drafted, read_drafted, taking
from hardwon.files.write import remove_note, write_note, writing
from hardwon.markup.captures import join_sessions, parse_captures
from hardwon.markup.compose import Draft
from hardwon.markup.pages import DRAFTS, read_page
from hardwon.markup.session_draft import (
    complete_draft,
    draft_session,
    is_unedited,
    read_message,
    read_session,
)
from hardwon.markup.transcripts import parse_transcript
from hardwon.model.captured import CapturedSession, Transcript, WaitingDraft, Work
from hardwon.model.experience import Experience
from hardwon.model.values import PartialDate

# Git is asked four times for each: a spool that is full of sessions must not take minutes.
_MAX_SESSIONS = 100
# What a crash left aside, and what came since.
_ROUNDS = 2


@dataclass(frozen=True, slots=True)
class Collected:
    """What became of the spool.

    Attributes:
        drafts: Paths of the drafts that were made or brought up to date.
        junk: Lines that could not be read, and were dropped.
        left_out: Sessions that were dropped, being more than are drafted at once.
    """

    drafts: tuple[str, ...] = ()
    junk: int = 0
    left_out: int = 0


def collect_drafts(folder: Folder) -> Collected:
    """Turn what hooks captured into drafts in `episodic/drafts/`: one for each session.

    A later line of a session brings its draft up to date as long as nobody has edited it. One
    that somebody completed, moved or removed is not made again, and a session that left neither
    commits nor files nor a message gets none. What a crash interrupts the next call does again,
    with the same result.

    Raises:
        LockedError: Another process is writing.
        HardwonError: The disk refuses; what is left of the spool waits.
    """
    drafts: dict[str, None] = {}
    junk = left_out = 0
    with writing(folder):
        for _ in range(_ROUNDS):
            with taking(folder) as data:
                if data is None:
                    break
                captures, unread = parse_captures(data)
                sessions = join_sessions(captures)
                junk += unread
                left_out += max(0, len(sessions) - _MAX_SESSIONS)
                drafts.update(dict.fromkeys(_write_drafts(folder, sessions[-_MAX_SESSIONS:])))
    return Collected(tuple(drafts), junk, left_out)


def _write_drafts(folder: Folder, sessions: list[CapturedSession]) -> Iterator[str]:
    """Yield the paths of the drafts of `sessions` that are new or changed; the lock is held."""
    known = dict(_read_known(folder))
    drafted = read_drafted(folder)
    for session in sessions:
        path, old = known.get(session.key, (None, None))
        if path is None and session.key in drafted:
            continue  # somebody has dealt with it
        if old is not None and not is_unedited(old):
            continue
        made = draft_session(*_look_up(folder, _with_earlier(session, old)))
        if made is None:
            continue
        title, day, new = made
        if new != old:
            path = path or find_paths(folder, DRAFTS, title, day)[-1]
            held = old.encode("utf-8") if old is not None else None
            write_note(folder, path, new.encode("utf-8"), old=held)
            yield path
        # Without a name of its own the next one of this day has the same key.
        if session.id and session.key not in drafted:
            drafted.append(session.key)
    note_drafted(folder, drafted)


def _with_earlier(session: CapturedSession, draft: str | None) -> CapturedSession:
    """Return a session with what only its draft still knows of it."""
    before = read_session(draft) if draft is not None else None
    if draft is None or before is None:
        return session
    began = min(session.began, before[1] or session.began)
    return replace(session, began=began, message=session.message or read_message(draft))


def _look_up(folder: Folder, session: CapturedSession) -> tuple[CapturedSession, Work, Transcript]:
    """Return a session with what its repository and its transcript say of it."""
    if not _is_of(folder, session.cwd):
        return session, Work(), Transcript()
    transcript = parse_transcript(read_transcript(session.transcript, session.id))
    began = session.began
    if transcript.began is not None and transcript.began < began:
        began = transcript.began.astimezone(began.tzinfo)
    session = replace(session, began=began)
    return session, read_work(session.cwd, session.branch, began, session.ended), transcript


def _is_of(folder: Folder, cwd: str) -> bool:
    """Return whether the sessions of the folder `cwd` are captured in this memory.

    The spool may have come with a clone: what it names is not looked at because it names it.
    """
    try:
        return find_folder(Path(cwd), os.environ.get("HARDWON_MEMORY")).root == folder.root
    except (MemoryNotFoundError, OSError, ValueError, RuntimeError):
        return False


def _read_known(folder: Folder) -> Iterator[tuple[str, tuple[str, str]]]:
    """Yield key, path and text of the drafts that name their session."""
    for path, text in _read_drafts(folder):
        session = read_session(text)
        if session is not None:
            yield session[0], (path, text)


def _read_drafts(folder: Folder) -> Iterator[tuple[str, str]]:
    """Yield path and text of the files in the folder of drafts that can be read, by path."""
    try:
        names = sorted(file.name for file in inside(folder.root, DRAFTS).iterdir())
    except (OSError, OutsideMemoryError):
        return
    for name in names:
        if name.lower().endswith((".md", ".markdown")):
            try:
                yield f"{DRAFTS}/{name}", folder.read_text(f"{DRAFTS}/{name}")
            except UnreadableFileError:
                continue  # check names it


def list_drafts(folder: Folder) -> list[WaitingDraft]:
    """Return the drafts that wait to be completed, by path; credentials in them are masked."""
    waiting = []
    for path, text in _read_drafts(folder):
        note = _read_note(text, path)
        waiting.append(
            WaitingDraft(
                path,
                note.title if note else path.rsplit("/", 1)[-1],
                note.date.iso if note and note.date else None,
                note.project if note else None,
                not is_unedited(text),
            )
        )
    return waiting


def _read_note(text: str, path: str) -> Experience | None:
    """Return the draft `text` as the experience that it is about to be."""
    name = path.rsplit("/", 1)[-1]
    return next(iter(read_page(text, f"episodic/code/{name}").experiences), None)


def find_draft(folder: Folder, start: Path, name: str) -> str:
    """Return the path of the draft that `name` means: a path, or the name of its file.

    Raises:
        NameNotFoundError: There is none.
    """
    wanted = name.replace("\\", "/")
    known = [path for path, _ in _read_drafts(folder)]
    for path in known:
        file = path.rsplit("/", 1)[-1]
        if wanted in {path, file, file.rsplit(".", 1)[0]}:
            return path
        if Path(os.path.abspath(start / name)) == folder.root / path:  # noqa: PTH100
            return path
    hint = "hardwon note --drafts lists them" if known else "none waits to be completed"
    raise NameNotFoundError(f"no draft is called {name!r}", hint=hint)


def complete(
    folder: Folder, path: str, given: Draft, *, date: PartialDate | None = None,
    domain: str = "code",
) -> Written:  # fmt: skip
    """Make the draft at `path` an experience, with what is `given` beside it, and remove it.

    A crash between the two leaves both; done again it ends in the same.

    Args:
        folder: The memory folder.
        path: Of the draft, relative to the memory folder.
        given: Values to be added; an empty title leaves that of the draft.
        date: The day that it happened on, where the draft shall not say it.
        domain: Folder below `episodic/`.

    Raises:
        UnreadableFileError: The draft cannot be read.
        ChangedOnDiskError: It changed meanwhile.
        HardwonError: It states no date; the domain is none; or the disk refuses.
    """
    with writing(folder):
        old = folder.read_bytes(path)
        draft = folder.read_text(path).replace("\r\n", "\n")
        given = replace(given, date=date) if date is not None else given
        text = complete_draft(draft, given, dated=date is not None)
        note = _read_note(text, path)
        day = note.date if note is not None else None
        if note is None or day is None or not day.day:
            raise HardwonError(
                "states no day on which it happened", path=path, hint="name it with --date"
            )
        written = write_experience(
            folder, text, title=note.title, date=day, domain=domain, once=True
        )
        remove_note(folder, path, old)
    return written
