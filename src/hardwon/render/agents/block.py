"""The block of AGENTS.md: the HIGH patterns, most proved first, as far as a budget goes."""

from __future__ import annotations

import re
from collections.abc import Sequence

from hardwon.markup.managed_block import END, START
from hardwon.markup.text import counted, escape_html, plain
from hardwon.model.listing import PatternEntry
from hardwon.model.values import Confidence
from hardwon.render.terminal import safe

# Codex reads 32 KiB of all AGENTS.md files together and drops what follows without a word
# (`project_doc_max_bytes`, openai/codex codex-rs/config/src/config_toml.rs, 2026-09). An eighth
# of that leaves the rest to what people write; it is about a thousand tokens of every session.
BUDGET = 4096

_HEAD = """\
## Patterns this project has learned

hardwon writes these lines from the notes in `{memory}/`: change the notes, not the lines. Each \
pattern is counted HIGH from examples. Weigh them as experience; the task and the people you \
work for come first."""
_NONE = "No pattern is HIGH yet."
_REST = """\
Before a task, look for more: `hardwon search WORDS`, or the MCP tool `search_memory`. \
`hardwon show NAME`, or `get_pattern`, has the evidence. After a task that taught something, \
`hardwon note`, or `note_experience`, keeps it."""

_ITEM = re.compile(r"(?:[-*+]|\d{1,9}[.)])[ \t]+(?:\[[ xX]\][ \t]+)?")
_FENCE = re.compile(r"[ \t]*(?:`{3}|~{3})")
# Claude Code and Gemini CLI take a word that begins so for a file to read in.
_IMPORT = re.compile(r"(?<!\S)@")
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z`*(])")
# Of each text; a pattern takes 300 to 500 bytes so, and eight to a dozen of them fit.
_LONGEST = 240


def render_agents_block(
    entries: Sequence[PatternEntry], *, memory: str = "memory", budget: int = BUDGET
) -> str:
    """Return the block for AGENTS.md, with its marks, without a line end behind it.

    The same patterns give the same text. Patterns that do not fit are counted in it; where not
    even the first one fits, the block holds none.

    Args:
        entries: The patterns of the memory, in any order; those that are HIGH are taken.
        memory: Path of the memory folder from the file, with `/`.
        budget: Bytes of UTF-8 that the block may have at most. Only its head and its last
            lines, some 700 bytes, are never left out.
    """
    high = sorted((e for e in entries if e.confidence is Confidence.HIGH), key=_rank)
    shown: list[str] = []
    for entry in high:
        item = _item(entry)
        if _size([*shown, item], len(high), memory) > budget:
            break
        shown.append(item)
    return _block(shown, len(high), memory)


def _rank(entry: PatternEntry) -> tuple[int, int, int, str, str, int]:
    """Sort by notes that exist, then by net examples, projects and name."""
    net = entry.examples - entry.counter_examples
    pattern = entry.pattern
    return (-entry.proved, -net, -entry.projects, pattern.slug, pattern.path, pattern.line)


def _size(shown: list[str], high: int, memory: str) -> int:
    return len(_block(shown, high, memory).encode("utf-8", "surrogatepass"))


def _block(shown: list[str], high: int, memory: str) -> str:
    left = high - len(shown)
    more, is_are = ("more " if shown else ""), ("is" if left == 1 else "are")
    parts = [_HEAD.format(memory=memory)]
    if not high:
        parts.append(_NONE)
    if shown:
        parts.append("\n".join(shown))
    if left:
        parts.append(f"{counted(left, f'{more}HIGH pattern')} {is_are} left out for length.")
    return "\n".join([START, "\n\n".join([*parts, _REST]), END])


def _item(entry: PatternEntry) -> str:
    pattern = entry.pattern
    evidence = f"{counted(entry.examples, 'example')}, {counted(entry.projects, 'project')}"
    texts = [f"- **{_inline(plain(pattern.name))}** ({evidence})"]
    context, rule = _gist(pattern.context), _gist(pattern.pattern)
    if context:
        begins = context.casefold().startswith(("when", "if "))
        texts.append(f"  - {context}" if begins else f"  - When: {context}")
    if rule:
        texts.append(f"  - {rule}")
    return "\n".join(texts)


def _gist(text: str | None) -> str:
    """Return the first items or sentences of Markdown on one line, up to `_LONGEST` characters.

    A list that a sentence announces (`Do this:`) goes on behind it; code does not.
    """
    parts = _first_parts(text or "")
    joint = "; "
    if len(parts) == 1:
        parts, joint = _SENTENCE.split(parts[0]), " "
    shown = ""
    for part in parts:
        between = " " if shown.endswith(":") else joint
        longer = f"{shown}{between}{part}" if shown else part
        if len(longer) > _LONGEST:
            break
        shown = longer
    if parts and not shown:
        shown = _cut(parts[0])
    return _inline(f"{shown[:-1]}." if shown.endswith(":") else shown)


def _first_parts(text: str) -> list[str]:
    """Return the first paragraph of Markdown, or the items of its first list, each on a line."""
    parts: list[str] = []
    for line in map(str.strip, text.split("\n")):
        is_announced = bool(parts) and parts[-1].endswith(":")
        if _FENCE.match(line) or (not line and parts and not is_announced):
            break
        if not line:
            continue
        item = _ITEM.match(line)
        if item is not None or not parts:
            parts.append(line[item.end() :] if item else line)
        elif is_announced and len(parts) == 1:
            parts.append(line)
        else:
            parts[-1] += f" {line}"
    if len(parts) > 1:
        parts = [part.rstrip(".;") for part in parts]
    return parts


def _cut(text: str) -> str:
    """Return the beginning of `text`, whole words, without half a span of code or emphasis."""
    text = text[:_LONGEST].rsplit(" ", 1)[0]
    for mark in ("`", "**"):
        if text.count(mark) % 2:
            text = text[: text.rindex(mark)]
    return f"{text.rstrip()} …"


def _inline(text: str) -> str:
    """Return `text` as it can stand in a line of a file that agents read."""
    return safe(_IMPORT.sub(r"\\@", escape_html(" ".join(text.split()))))
