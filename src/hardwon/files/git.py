"""Git, run so that nothing but git itself runs, and so that its answers are the same everywhere."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

from hardwon.errors import GitError

# Settings with which a repository would have git run a program, reach for the network or print
# otherwise. Ours come later than those of the repository, and so win.
_SETTINGS = (
    "core.fsmonitor=false",
    f"core.hooksPath={os.devnull}",
    "core.pager=",
    "core.askPass=",
    "credential.helper=",
    "diff.external=",
    "log.showSignature=false",
    "protocol.allow=never",
    # A folder of the memory that looks like a bare repository would bring its own settings.
    "safe.bareRepository=explicit",
    "core.quotePath=false",
    "color.ui=false",
    "i18n.logOutputEncoding=UTF-8",
)
# What tells git which repository it is in (`git rev-parse --local-env-vars`, but for settings).
# A hook has them set, to that of another folder perhaps; we mean the one around `cwd`.
_LOCATIONS = frozenset(
    {
        "GIT_ALTERNATE_OBJECT_DIRECTORIES",
        "GIT_COMMON_DIR",
        "GIT_DIR",
        "GIT_GRAFT_FILE",
        "GIT_IMPLICIT_WORK_TREE",
        "GIT_INDEX_FILE",
        "GIT_INTERNAL_SUPER_PREFIX",
        "GIT_NAMESPACE",
        "GIT_NO_REPLACE_OBJECTS",
        "GIT_OBJECT_DIRECTORY",
        "GIT_PREFIX",
        "GIT_REPLACE_REF_BASE",
        "GIT_SHALLOW_FILE",
        "GIT_WORK_TREE",
    }
)
# Programs that git would run; the settings above cannot take these back.
_PROGRAMS = frozenset({"GIT_ASKPASS", "GIT_EXTERNAL_DIFF", "GIT_PAGER", "GIT_PROXY_COMMAND"})
# Options that come by another way than the arguments.
_OPTIONS = frozenset(
    {
        "GIT_DIFF_OPTS",
        "GIT_GLOB_PATHSPECS",
        "GIT_ICASE_PATHSPECS",
        "GIT_LITERAL_PATHSPECS",
        "GIT_NOGLOB_PATHSPECS",
    }
)
_ENVIRON = {
    "LC_ALL": "C",
    "GIT_ALLOW_PROTOCOL": "none",  # also for a fetch that git starts itself, in a partial clone
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
}
# These run the programs that a repository names for its diffs, unless told otherwise.
_DIFFS = frozenset({"diff", "diff-index", "diff-tree", "log", "show"})
# Long enough for the history of a large repository on a slow disk.
_SECONDS = 120
_MAX_CONFLICTS = 127  # what a status can tell; above it git speaks of a failure


def run_git(args: Sequence[str], cwd: Path) -> str:
    """Return what `git args` prints in the folder `cwd`; bytes that are not UTF-8 become U+FFFD.

    Callers put `--end-of-options` before a revision that comes from outside, and `--` before
    paths. Diffs are git's own, whatever the repository's settings name.

    Raises:
        GitError: Git is missing, takes too long, or refuses; its own first line is the message.
    """
    done = _run(args, cwd)
    if done.returncode != 0:
        lines = done.stderr.decode("utf-8", "replace").strip().splitlines()
        fault = lines[0].removeprefix("fatal: ") if lines else f"status {done.returncode}"
        raise GitError(f"git {args[0]}: {fault}")
    return done.stdout.decode("utf-8", "replace")


def read_git(
    args: Sequence[str],
    cwd: Path,
    *,
    settings: Sequence[str] = (),
    index: Path | None = None,
    given: bytes = b"",
    most: int | None = None,
) -> bytes:
    """Return the bytes that `git args` prints in the folder `cwd`.

    Args:
        args: As for `run_git`.
        cwd: Where git runs.
        settings: `key=value`, over all that the repository or the user set.
        index: The index to read; None for the one of the repository.
        given: What git reads from standard input.
        most: Of a longer answer the first `most + 1` bytes are returned, and git is ended.

    Raises:
        GitError: As `run_git`; the hint is what git itself advises.
    """
    done = _run(args, cwd, *settings, index=index, given=given, most=most)
    if done.returncode != 0 and (most is None or len(done.stdout) <= most):
        lines = done.stderr.decode("utf-8", "replace").strip().splitlines()
        faults = [x for x in lines if x.startswith(("fatal: ", "error: "))] or lines
        fault = faults[0] if faults else f"status {done.returncode}"
        fault = fault.removeprefix("fatal: ").removeprefix("error: ")
        advice = next((x.strip() for x in lines if x.startswith("\tgit ")), None)
        raise GitError(f"git {args[0]}: {fault}", hint=advice)
    return done.stdout


def read_blobs(names: Sequence[str], cwd: Path, most: int) -> dict[str, bytes | int]:
    """Return the files in git's store by the hashes that name them.

    Of one of more than `most` bytes the number of bytes; those that are missing are left out.

    Raises:
        GitError: Git is missing, takes too long, or refuses.
    """
    asked = "".join(f"{name}\n" for name in dict.fromkeys(names))
    if not asked:
        return {}
    sizes: dict[str, int] = {}
    listed = read_git(["cat-file", "--batch-check"], cwd, given=asked.encode())
    for line in listed.decode("utf-8", "replace").splitlines():
        name, kind, *size = line.split(" ")
        if kind == "blob":
            sizes[name] = int(size[0])
    found: dict[str, bytes | int] = {n: size for n, size in sizes.items() if size > most}
    wanted = [name for name in sizes if name not in found]
    if not wanted:
        return found
    given = "".join(f"{name}\n" for name in wanted).encode()
    data = read_git(["cat-file", "--batch"], cwd, given=given)
    at = 0
    for name in wanted:
        start = data.index(b"\n", at) + 1
        at = start + sizes[name]
        found[name] = data[start:at]
        at += 1
    return found


def read_blob(name: str, cwd: Path) -> bytes | None:
    """Return the bytes of a file in git's store, named by hash or `commit:path`; None if missing.

    Raises:
        GitError: Git is missing or takes too long.
    """
    done = _run(["cat-file", "blob", name], cwd)
    return done.stdout if done.returncode == 0 else None


def merge_tree(ours: str, theirs: str, cwd: Path, style: str) -> str | None:
    """Return the tree into which git merges two commits, conflict markers and all.

    None where git cannot (it came with git 2.38), or the commits have nothing in common.

    Raises:
        GitError: Git is missing or takes too long.
    """
    args = ["merge-tree", "--write-tree", "--no-messages", ours, theirs]
    done = _run(args, cwd, f"merge.conflictStyle={style}")
    lines = done.stdout.decode("utf-8", "replace").split("\n")
    return lines[0] if done.returncode in {0, 1} else None


def merge_file(ours: Path, base: Path, theirs: Path, cwd: Path, size: int) -> int:
    """Let git merge three files into `ours`; return the number of conflicts.

    What git refuses, such as files that are no text, is one conflict: `ours` stays as it is.

    Raises:
        GitError: Git is missing or takes too long.
    """
    args = ["merge-file", f"--marker-size={size}", "-L", "ours", "-L", "base", "-L", "theirs"]
    done = _run([*args, str(ours), str(base), str(theirs)], cwd)
    return done.returncode if done.returncode <= _MAX_CONFLICTS else 1


def _run(
    args: Sequence[str],
    cwd: Path,
    *more: str,
    index: Path | None = None,
    given: bytes = b"",
    most: int | None = None,
) -> subprocess.CompletedProcess[bytes]:
    settings = [word for setting in (*_SETTINGS, *more) for word in ("-c", setting)]
    own = ["--no-ext-diff", "--no-textconv"] if args[0] in _DIFFS else []
    command = ["git", "--no-pager", *settings, args[0], *own, *args[1:]]
    unwanted = _LOCATIONS | _PROGRAMS | _OPTIONS
    environ = {k: v for k, v in os.environ.items() if k not in unwanted} | _ENVIRON
    if index is not None:
        environ["GIT_INDEX_FILE"] = str(index)
    try:
        if most is not None:
            return _run_up_to(most, command, cwd, environ)
        return subprocess.run(
            command,
            cwd=cwd,
            env=environ,
            input=given,  # never what hardwon itself is given
            capture_output=True,
            check=False,
            timeout=_SECONDS,
        )
    except FileNotFoundError as error:
        message = "git is not installed" if cwd.is_dir() else f"there is no folder {cwd}"
        raise GitError(message) from error
    except (OSError, ValueError) as error:  # ValueError: NUL in an argument
        raise GitError(f"git cannot be run: {error}") from error
    except subprocess.TimeoutExpired as error:
        raise GitError(f"git took more than {_SECONDS} seconds") from error


def _run_up_to(
    most: int, command: list[str], cwd: Path, environ: dict[str, str]
) -> subprocess.CompletedProcess[bytes]:
    """Run git until it has printed more than `most` bytes."""
    import tempfile
    import threading

    # What it complains of goes to a file: two pipes would have to be read at the same time.
    with (
        tempfile.TemporaryFile() as complaints,
        subprocess.Popen(
            command, cwd=cwd, env=environ, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=complaints,
        ) as git,
    ):  # fmt: skip
        late = threading.Timer(_SECONDS, git.kill)
        late.start()
        try:
            assert git.stdout is not None
            printed = git.stdout.read(most + 1)
            if len(printed) > most:
                git.kill()
            git.wait()
        finally:
            in_time = late.is_alive()
            late.cancel()
        if not in_time:
            raise subprocess.TimeoutExpired(command, _SECONDS)
        complaints.seek(0)
        return subprocess.CompletedProcess(command, git.returncode, printed, complaints.read())
