"""hardwon: a developer-pattern memory in Markdown.

`Memory` is the library; the `hardwon` command does the same from a terminal.
"""

from __future__ import annotations

# Type checkers take it for that of `typing`, which is a third of what a hook takes to import.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from hardwon.memory import Memory

__all__ = ["Memory"]


def __getattr__(name: str) -> object:
    # Imported when it is asked for: the command line starts without it.
    if name == "Memory":
        from hardwon.memory import Memory

        return Memory
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
