"""What a hook captured of a session with a coding agent, and what was found out about it since."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CapturedSession:
    """One session, from all lines of the spool that tell of it.

    Attributes:
        key: Names it in its draft: the client and a hash of the client's own name for it.
        id: The client's own name for it; "" where it gives none.
        client: Name of the agent, as the hook was told; "" for none.
        began: Earliest time that is known of it, with its offset.
        ended: Time of its last line.
        cwd: Folder that it worked in, absolute.
        branch: Branch that was checked out at its last line; "" where none is known.
        transcript: File that the client keeps its talk in; "" where none is named.
        message: The last thing that the agent said, as far as the hook was told.
    """

    key: str
    id: str
    client: str
    began: dt.datetime
    ended: dt.datetime
    cwd: str
    branch: str = ""
    transcript: str = ""
    message: str = ""


@dataclass(frozen=True, slots=True)
class Transcript:
    """What a transcript says of its session; empty where it says nothing.

    Attributes:
        began: Time of its first entry.
        asked: What the person asked for first.
        message: The last text of the agent.
        files: Files that the agent wrote to, as it named them, each once.
    """

    began: dt.datetime | None = None
    asked: str = ""
    message: str = ""
    files: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Work:
    """What became of a session in its repository.

    Attributes:
        project: Name of the folder that holds the repository, else of that of the session.
        top: Folder of the working tree, as the session reached it, with `/`; "" without a
            repository.
        commits: Short hash and subject of those made during the session, oldest first.
        files: Paths that they changed, from `top`, each once.
    """

    project: str = ""
    top: str = ""
    commits: tuple[tuple[str, str], ...] = ()
    files: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WaitingDraft:
    """A draft that waits to be completed.

    Attributes:
        path: Relative to the memory folder.
        title: As it stands in it.
        date: ISO, or None where it states none.
        project: As it stands in it.
        edited: Whether somebody has changed it since hardwon wrote it.
    """

    path: str
    title: str
    date: str | None
    project: str | None
    edited: bool
