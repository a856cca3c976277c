"""Pieces of an agent's settings, laid into a file's text and taken out of it again."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from hardwon.errors import AgentFileError
from hardwon.markup import jsonc, managed_block, toml_table
from hardwon.markup.own_file import is_untouched
from hardwon.model.agent import Block, Entry, Hook, Piece, Table, Whole

# An import of AGENTS.md by a person: on a line of its own or within one, as both agents take it.
_IMPORTS = re.compile(r"(?:^|(?<=\s))@(?:\./)?AGENTS\.md(?=\s|$)", re.MULTILINE)


def lay(piece: Piece, text: str | None) -> str:
    """Return `text` with `piece` in it, which is there once however often it is laid.

    A file of ours that somebody has changed, or that is somebody else's, comes back as it is.

    Args:
        piece: What is to stand there.
        text: The file's; None where there is none.

    Raises:
        AgentFileError: The file cannot take it without more than that being changed.
    """
    content, path = piece.content, piece.path
    match content:
        case Entry():
            if text is None:
                return jsonc.render(_nested(content.keys, content.value))
            return jsonc.set_value(text, content.keys, content.value, path)
        case Hook():
            return _lay_hook(content, text, path)
        case Table():
            return toml_table.set_table(text, content.name, content.values, path)
        case Block():
            if is_imported(piece, text):
                assert text is not None
                return text
            return managed_block.lay_block(text, content.text, path)
        case Whole():
            return content.text if text is None or is_untouched(text) else text


def take(piece: Piece, text: str) -> str | None:
    """Return `text` without `piece`; None where nothing else was in a file that we made.

    Raises:
        AgentFileError: It cannot be told from the rest of the file.
    """
    content, path = piece.content, piece.path
    match content:
        case Entry():
            return jsonc.remove(text, content.keys, path)
        case Hook():
            return _take_hook(content, text, path)
        case Table():
            return toml_table.take_table(text, content.name, path)
        case Block():
            return managed_block.take_block(text, path)
        case Whole():
            return None if is_untouched(text) else text


def is_laid(piece: Piece, text: str | None) -> bool:
    """Return whether some form of `piece` stands in `text`, be it of another version.

    Raises:
        AgentFileError: The file cannot be read.
    """
    if text is None:
        return False
    content, path = piece.content, piece.path
    match content:
        case Entry():
            return jsonc.get_value(text, content.keys, path) is not None
        case Hook():
            return next(_own_hooks(content, text, path), None) is not None
        case Table():
            return toml_table.has_table(text, content.name, path)
        case Block():
            return managed_block.find_block(text, path) is not None
        case Whole():
            return is_untouched(text)


def is_kept(piece: Piece, text: str | None) -> bool:
    """Return whether a file stands in the place of ours that we leave as it is."""
    return isinstance(piece.content, Whole) and text is not None and not is_untouched(text)


def is_imported(piece: Piece, text: str | None) -> bool:
    """Return whether `piece` imports AGENTS.md, and `text` does so by a line of its author."""
    if text is None or not isinstance(piece.content, Block):
        return False
    if _IMPORTS.search(piece.content.text) is None or _IMPORTS.search(text) is None:
        return False
    own = managed_block.find_block(text, piece.path)
    return own is None and _IMPORTS.search(_without_code(text)) is not None


def _without_code(text: str) -> str:
    """Return `text` without fences and code spans, in which nothing is imported."""
    text = re.sub(r"^ {0,3}(`{3,}|~{3,}).*?^ {0,3}\1", "", text, flags=re.MULTILINE | re.DOTALL)
    return re.sub(r"(`+)[^`].*?\1", "", text)


def _nested(keys: tuple[str, ...], value: Any) -> Any:
    for key in reversed(keys):
        value = {key: value}
    return value


def _lay_hook(hook: Hook, text: str | None, path: str) -> str:
    if text is None:
        return jsonc.render({**_nested(hook.keys, [hook.value]), **hook.around})
    for key, value in hook.around.items():
        if jsonc.get_value(text, (key,), path) != value:
            raise AgentFileError(
                f"has no {key} {value}, so that its hooks are not read",
                path=path,
                hint=f'nothing was written; put "{key}": {value} into it, then run it again',
            )
    own = list(_own_hooks(hook, text, path))
    if not own:
        return jsonc.append_item(text, hook.keys, hook.value, path)
    wanted = next(_commands(hook.value))[1]
    for keys in own[:1]:
        text = jsonc.set_value(text, keys, wanted, path)
    return text


def _take_hook(hook: Hook, text: str, path: str) -> str | None:
    new: str | None = text
    for keys in reversed(list(_own_hooks(hook, text, path))):
        assert new is not None  # only the last one can leave nothing
        # A group that holds no other command goes with it.
        is_group = keys[-2:-1] == ("hooks",) and _is_alone(new, keys, path)
        new = jsonc.remove(new, keys[:-2] if is_group else keys, path)
    if new is None or not hook.around or new == text:
        return new
    # A file that we made begins with the hooks; in one that was there they came last.
    is_made = re.match(r"\ufeff?\s*\{\s+\"hooks\"", text) is not None
    return None if is_made and jsonc.get_value(new, (), path) == hook.around else new


def _is_alone(text: str, keys: tuple[str | int, ...], path: str) -> bool:
    group = jsonc.get_value(text, keys[:-2], path)
    return isinstance(group, dict) and group.keys() <= {"hooks"} and len(group["hooks"]) == 1


def _own_hooks(hook: Hook, text: str, path: str) -> Iterator[tuple[str | int, ...]]:
    """Yield where the commands stand that run one of the programs of `hook`, as they follow."""
    items = jsonc.get_value(text, hook.keys, path)
    for number, item in enumerate(items if isinstance(items, list) else ()):
        for keys, found in _commands(item):
            words = [value for value in found.values() if isinstance(value, str)]
            if any(program in word for program in hook.programs for word in words):
                yield (*hook.keys, number, *keys)


def _commands(item: Any) -> Iterator[tuple[tuple[str | int, ...], dict[str, Any]]]:
    """Yield the commands of an item: itself, or those of a group."""
    if not isinstance(item, dict):
        return
    inner = item.get("hooks")
    if isinstance(inner, list):
        for number, one in enumerate(inner):
            if isinstance(one, dict):
                yield ("hooks", number), one
    else:
        yield (), item
