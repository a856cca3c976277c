"""Lines of the spool: what hooks wrote of sessions, read again."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterable
from dataclasses import replace
from hashlib import blake2b
from typing import Any

from hardwon.model.captured import CapturedSession

_VERSION = 1
_BRANCH = "refs/heads/"
_CLIENT = re.compile(r"[a-z0-9][a-z0-9-]{0,29}")


def parse_captures(data: bytes) -> tuple[list[CapturedSession], int]:
    """Return what each line of the spool says of a session, and how many lines are none.

    Empty lines do not count. A line is none where it is no object of JSON, was written by
    another version, or names no absolute folder or no time of the years 1900 to 2099: what a
    full disk cut off, or somebody else wrote there.
    """
    captures = []
    junk = 0
    for line in data.split(b"\n"):
        if not line.strip():
            continue
        try:
            captures.append(_parse(json.loads(line)))
        except (ValueError, TypeError, KeyError, OverflowError, RecursionError):
            junk += 1
    return captures, junk


def _parse(told: dict[str, Any]) -> CapturedSession:
    if told["version"] != _VERSION:
        raise ValueError
    client, session, cwd = (_text(told, name) for name in ("client", "session", "cwd"))
    ended = parse_time(told["time"])
    if ended is None or not cwd or "\0" in cwd:
        raise ValueError
    lasted = told.get("duration_ms", 0)
    began = ended - dt.timedelta(milliseconds=lasted)
    head = _text(told, "head")
    # Without a name of its own, what one agent does in one folder on one day is one session.
    name = session or f"{cwd}\n{ended.date()}"
    digest = blake2b(f"{client}\n{name}".encode("utf-8", "replace"), digest_size=6).hexdigest()
    return CapturedSession(
        key=f"{_known(client)}-{digest}",
        id=session,
        client=_known(client),
        began=began,
        ended=ended,
        cwd=cwd,
        branch=head.removeprefix(_BRANCH) if head.startswith(_BRANCH) else "",
        transcript=_text(told, "transcript"),
        message=_text(told, "message"),
    )


def _text(told: dict[str, Any], name: str) -> str:
    value = told.get(name, "")
    if not isinstance(value, str):
        raise TypeError
    return value


def _known(client: str) -> str:
    return client if _CLIENT.fullmatch(client) else "agent"


def parse_time(text: object) -> dt.datetime | None:
    """Return the time that `text` states in ISO 8601, with an offset; None for none.

    One without an offset is taken for one of this machine's.
    """
    if not isinstance(text, str):
        return None
    try:
        time = dt.datetime.fromisoformat(text)
        if time.tzinfo is None:
            time = time.astimezone()
    except (ValueError, OverflowError):
        return None
    return time if 1900 <= time.year <= 2099 else None


def join_sessions(captures: Iterable[CapturedSession]) -> list[CapturedSession]:
    """Return each session once, in the order in which they were first told of.

    What a later line says counts, where it says anything; the earliest time is the beginning.
    """
    sessions: dict[str, CapturedSession] = {}
    for one in captures:
        known = sessions.setdefault(one.key, one)
        first, last = sorted((known, one), key=lambda session: session.ended)
        sessions[one.key] = replace(
            last,
            began=min(first.began, last.began),
            branch=last.branch or first.branch,
            transcript=last.transcript or first.transcript,
            message=last.message or first.message,
        )
    return list(sessions.values())
