"""What the hook of a coding agent runs: one line for the spool, whatever happens.

It is run as a file, `python -I -S capture.py --client NAME`: without `site`, without a module of
hardwon or of anybody else, and with as few of the standard library as will do. Whoever waits for
it waits for little more than Python itself, and nothing that goes wrong here goes wrong there: it
prints nothing, ends with 0, and ends in time (docs/adr/0016-capture.md).

What it is told, and by which names, is a union of what the clients tell their hooks:

- Claude Code (hooks reference, 2026-11): `session_id`, `transcript_path`, `cwd`,
  `hook_event_name`, `reason`; at Stop also `last_assistant_message`.
- Codex: the same names (codex-rs/hooks/schema/generated, 2026-11); its older `notify` gives JSON
  as the last argument, with `thread-id`, `cwd` and `last-assistant-message`.
- Gemini CLI (docs/hooks/reference.md, 2026-11): the names of Claude Code, and `prompt_response`.
- Cursor: `conversation_id`, `workspace_roots`, `transcript_path`, `duration_ms`, `text`.
- GitHub Copilot and VS Code: `sessionId`, `transcriptPath` or the names of Claude Code.
"""

import os
import sys
from _thread import allocate_lock, start_new_thread
from time import monotonic, strftime

SPOOL = "spool.jsonl"
VERSION = 1

# Claude Code ends a hook of SessionEnd after 1.5 s; this leaves Python time to start.
_SECONDS = 1.0
# Of these, for a client that never says that it has told all.
_READ_SECONDS = 0.5
# Of the largest input that a client has use for, a long answer, this is ten times as much.
_MAX_INPUT = 1_000_000
# A thousand sessions of which nobody made drafts yet.
MAX_SPOOL = 4_000_000
# More than a draft takes of it, so that no credential is cut in two before it is masked.
_MAX_MESSAGE = 6_000
_MAX_WORD = 200
_MAX_PATH = 4_096
_ATTEMPTS = 5

_STATE_DIR = ".hardwon"
_MARKS = ("episodic", "semantic", "procedural", "hardwon.toml")
_SESSION = ("session_id", "conversation_id", "sessionId", "thread-id")
_EVENT = ("hook_event_name", "hookEventName", "type")
_TRANSCRIPT = ("transcript_path", "transcriptPath")
_MESSAGE = ("last_assistant_message", "last-assistant-message", "prompt_response", "text")


def capture_command(client: str, python: str | None) -> list[str]:
    """Return the words of the command that a hook of `client` shall run.

    Args:
        client: Name of the agent, one word: `claude`, `codex`.
        python: The interpreter that has hardwon; None for a hook that goes to other machines,
            which finds the command on the path.
    """
    if not python:
        return ["hardwon-capture", "--client", client]
    return [python, "-I", "-S", os.path.abspath(__file__), "--client", client]


def main() -> None:
    """Add what the hook is told to the spool, and end with 0 within a second."""
    try:
        end = monotonic() + _SECONDS
        given: list[bytes] = []
        client, argument = _arguments(sys.argv[1:])
        if argument is not None:
            given.append(argument.encode("utf-8", "surrogateescape")[:_MAX_INPUT])
        elif sys.stdin is not None:  # closed, its number may be that of another file
            _within(_READ_SECONDS, lambda: _read_input(given))
        data = b"".join(given)
        if data:
            _within(end - monotonic(), lambda: capture(client, data, os.getcwd()))
    finally:
        os._exit(0)  # no thread is waited for, and nothing is left to tidy up


def _arguments(words: list[str]) -> tuple[str, str | None]:
    """Return the name of the client, and the JSON that Codex gives as last argument."""
    client = ""
    for before, word in zip(["", *words], words, strict=False):
        if before == "--client":
            client = word
        elif word.startswith("--client="):
            client = word[len("--client=") :]
    is_told = bool(words) and words[-1].lstrip().startswith("{")
    return client, words[-1] if is_told else None


def _within(seconds: float, work) -> None:  # type: ignore[no-untyped-def]  # collections.abc: 1 ms
    """Do `work` and wait for it so long; what it raises is nobody's business."""
    done = allocate_lock()
    done.acquire()

    def run() -> None:
        try:
            work()
        except BaseException:
            pass
        finally:
            done.release()

    start_new_thread(run, ())
    done.acquire(True, max(0.0, seconds))


def _read_input(given: list[bytes]) -> None:
    """Read standard input to its end; of more than is of use, nothing is kept.

    It is read all the same: a client that is left with a full pipe may fail for it.
    """
    size = 0
    while chunk := os.read(0, 1 << 16):
        size += len(chunk)
        if size <= _MAX_INPUT:
            given.append(chunk)
        else:
            given.clear()


