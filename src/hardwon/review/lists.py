"""Items of the memory's own review checklists that a change gives cause for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from hardwon.learning.words import STOP_WORDS, identifier_parts, stem, words
from hardwon.model.page import Checklist
from hardwon.model.review import Cause, Item, ItemKind, Status
from hardwon.review.relevance import COMMON, Use

# Names that no prose has: two words in one, with an underscore, a capital inside, or called.
_NAME = re.compile(r"\b(?:[A-Za-z]\w*_\w+|[A-Za-z]*[a-z][A-Z]\w*|\w+(?=\(\)))")
# Without one of these, so many words of an item must be parts of names.
_WORDS = 2
_SHORTEST = 4
_SHOWN = 2


def ask_lists(lists: Iterable[Checklist], uses: Mapping[str, Sequence[Use]]) -> Iterator[Item]:
    """Yield the items that name what the change uses, in the order of the lists.

    An item names it as code is written, or by two words that are parts of names: "each migration
    can be rolled back" where `migrations.RunSQL` and `rollback` are added.

    Args:
        lists: The pages in `procedural/checklists/`.
        uses: The names that the added lines use.
    """
    parts: dict[str, Use] = {}
    for places in uses.values():
        for part in re.split(r"[_$]+", "_".join(identifier_parts(places[0].name))):
            if len(part) >= _SHORTEST:
                parts.setdefault(stem(part.casefold()), places[0])
    for one in lists:
        for item in one.items:
            causes = _named(item.text, uses) or _worded(item.text, parts)
            if causes:
                yield Item(one.title, None, ItemKind.CHECKLIST, item.text, Status.TO_CHECK, causes)


def _named(text: str, uses: Mapping[str, Sequence[Use]]) -> tuple[Cause, ...]:
    names = [name.casefold() for name in _NAME.findall(text)]
    found = [uses[name][0] for name in dict.fromkeys(names) if name in uses and name not in COMMON]
    return _causes(found)


def _worded(text: str, parts: Mapping[str, Use]) -> tuple[Cause, ...]:
    wanted = dict.fromkeys(
        stem(word)
        for word in words(text)
        if len(word) >= _SHORTEST and word not in STOP_WORDS and word not in COMMON
    )
    found = [parts[one] for one in wanted if one in parts]
    return _causes(found) if len(found) >= _WORDS else ()


def _causes(found: Sequence[Use]) -> tuple[Cause, ...]:
    return tuple(
        Cause(f"adds `{use.name}`", use.path, use.line, "identifier")
        for use in dict.fromkeys(found[:_SHOWN])
    )
