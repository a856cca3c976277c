"""Telling coding agents of a memory: one plan for all their files, then all of it is written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from hardwon.errors import AgentFileError, HardwonError, MemoryNotFoundError
from hardwon.files.agent_files import find_sibling, read_agent_file, write_agent_file
from hardwon.files.folder import Folder, find_folder
from hardwon.markup.agent_files import is_imported, is_kept, is_laid, lay, take
from hardwon.model.agent import AGENTS, Client, Part, Piece

# What moves the folder of a client's user, and the folder; what stands beside it moves into it.
_HOMES = {
    "CLAUDE_CONFIG_DIR": (".claude/", ".claude.json"),
    "CODEX_HOME": (".codex/", None),
    "COPILOT_HOME": (".copilot/", None),
}


@dataclass(frozen=True, slots=True)
class AgentChange:
    """What becomes of a file.

    Attributes:
        root: Folder that its path is below.
        path: With `/`.
        old: Its text; None where there is no file.
        new: Its text to be; None for no file.
        parts: What of it is ours, in the order in which it is written.
    """

    root: Path
    path: str
    old: str | None
    new: str | None
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class AgentPlan:
    """All that is to be written.

    Attributes:
        changes: Files that become other ones, in the order of the pieces.
        kept: Files that are left alone, each with the reason.
    """

    changes: tuple[AgentChange, ...]
    kept: tuple[tuple[Path, str], ...]


def memory_from(top: Path, memory: Folder) -> str:
    """Return how a program that starts in `top` is told of the memory; "" if it finds it.

    Raises:
        AgentFileError: It lies outside of `top`, whose files go to other machines.
    """
    root = memory.root.resolve()
    try:
        if find_folder(top).root.resolve() == root:
            return ""
    except MemoryNotFoundError:
        pass
    if root.is_relative_to(top):
        return f"./{root.relative_to(top).as_posix()}"
    raise AgentFileError(
        f"the files of {top} go to all who clone it, and {memory.root} lies outside of it",
        hint="keep the memory in the project, or set agents up for yourself with --user",
    )


def plan_agents(
    root: Path,
    pieces: Mapping[Client, Sequence[Piece]],
    chosen: Collection[Client],
    environ: Mapping[str, str],
    *,
    uninstall: bool = False,
) -> AgentPlan:
    """Return what has to be written so that the clients know of hardwon, or no longer do.

    Nothing is written. Made again after it was applied, the plan is empty. Taken out, what
    another client that is set up reads as well stays.

    Args:
        root: The project, or the home folder.
        pieces: For every client, not only those that are chosen.
        chosen: The clients that it is about.
        environ: Variables that move the folders of users; none for a project.
        uninstall: Take the pieces out instead of laying them.

    Raises:
        HardwonError: A file cannot be read, or cannot take its piece.
    """
    wanted = _once(piece for client in Client if client in chosen for piece in pieces[client])
    kept: list[tuple[Path, str]] = []
    if uninstall:
        used = _still_used(root, pieces, chosen, environ)
        for piece in wanted:
            if piece.place in used and _stands(root, piece, environ):
                file = Path(*_place(root, piece, environ))
                kept.append((file, f"{used[piece.place]} reads it as well"))
        wanted = [piece for piece in reversed(wanted) if piece.place not in used]
    drafts: dict[tuple[Path, str], _Draft] = {}
    for piece in wanted:
        place = _place(root, piece, environ)
        if piece.part is Part.IMPORT and _is_agents(*place):
            kept.append((Path(*place), "is AGENTS.md by another name"))
            continue
        if place not in drafts:
            text = read_agent_file(*place)
            drafts[place] = _Draft(text, text)
        why = drafts[place].edit(piece, uninstall=uninstall)
        if why is not None:
            kept.append((Path(*place), why))
    changes = [
        AgentChange(*place, draft.old, draft.new, tuple(dict.fromkeys(draft.parts)))
        for place, draft in drafts.items()
        if draft.new != draft.old
    ]
    return AgentPlan(tuple(changes[:: -1 if uninstall else 1]), tuple(dict.fromkeys(kept)))


@dataclass(slots=True)
class _Draft:
    """A file while the plan is made: its text on the disk, that to be, and what of it is ours."""

    old: str | None
    new: str | None
    parts: list[Part] = field(default_factory=list)

    def edit(self, piece: Piece, *, uninstall: bool) -> str | None:
        """Lay `piece`, or take it out; return why it is left as it is, if it is."""
        before = self.new
        if is_kept(piece, before):
            return "somebody has changed it, or it is not hardwon's"
        if not uninstall:
            self.new = lay(piece, before)
        elif before is not None:
            self.new = take(piece, before)
        if self.new != before:
            self.parts.append(piece.part)
        is_theirs = not uninstall and is_imported(piece, before)
        return "imports AGENTS.md already" if is_theirs else None


def apply_agents(plan: AgentPlan) -> None:
    """Write what `plan` says, each file in one step.

    Raises:
        AgentFileError: A file is not as it was read, or the disk refuses; the files that were
            written before it, and those that were not, are named.
    """
    for number, change in enumerate(plan.changes):
        try:
            write_agent_file(change.root, change.path, change.new, old=change.old)
        except HardwonError as error:
            done = ", ".join(str(x.root / x.path) for x in plan.changes[:number]) or "none"
            left = ", ".join(str(x.root / x.path) for x in plan.changes[number:])
            raise AgentFileError(
                error.message,
                path=error.path,
                expected=error.expected,
                hint=f"written were: {done}; not written: {left}; the command can be run again",
            ) from error


def _once(pieces: Iterable[Piece]) -> list[Piece]:
    """Return pieces in their order, those with one place once."""
    found: dict[tuple[str, ...], Piece] = {}
    for piece in pieces:
        found.setdefault(piece.place, piece)
    return list(found.values())


def _still_used(
    root: Path,
    pieces: Mapping[Client, Sequence[Piece]],
    chosen: Collection[Client],
    environ: Mapping[str, str],
) -> dict[tuple[str, ...], Client]:
    """Return the places that clients read which are set up and are not chosen.

    A client is set up when something stands that it alone reads.
    """
    readers = Counter(piece.place for client in Client for piece in pieces[client])
    used: dict[tuple[str, ...], Client] = {}
    for client in Client:
        if client in chosen:
            continue
        own = [piece for piece in pieces[client] if readers[piece.place] == 1]
        if any(_stands(root, piece, environ) for piece in own):
            for piece in pieces[client]:
                used.setdefault(piece.place, client)
    return used


def _stands(root: Path, piece: Piece, environ: Mapping[str, str]) -> bool:
    place, path = _place(root, piece, environ)
    try:
        return is_laid(piece, read_agent_file(place, path))
    except HardwonError:
        return True  # it may hold ours: what it needs stays


def _place(root: Path, piece: Piece, environ: Mapping[str, str]) -> tuple[Path, str]:
    """Return folder and path of a file: where a client's user has moved it to, or a link leads."""
    path = piece.path
    if piece.part is Part.BLOCK:  # many have AGENTS.md as a link to CLAUDE.md
        return root, find_sibling(root, path) or path
    for name, (folder, beside) in _HOMES.items():
        moved = environ.get(name)
        if moved and path.startswith(folder):
            return Path(moved).expanduser(), path.removeprefix(folder)
        if moved and path == beside:
            return Path(moved).expanduser(), path
    return root, path


def _is_agents(root: Path, path: str) -> bool:
    """Return whether `path` and AGENTS.md are one file, by a link from one to the other."""
    return find_sibling(root, path) == AGENTS or find_sibling(root, AGENTS) == path
