"""Steps in the imperative, made from a pattern's own lists and sentences."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from hardwon.markup.blocks import Block, ListItem, parse_document

_VERBS = frozenset(
    """accept add adjust aggregate align allow announce answer apply approve archive ask assert
    assign attach audit avoid back batch benchmark bind block break bring build bump cache call
    cancel cap capture catch centralize change check choose clean clear close collect combine
    commit compare compute configure confirm connect consider consult convert copy count cover
    create cut debounce debug declare decide default defer define delete deploy describe design
    detect disable discard do document double draw drop emit enable encode encrypt end enforce
    ensure escape establish estimate evaluate examine exclude expect explain expose extract fail
    fetch file fill filter find fix flag flush focus follow force frame gather generate get give
    grant group guard handle hash have hide hold identify ignore implement import include index
    inject inspect install instrument integrate introduce invalidate investigate invoke isolate
    issue join keep label launch lead leave let limit link list listen load lock log look lower
    maintain make map mark match measure memoize merge migrate minimize mirror mock model monitor
    mount move name normalize note notify offload omit open optimize order organize override pack
    pad parallelize parse pass patch pause perform persist pick pin place plan plot poll pool
    prefer prefix prepare present preserve prevent preview print prioritize profile promote
    protect provide prune publish pull push put quantify query queue quote raise rate read rebuild
    record redact reduce refactor refer refine refresh refuse register reject release reload rely
    remember remove rename render renew reopen reorder repeat replace replay report request
    require rerun reserve reset resolve respect restart restore restrict retain retry return reuse
    revalidate revert review revoke rewrite roll rotate route run sample sanitize save say scale
    schedule scope search select send separate serialize serve set share ship show sign simplify
    skip smoke sort specify split stabilize stage standardize start state stop store stream strip
    structure submit subscribe surface swap switch sync tag take target teach tell test throttle
    throw time track transform translate treat trigger trim truncate trust try tune turn type
    understand unify unpack unset update upgrade use validate verify version wait walk warm warn
    watch whitelist widen wire wrap write""".split()
)
_LEADS = re.compile(
    r"^(?:always|please|also|(?:first|then|next|finally|instead|generally|usually|in general),|"
    r"you (?:should|must|need to|have to|can)|we (?:should|must|need to)|"
    r"be sure to|make sure to|remember to|try to|it is best to)\s*,?\s+",
    re.IGNORECASE,
)
_NEGATIVE = re.compile(r"^(?:never|do not|don't|don’t|avoid|no longer)\b", re.IGNORECASE)
_MODAL = re.compile(r"\b(?:should|must|needs? to|ha(?:s|ve) to|required? to)\b", re.IGNORECASE)
_CONDITION = re.compile(
    r"^(?:if|when|before|after|for each|for every|for|on|once|at)\b[^,:]*[,:]\s+", re.I
)
_LABEL = re.compile(r"^(?:\*\*)?[\w\"“”/ –-]{2,30}(?:\*\*)?:(?:\*\*)?\s+")
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z`\"'(*])")
_TASK = re.compile(r"^\[[ xX]\]\s+")
_WORD = re.compile(r"[A-Za-z][A-Za-z-]*")


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


def is_imperative(sentence: str) -> bool:
    """Return whether `sentence` tells somebody to do something, also behind a condition."""
    text = _LEADS.sub("", sentence.strip())
    lead = _CONDITION.match(text) or _LABEL.match(text)
    if lead:
        text = _LEADS.sub("", text[lead.end() :])
    word = _WORD.match(text)
    return bool(_NEGATIVE.match(text) or (word and word[0].lower() in _VERBS))


def imperative(sentence: str) -> str:
    """Return `sentence` as an instruction.

    "Always include X" becomes "Include X"; a demand ("X should be Y") "Make sure: X should be
    Y"; a plain statement "Keep in mind: …".
    """
    if is_imperative(sentence):
        text = _LEADS.sub("", sentence.strip())
        return text[0].upper() + text[1:]
    lead = "Make sure: " if _MODAL.search(sentence) else "Keep in mind: "
    return lead + sentence.strip()