def capture(client: str, data: bytes, cwd: str) -> None:
    """Add a line about the session that `data` tells of to the spool of its memory, if any.

    Args:
        client: Name of the agent.
        data: An object of JSON.
        cwd: Where the hook runs; `data` may know better where the session does.

    Raises anything, and has then written nothing.
    """
    import json

    told = json.loads(data)
    if not isinstance(told, dict):
        return
    place = _place(told) or cwd
    root = find_memory(place)
    if root is None:
        return
    record = {
        "version": VERSION,
        "client": client[:_MAX_WORD],
        "event": _first(told, _EVENT, _MAX_WORD),
        "session": _first(told, _SESSION, _MAX_WORD),
        "time": strftime("%Y-%m-%dT%H:%M:%S%z"),
        "cwd": place[:_MAX_PATH],
        "head": _read_head(place),
        "transcript": _first(told, _TRANSCRIPT, _MAX_PATH),
        "message": _first(told, _MESSAGE, _MAX_MESSAGE),
    }
    lasted = told.get("duration_ms")
    if isinstance(lasted, int) and 0 < lasted < 10**12:
        record["duration_ms"] = lasted
    line = json.dumps({key: value for key, value in record.items() if value})
    # The end of line in front ends what a full disk has cut off.
    _append(root, f"\n{line}\n".encode("ascii"))


def _first(told: dict[str, object], names: tuple[str, ...], longest: int) -> str:
    for name in names:
        value = told.get(name)
        if isinstance(value, str) and value:
            return value[:longest]
    return ""


def _place(told: dict[str, object]) -> str:
    """Return the folder of the session, absolute; "" where it is not told."""
    roots = told.get("workspace_roots")
    first = roots[0] if isinstance(roots, list) and roots else None
    for value in (told.get("cwd"), first):
        if isinstance(value, str) and os.path.isabs(value) and "\0" not in value:
            return value
    return ""


def find_memory(start: str) -> str | None:
    """Return the memory folder of the folder `start`, absolute; None without one.

    The same as `files.folder.find_folder`, which takes more modules than all of this.
    """
    start = os.path.realpath(start)
    named = os.environ.get("HARDWON_MEMORY")
    if named:
        root = os.path.realpath(os.path.join(start, os.path.expanduser(named)))
        return root if os.path.isdir(root) else None
    for parent in _upwards(start):
        roots = [os.path.join(parent, "memory")]
        if os.path.basename(parent) == "memory":
            roots.append(parent)
        for root in roots:
            if any(os.path.exists(os.path.join(root, mark)) for mark in _MARKS):
                return root
    return None


def _upwards(folder: str) -> list[str]:
    folders = [folder]
    while (parent := os.path.dirname(folders[-1])) != folders[-1]:
        folders.append(parent)
    return folders


def _read_head(place: str) -> str:
    """Return the branch that is checked out around `place`, as git spells it, or a hash, or ""."""
    for parent in _upwards(os.path.realpath(place)):
        git = os.path.join(parent, ".git")
        if os.path.isfile(git):  # a worktree or a submodule
            named = _read_line(git).partition("gitdir:")[2].strip()
            git = os.path.join(parent, named)
        if os.path.isdir(git):
            return _read_line(os.path.join(git, "HEAD")).removeprefix("ref:").strip()
    return ""


def _read_line(path: str) -> str:
    try:
        handle = os.open(path, os.O_RDONLY | _GUARDS)
    except OSError:
        return ""
    try:
        return os.read(handle, _MAX_WORD).split(b"\n", 1)[0].decode("utf-8", "replace")
    except OSError:
        return ""
    finally:
        os.close(handle)


# A pipe is not waited for, a link not followed.
_GUARDS = (
    getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_BINARY", 0)
)


def _append(root: str, line: bytes) -> None:
    """Write `line` at the end of the spool of the memory `root`, in one piece."""
    state = os.path.join(root, _STATE_DIR)
    if os.path.islink(state):
        return
    if not os.path.isdir(state):
        try:
            os.mkdir(state)
        except FileExistsError:  # by another hook, in this moment
            pass
        ignore = os.path.join(state, ".gitignore")
        handle = os.open(ignore, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | _GUARDS, 0o666)
        os.write(handle, b"*\n")
        os.close(handle)
    spool = os.path.join(state, SPOOL)
    for _ in range(_ATTEMPTS):
        # Messages may hold what is masked only later: no other user may read them.
        handle = os.open(spool, os.O_WRONLY | os.O_APPEND | os.O_CREAT | _GUARDS, 0o600)
        try:
            if not _is_held(handle):
                continue  # it was being taken away when it was opened: there is a new one now
            status = os.fstat(handle)
            is_file = status.st_mode & 0o170000 == 0o100000
            if is_file and status.st_size + len(line) <= MAX_SPOOL:
                os.write(handle, line)
            return
        finally:
            os.close(handle)


def _is_held(handle: int) -> bool:
    """Return whether the spool is ours for a moment: whoever takes it away waits for the line."""
    try:
        import fcntl
    except ImportError:  # Windows takes no file away that is open
        return True
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:  # this file system has no locks
        return True
    return os.fstat(handle).st_nlink > 0


if __name__ == "__main__":
    main()
