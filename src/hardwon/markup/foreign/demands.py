"""Whether a list item asks for something, and whether what stands above it forbids it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from hardwon.markup.blocks import ListItem
from hardwon.markup.foreign.sections import SENTENCE_END
from hardwon.markup.imperative import is_imperative, without_lead
from hardwon.markup.text import plain, strip_emoji

# A demand in so many words, wherever it stands.
_DEMAND = re.compile(
    r"(?:^|[.;:,(–—-]\s+|\b(?:so|but|and)\s+)(?:please\s+)?"
    r"(?:always|never|avoid|do not|don['’]t|prefer|ensure|make sure)\b"
    r"|^(?:only|no(?! longer))\b"
    r"|\b(?:must|should|shall|not allowed|forbidden)\b",
    re.IGNORECASE,
)
_NEGATIVE = re.compile(r"^\W*(?:never|do not|don['’]t|avoid|no)\b", re.IGNORECASE)
# What stands above a list of things that are not to be done.
_FORBIDS = re.compile(
    r"^\W*(?:do not|don['’]?ts?|never|avoid|not to do|what not to)\b|^\s*(?:❌|🚫|✗|✘)"
    r"|\b(?:anti-?patterns?|bad|wrong|forbidden|not allowed|prohibited|mistakes|pitfalls"
    r"|red flags)\b",
    re.IGNORECASE,
)
_CROSS = re.compile(r"^\s*(?:\*\*)?(?:❌|🚫|✗|✘)")
# Verbs that rules use beside those of patterns.
_MORE_VERBS = frozenset(
    """adhere adopt aim apply ban begin consult declare define delegate embrace employ favor
    favour fix highlight leverage log maintain opt optimise pin practice practise prioritise reach
    stick strive structure suffix utilize utilise wrap""".split()
)
# Verbs that are as often nouns: they count with a word behind them that a noun would not have.
_NOUNS = frozenset(
    """access back batch block break cache change code deploy design document double draft file
    fill filter flag force frame group guard hash import index install issue label lead link list
    load lock log look map mark match measure merge mock model monitor mount move name note open
    order override pack patch pause pin place plan plot poll pool prefix present print profile
    pull push queue quote range rate record refactor release reload report request reset review
    route sample scale schedule scope search select set share show smoke sort split stage start
    state stop store stream strip structure submit switch sync tag target test throttle time track
    transform trigger trim trust try tune turn type upgrade view wait walk watch""".split()
)
_ARTICLE = re.compile(
    r"^\S+\s+(?:the|an?|all|every|each|your|any|new|it|them|that|this|these|those|its|both|only|one|no|per|what|how"
    r"|with|for|in|on|at|to|from|via|using|by|before|after|when|if|as|down|up|out|over|where)\b",
    re.IGNORECASE,
)
_CONDITION = re.compile(
    r"^(?:if|when|whenever|before|after|for|in|on|once)\b[^,:]*,\s+", re.IGNORECASE
)
_NOUN_OF = re.compile(r"^\S+\s+of\b")
# "Anything the agent must honor" names things, and asks for nothing.
_THING = re.compile(r"^(?:anything|everything|what|whatever|things|those|items)\b", re.IGNORECASE)
_TASK = re.compile(r"^\[[ xX]\]\s")
_CODE_FIRST = re.compile(r"^(?:\*\*)?`")
# An entry of a list of files: what it points to is read elsewhere.
_LINK_FIRST = re.compile(r"^(?:\*\*)?!?\[[^\[\]]*\](?:\(|\[)")
_FLOW = re.compile(r"→|->|=>")


def forbids(text: str) -> bool:
    """Return whether a heading or label says that what stands below it is not to be done."""
    return bool(_FORBIDS.search(text))


def is_crossed(item: ListItem) -> bool:
    """Return whether a list item begins with a sign that it is not to be done."""
    return bool(_CROSS.match(item.text))


def is_negative(text: str) -> bool:
    """Return whether a sentence says by itself that something is not to be done."""
    return bool(_NEGATIVE.match(strip_emoji(plain(text))))


def sentences(text: str) -> list[str]:
    """Return the sentences of inline Markdown; "e.g." ends none."""
    return SENTENCE_END.split(text)


def is_demand(item: ListItem, *, only_stated: bool = False) -> bool:
    """Return whether a list item asks for something to be done or left undone.

    Args:
        item: No task and no entry of a list of files is a demand.
        only_stated: Whether the words must say so (must, should, never, always, do not, prefer,
            …); else a sentence in the imperative does, but for one that begins with code or is a
            chain of arrows.
    """
    if not may_be_demand(item):
        return False
    text = strip_emoji(plain(item.text))
    is_label = text.endswith(":") and any(block.kind == "list" for block in item.blocks)
    if is_label or len(text.split()) < 2:
        return False
    if _DEMAND.search(text):
        return not _THING.match(text)
    if only_stated or _CODE_FIRST.match(item.text) or _FLOW.search(text):
        return False
    return any(map(_commands, _readings(text)))


def may_be_demand(item: ListItem) -> bool:
    """Return whether a list item is neither a task nor the entry of a list of files."""
    return not (_TASK.match(item.text) or _LINK_FIRST.match(item.text))


def _readings(text: str) -> Iterator[str]:
    """Yield what may be the instruction: each sentence, and what follows a label or "you"."""
    for sentence in sentences(text):
        yield sentence
        condition = _CONDITION.match(sentence)
        if condition:
            yield sentence[condition.end() :]
    for mark in (": ", " - ", " – ", " — "):
        label, found, rest = text.partition(mark)
        if found and len(label.split()) <= 6:
            yield rest
    if text.casefold().startswith("you "):
        yield text[4:]


def _commands(text: str) -> bool:
    bare = without_lead(text)
    word = re.match(r"[A-Za-z][A-Za-z-]*", bare)
    if word is None or bare[word.end() : word.end() + 1] != " " or _NOUN_OF.match(bare):
        return False
    verb = word[0].casefold()
    if verb in _NOUNS and not _ARTICLE.match(bare):
        return False
    return verb in _MORE_VERBS or is_imperative(verb)
