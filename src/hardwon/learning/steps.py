"""Steps in the imperative, made from a pattern's own lists and sentences."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from hardwon.markup.blocks import Block, ListItem, parse_document
from hardwon.markup.imperative import is_imperative, without_lead

_MODAL = re.compile(r"\b(?:should|must|needs? to|ha(?:s|ve) to|required? to)\b", re.IGNORECASE)
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z`\"'(*])")
_TASK = re.compile(r"^\[[ xX]\]\s+")


@dataclass(slots=True)
class Step:
    """One thing to do, with the Markdown lines that stand below it (sub-steps, reasons, code)."""

    text: str
    below: list[str] = field(default_factory=list)


def find_steps(markdown: str) -> list[Step]:
    """Return the steps in `markdown`, in its order; every sentence of it is in one of them.

    A list becomes a step an item, a paragraph a step a sentence that tells what to do. What
    only explains is kept below the step before it, as is a list that a sentence introduces
    with a colon; code stays where it stood.
    """
    steps: list[Step] = []
    introduced = False
    for section in parse_document(markdown).root.walk():
        for block in section.blocks:
            if block.kind == "paragraph":
                _paragraph(block, steps)
            elif block.kind == "list" and introduced:
                steps[-1].below += [f"- [ ] {text}" for text in _texts(block.items)]
            elif block.kind == "list":
                _items(block.items, steps)
            elif block.kind == "fence":
                if not steps:
                    steps.append(Step("Follow this shape:"))
                steps[-1].below += _fence(block)
            introduced = block.kind == "paragraph" and block.text.rstrip().endswith(":")
    return steps


def _paragraph(block: Block, steps: list[Step]) -> None:
    for sentence in _SENTENCE.split(" ".join(block.text.split())):
        if not steps or is_imperative(sentence):
            steps.append(Step(imperative(sentence)))
        elif sentence.endswith(":"):
            steps.append(Step(sentence))
        else:
            steps[-1].below.append(sentence)


def _items(items: Iterable[ListItem], steps: list[Step]) -> None:
    for item in items:
        text = " ".join(_TASK.sub("", item.text).split())
        if text:
            plain_text = imperative(text) if is_imperative(text) else f"Check: {text}"
            steps.append(Step(plain_text, list(_below(item.blocks[1:]))))


def _texts(items: Iterable[ListItem]) -> list[str]:
    return [text for item in items if (text := " ".join(_TASK.sub("", item.text).split()))]


def _below(blocks: Iterable[Block]) -> Iterator[str]:
    for block in blocks:
        if block.kind == "paragraph":
            yield " ".join(block.text.split())
        elif block.kind == "fence":
            yield from _fence(block)
        for text in _texts(block.items):
            yield f"- {text}"


def _fence(block: Block) -> list[str]:
    return [f"```{block.info}", *block.text.rstrip("\n").split("\n"), "```"]


def imperative(sentence: str) -> str:
    """Return `sentence` as an instruction.

    "Always include X" becomes "Include X"; a demand ("X should be Y") "Make sure: X should be
    Y"; a plain statement "Keep in mind: …".
    """
    if is_imperative(sentence):
        text = without_lead(sentence)
        return text[0].upper() + text[1:]
    lead = "Make sure: " if _MODAL.search(sentence) else "Keep in mind: "
    return lead + sentence.strip()
