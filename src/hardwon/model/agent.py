"""Coding agents that can be told of a memory, and what is written into their files."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

# What most agents read at the top of a project (agents.md).
AGENTS = "AGENTS.md"


class Client(StrEnum):
    """An agent or editor, as `hardwon install --client` names it."""

    CLAUDE = "claude"
    CODEX = "codex"
    CURSOR = "cursor"
    COPILOT = "copilot"
    VSCODE = "vscode"
    GEMINI = "gemini"


class Scope(StrEnum):
    """For whom it is set up: all who work on a project, or one person in all projects."""

    PROJECT = "project"
    USER = "user"


class Part(StrEnum):
    """What a piece is for, in the words of the list that is printed."""

    SERVER = "MCP server"
    SKILL = "skill"
    HOOK = "capture hook"
    BLOCK = "patterns"
    IMPORT = "import of AGENTS.md"


@dataclass(frozen=True, slots=True)
class Entry:
    """A member of a JSON object.

    Attributes:
        keys: Where it stands, from outside in.
        value: What it holds; members that a person added to it stay.
    """

    keys: tuple[str, ...]
    value: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Hook:
    """An item of a JSON array of hooks.

    Attributes:
        keys: Where the array stands, from outside in.
        value: The item.
        programs: One of them is in the command of each item that is ours, whatever it looks
            like else.
        around: Members that the file must have besides; a new one gets them.
    """

    keys: tuple[str, ...]
    value: dict[str, Any]
    programs: tuple[str, ...]
    around: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Table:
    """A table of a TOML file: its name from outside in, and its values."""

    name: tuple[str, ...]
    values: dict[str, str | list[str]]


@dataclass(frozen=True, slots=True)
class Block:
    """A block of a Markdown file, with its marks."""

    text: str


@dataclass(frozen=True, slots=True)
class Whole:
    """A file that is ours as a whole, and says so until somebody changes it."""

    text: str


@dataclass(frozen=True, slots=True)
class Piece:
    """What is written into one file.

    Attributes:
        part: What it is for.
        path: With `/`, from the top of the project or from the home folder.
        content: What stands there.
    """

    part: Part
    path: str
    content: Entry | Hook | Table | Block | Whole

    @property
    def place(self) -> tuple[str, ...]:
        """Return where it stands: two pieces with one place take the place of each other."""
        match self.content:
            case Entry(keys=names) | Hook(keys=names) | Table(name=names):
                return (self.path, *names)
        return (self.path,)
