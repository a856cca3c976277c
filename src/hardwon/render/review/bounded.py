"""A text of bounded length, made of sections in the order of their weight."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from hardwon.markup.text import counted

# Room that is kept for the sentence on what was left out: its nouns are ours, and few.
_SENTENCE = 400


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with blocks below it.

    Attributes:
        opening: What stands in front of the blocks; nothing of it where none fits.
        blocks: Each is taken whole or not at all, in this order; each ends its line.
        noun: What one block is, for the sentence on what was left out.
        closing: What stands behind the blocks.
    """

    opening: str
    blocks: Sequence[str]
    noun: str
    closing: str = ""


def join_sections(
    head: str,
    sections: Sequence[Section],
    foot: str,
    limit: int,
    say: Callable[[str], str],
    size: Callable[[str], int] = len,
) -> str:
    """Return head, sections and foot, in all at most `limit`, as `size` measures.

    What does not fit is left out, of each section from its end, and named in a sentence in front
    of the foot.

    Args:
        head: Always there.
        sections: Most important first: an earlier one takes its room first.
        foot: Always there.
        limit: Of the whole text.
        say: Makes the sentence from what was left out: "3 findings and 1 item".
        size: Length of a text.

    Raises:
        ValueError: `limit` is too small for head, foot and the sentence.
    """
    room = limit - size(head) - size(foot) - size(say("")) - _SENTENCE
    if room < 0:
        raise ValueError(f"{limit} is too little room by {-room}")
    out = [head]
    left: dict[str, int] = {}
    for section in sections:
        rest = room - size(section.opening) - size(section.closing)
        taken = 0
        for block in section.blocks:
            if size(block) > rest:
                break
            rest -= size(block)
            taken += 1
        if taken:
            room = rest
            out += [section.opening, *section.blocks[:taken], section.closing]
        if missing := len(section.blocks) - taken:
            left[section.noun] = left.get(section.noun, 0) + missing
    if left:
        parts = [counted(number, noun) for noun, number in left.items()]
        out.append(say(" and ".join([", ".join(parts[:-1]), parts[-1]] if parts[1:] else parts)))
    return "".join([*out, foot])
