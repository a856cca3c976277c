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


def run_git(args: Sequence[str], cwd: Path) -> str:
    """Return what `git args` prints in the folder `cwd`; bytes that are not UTF-8 become U+FFFD.

    Callers put `--end-of-options` before a revision that comes from outside, and `--` before
    paths. Diffs are git's own, whatever the repository's settings name.

    Raises:
        GitError: Git is missing, takes too long, or refuses; its own first line is the message.
    """
    settings = [word for setting in _SETTINGS for word in ("-c", setting)]
    own = ["--no-ext-diff", "--no-textconv"] if args[0] in _DIFFS else []
    command = ["git", "--no-pager", *settings, args[0], *own, *args[1:]]
    unwanted = _LOCATIONS | _PROGRAMS
    environ = {k: v for k, v in os.environ.items() if k not in unwanted} | _ENVIRON
    try:
        done = subprocess.run(
            command,
            cwd=cwd,
            env=environ,
            stdin=subprocess.DEVNULL,
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
    if done.returncode != 0:
        lines = done.stderr.decode("utf-8", "replace").strip().splitlines()
        fault = lines[0].removeprefix("fatal: ") if lines else f"status {done.returncode}"
        raise GitError(f"git {args[0]}: {fault}")
    return done.stdout.decode("utf-8", "replace")
