"""Drafts: what was captured of a session as a note that waits for its lesson."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from hashlib import blake2b

from hardwon.markup.captures import parse_time
from hardwon.markup.compose import (
    Draft,
    compose_experience,
    fold_line,
    fold_text,
    fold_value,
    header_lines,
    spell,
    strip_prompts,
)
from hardwon.markup.header import parse_header
from hardwon.markup.secrets import mask_secrets
from hardwon.markup.text import plain
from hardwon.model.captured import CapturedSession, Transcript, Work
from hardwon.model.values import PartialDate

NOTICE = (
    "<!-- A draft: nothing is learned from it. Say what the session taught, "
    "then: hardwon note --complete FILE -->"
)
_HEADER = re.compile(r"\A---\n(?P<keys>(?:.*\n)*?)---\n+")
_GENERATED = re.compile(r'^generated: "([0-9a-f]{8})"\n', re.M)
_KEY = re.compile(r'^session: "([a-z0-9-]+)"$', re.M)
_BEGAN = re.compile(r'^began: "([0-9T:+.-]+)"$', re.M)
# Keys with which hardwon keeps a draft up; nobody needs them in an experience.
_UPKEEP = re.compile(r"^(?:began|generated):.*\n", re.M)
_FIELD = re.compile(r"\*\*[^*\n]+:\*\* .*")
_SAID = "The last message of the agent:"
_MAX_TITLE = 80
_MAX_MESSAGE = 4_000
# More paths than this say that much was changed, not what it was about.
_MAX_FILES = 40


def draft_session(
    session: CapturedSession, work: Work, transcript: Transcript
) -> tuple[str, PartialDate, str] | None:
    """Return title, day and text of the draft of a session; None for one that left nothing.

    Credentials are masked in each of its texts before they are put together, so that none is
    hidden by what stands around it, and once more in the whole.
    """
    message = fold_text(mask_secrets(transcript.message or session.message))
    files = list(_files(session, work, transcript))
    if not (work.commits or files or message):
        return None
    title = mask_secrets(_title(session, work, transcript, message))
    day = PartialDate(session.ended.year, session.ended.month, session.ended.day)
    draft = Draft(
        title,
        day,
        project=mask_secrets(work.project) or None,
        body="\n\n".join(_describe(session, work, files, message)),
    )
    header = {"session": session.key, "began": session.began.isoformat(timespec="seconds")}
    text = compose_experience(draft, prompts=True, header=header)
    text = text.replace("\n\n## Learnings\n", f"\n\n{NOTICE}\n\n## Learnings\n", 1)
    text = mask_secrets(text)
    return title, day, text.replace("\n---\n", f'\ngenerated: "{_digest(text)}"\n---\n', 1)


def _title(session: CapturedSession, work: Work, transcript: Transcript, message: str) -> str:
    subject = work.commits[-1][1] if work.commits else ""
    for text in (subject, transcript.asked, message):
        first = next((x for x in text.split("\n") if x.strip(" #*>`-\t")), "")
        line = plain(fold_line(first).lstrip("#>- "))
        if len(line) > _MAX_TITLE:
            line = line[: _MAX_TITLE + 1].rsplit(" ", 1)[0][:_MAX_TITLE] + " …"
        if line:
            return line
    return f"A session with {session.client}"


def _files(session: CapturedSession, work: Work, transcript: Transcript) -> Iterator[str]:
    """Yield the files of commits, then those that the agent wrote to in the same repository."""
    top, cwd = (place.replace("\\", "/").rstrip("/") + "/" for place in (work.top, session.cwd))
    written = (path.replace("\\", "/") for path in transcript.files)
    # A patch names its files from the folder that the session works in.
    full = (path if path.startswith("/") or path[1:2] == ":" else cwd + path for path in written)
    below = (path.removeprefix(top) for path in full if work.top and path.startswith(top))
    inside = (path for path in below if ".." not in path.split("/"))
    yield from dict.fromkeys((*work.files, *inside))


def _describe(
    session: CapturedSession, work: Work, files: list[str], message: str
) -> Iterator[str]:
    branch = f" on branch `{fold_value(mask_secrets(session.branch))}`" if session.branch else ""
    yield f"A session with {session.client}{branch}."
    if work.commits:
        yield "Commits since it began:"
        lines = [f"- `{name}` {fold_value(mask_secrets(text))}" for name, text in work.commits]
        yield "\n".join(lines)
    if files:
        yield "Files that it changed:"
        listed = [f"- `{fold_value(mask_secrets(path))}`" for path in files[:_MAX_FILES]]
        if len(files) > _MAX_FILES:
            listed.append(f"- and {len(files) - _MAX_FILES} more")
        yield "\n".join(listed)
    if message:
        yield _SAID
        # Quoted, so that what an agent writes like a lesson is none.
        cut = message if len(message) <= _MAX_MESSAGE else f"{message[:_MAX_MESSAGE].rstrip()} …"
        yield "\n".join(f"> {line}".rstrip() for line in cut.split("\n"))


def _digest(text: str) -> str:
    return blake2b(text.encode("utf-8", "replace"), digest_size=4).hexdigest()


def read_message(text: str) -> str:
    """Return the message of the agent that a draft quotes, as hardwon wrote it; "" for none."""
    quoted = text.rpartition(f"\n{_SAID}\n\n")[2] if f"\n{_SAID}\n\n" in text else ""
    return "\n".join(
        line.removeprefix(">").removeprefix(" ") for line in quoted.split("\n")
    ).strip()


def read_session(text: str) -> tuple[str, dt.datetime | None] | None:
    """Return key and beginning of the session that a draft is of; None where it names none."""
    header = _HEADER.match(text)
    key = _KEY.search(header["keys"]) if header else None
    if header is None or key is None:
        return None
    began = _BEGAN.search(header["keys"])
    return key[1], parse_time(began[1]) if began else None


def is_unedited(text: str) -> bool:
    """Return whether a draft is as hardwon wrote it, byte for byte."""
    header = _HEADER.match(text)
    found = _GENERATED.search(text) if header else None
    if header is None or found is None or found.end() > header.end():
        return False
    return _digest(text[: found.start()] + text[found.end() :]) == found[1]


def complete_draft(text: str, given: Draft, *, dated: bool = False) -> str:
    """Return the experience that a draft becomes with what is `given` beside it.

    Every line of the draft stays, but for prompts, for what keeps a draft up, and for values
    that are given anew. Lessons and patterns come on top of those that it states.

    Args:
        text: Of the draft, line ends as newlines.
        given: What is to be added; an empty title leaves the one that is there.
        dated: Whether its date counts, rather than the one that the draft states.
    """
    spelled = spell(given)
    fields = spelled.fields if dated else spelled.fields[1:]
    header = _HEADER.match(text)
    keys = _UPKEEP.sub("", header["keys"]) if header else ""
    rest = strip_prompts(text[header.end() :] if header else text).replace(f"{NOTICE}\n\n", "")
    lines = rest.split("\n")
    at = next((n for n, line in enumerate(lines) if line.startswith("# ")), -1)
    if given.title and spelled.heading:
        lines[max(at, 0) : at + 1] = [spelled.heading]
        at = max(at, 0)
    keys = _without_keys(keys, ["title"] * bool(given.title) + ["date"] * dated)
    start = next((n for n in range(at + 1, len(lines)) if lines[n].strip()), len(lines))
    end = start
    while end < len(lines) and _FIELD.fullmatch(lines[end]):
        end += 1
    if "patterns" in spelled.header:  # those that stand there already stay
        stated = parse_header(text).values.get("patterns")
        named = [*(stated.values if stated else ()), *spelled.header["patterns"]]
        spelled.header["patterns"] = list(dict.fromkeys(named))
    labels = {line.split(":**", 1)[0] for line in fields if not line.startswith("**Lesson")}
    kept = [line for line in lines[start:end] if line.split(":**", 1)[0] not in labels]
    sections = [f"## {name}\n\n{body}" for name, body in spelled.sections.items() if body]
    before, behind = "\n".join(lines[:start]).strip("\n"), "\n".join(lines[end:]).strip("\n")
    more = "".join(f"{line}\n" for line in header_lines(spelled.header)[1:-1])
    keys = _without_keys(keys, spelled.header) + more
    blocks = [f"---\n{keys}---" if keys else "", before, "\n".join([*kept, *fields])]
    return "\n\n".join(block for block in [*blocks, *sections, behind] if block) + "\n"


def _without_keys(keys: str, names: Iterable[str]) -> str:
    """Return the lines of a header without those of the keys `names`, items and all."""
    for name in names:
        keys = re.sub(rf"^{name}:.*\n(?:[ \t-].*\n)*", "", keys, flags=re.M)
    return keys
