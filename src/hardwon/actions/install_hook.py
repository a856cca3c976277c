"""Having git review what is staged before each commit."""

from __future__ import annotations

import os
import shlex
from dataclasses import dataclass
from pathlib import Path

from hardwon.errors import HookError, MemoryNotFoundError
from hardwon.files.folder import Folder, find_folder
from hardwon.files.hooks import (
    Framework,
    HookPlace,
    find_framework,
    find_hook_place,
    is_run,
    read_hook,
    remove_hook,
    write_hook,
)
from hardwon.markup.hook_script import (
    BEGIN,
    END,
    OWN_START,
    why_not_shell,
    with_block,
    without_block,
)

# Everything happens in a shell of its own: no variable, option or function of it reaches what
# follows, and what the script set for itself (`set -e`) ends nothing here. Only status 1 says
# that there are findings: an error of ours, or a folder without a memory, stops no commit.
# `--help` shows that the command starts at all; Python would end with 1 as well.
_BLOCK = """\
{begin}
# Reviews what is staged. `hardwon install hook` writes these lines,
# `hardwon install hook --uninstall` takes them out.
(
    {choose} || {{
        echo 'hardwon is not found here: this commit is not reviewed' >&2
        exit 0
    }}
    "$@" {arguments} && exit 0
    if [ $? -eq 1 ]; then
        echo 'hardwon stopped this commit; git commit --no-verify makes it all the same' >&2
        exit 1
    fi
    echo 'hardwon could not review: this commit is made all the same' >&2
) || exit 1
{end}"""
_STARTS = 'set -- {} && "$@" --help >/dev/null 2>&1'
_PLACES = {
    Framework.PRE_COMMIT: """\
add to the hooks of .pre-commit-config.yaml:
  - repo: local
    hooks:
      - id: hardwon-review
        name: hardwon review
        entry: {command}
        language: system
        pass_filenames: false""",
    Framework.HUSKY: "add this line to .husky/pre-commit:\n  {command}",
    Framework.LEFTHOOK: """\
add to lefthook's settings:
  pre-commit:
    commands:
      hardwon-review:
        run: {command}""",
    Framework.SIMPLE_GIT_HOOKS: """\
add this command to "pre-commit" of its settings, behind && if there is one:
  {command}""",
}


@dataclass(frozen=True, slots=True)
class HookChange:
    """What becomes of a hook.

    Attributes:
        place: Where it is.
        old: Its bytes; None where there is none.
        new: Its bytes to be; None for none.
    """

    place: HookPlace
    old: bytes | None
    new: bytes | None


def plan_hook(cwd: Path, memory: Folder, fail_on: str, python: str) -> HookChange:
    """Return the change by which git reviews what is staged before each commit.

    Nothing is written. The hook of the repository around `cwd` gets a block of lines, and keeps
    every byte besides; one that has the block already keeps its place of it.

    Args:
        cwd: Any folder of the repository.
        memory: The memory that its commits are held against. The hook names it only if it would
            find another one, or none, from the top of the working tree.
        fail_on: What stops a commit, as `hardwon review --fail-on` has it.
        python: The interpreter that has hardwon; the hook runs it wherever git is started, and
            the `hardwon` of the path where it is gone. A hook in the working tree, which goes
            to other machines, names none.

    Raises:
        GitError: There is no repository with a working tree, or git refuses.
        HookError: The hook is not one that can take the lines: somebody else looks after it, it
            is no shell script, a link, for all repositories, not run. The hint is the way out.
    """
    place = find_hook_place(cwd)
    top = place.top.resolve()
    if top.is_relative_to(memory.root.resolve()):
        raise HookError(
            f"the repository {top} holds the memory itself, and no code to review",
            hint="run it in the repository whose commits are to be reviewed",
        )
    arguments = " ".join([*_memory_option(top, memory), f"review --staged --fail-on {fail_on}"])
    by_hand = f"have your own hook run this, and stop at status 1: hardwon {arguments}"
    try:
        old = read_hook(place)
    except HookError as error:
        error.hint = by_hand
        raise
    framework = find_framework(place, old)
    if framework is not None:
        raise HookError(
            f"{framework} looks after the hooks of this repository, and would lose or bypass ours",
            hint=_PLACES[framework].format(command=f"hardwon {arguments}").replace("\n", "\n    "),
        )
    if place.is_for_all:
        raise HookError(
            "core.hooksPath is set for all repositories, so the hook would run in each of them",
            path=str(place.folder),
            hint=f"set core.hooksPath for this one with git config --local, or {by_hand}",
        )
    if old is not None:
        fault = why_not_shell(old)
        if fault is not None:
            raise HookError(fault, path=str(place.file), hint=by_hand)
        if not is_run(place):
            raise HookError(
                "may not be executed, so git does not run it",
                path=str(place.file),
                hint="chmod +x it if it is to run, or move it away; then run the command again",
            )
    if place.is_in_tree and not memory.root.resolve().is_relative_to(top):
        raise HookError(
            f"goes to all who clone the repository, and {memory.root} lies outside of it",
            path=str(place.file),
            hint="keep the memory in the repository, or name one there with --memory",
        )
    block = _block(arguments, None if place.is_in_tree else python)
    new = with_block(old, block, str(place.file))
    return HookChange(place, old, new)


def plan_removal(cwd: Path) -> HookChange:
    """Return the change that takes the lines out of the hook again; nothing is written.

    A hook in which nothing is left but `#!/bin/sh` is removed.

    Raises:
        GitError: There is no repository with a working tree, or git refuses.
        HookError: It cannot be read, or its lines are damaged.
    """
    place = find_hook_place(cwd)
    old = read_hook(place)
    new = without_block(old, str(place.file)) if old is not None else None
    is_ours_alone = new == OWN_START and new != old
    return HookChange(place, old, None if is_ours_alone else new)


def apply_hook(change: HookChange) -> None:
    """Make `change`, if it is one.

    Raises:
        ChangedOnDiskError: The hook is not as it was read.
        HardwonError: The disk refuses; nothing is changed then.
    """
    if change.new == change.old:
        return
    if change.new is not None:
        write_hook(change.place, change.new, old=change.old)
    elif change.old is not None:
        remove_hook(change.place, change.old)


def _block(arguments: str, python: str | None) -> bytes:
    """Return the lines of the hook; `python` None for a hook that goes to other machines."""
    anywhere = _STARTS.format("hardwon")
    choose = anywhere
    if python:  # an embedded Python knows no interpreter
        # `-P` keeps the folder in which git starts it, the repository, off Python's path.
        own = f"{shlex.quote(python.replace(os.sep, '/'))} -P -m hardwon"
        choose = f"{_STARTS.format(own)} ||\n    {{ {anywhere}; }}"
    text = _BLOCK.format(begin=BEGIN.decode(), choose=choose, arguments=arguments, end=END.decode())
    return os.fsencode(text)


def _memory_option(top: Path, memory: Folder) -> list[str]:
    """Return the option that names the memory, unless it is found from `top` without it."""
    root = memory.root.resolve()
    try:
        if find_folder(top).root.resolve() == root:
            return []
    except MemoryNotFoundError:
        pass
    is_below = root.is_relative_to(top)
    # `./` keeps a name that begins with `-` or `~` a name.
    named = f"./{root.relative_to(top).as_posix()}" if is_below else root.as_posix()
    return [f"--memory={shlex.quote(named)}"]
