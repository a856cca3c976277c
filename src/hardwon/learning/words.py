"""Words of a text, reduced to stems."""

from __future__ import annotations

import functools
import re
from typing import Any

_WORD = re.compile(r"[^\W_]+(?:[+#]+)?|[+&]\d+")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")

# Words that say nothing about the matter of a note, in this field and in English.
STOP_WORDS = frozenset(
    """a about after all also always an and any are as at be because been before being but by can
    could did do does doing don each every few for from get had has have having he her here how i
    if in into is it its itself just like may me might more most must my never no nor not now of
    off on once one only or other our out over own same she should so some such t than that the
    their them then there these they this those through to too under until up use used using very
    was we were what when where which while who why will with would you your""".split()
)


@functools.cache
def _stemmer() -> Any:
    import snowballstemmer

    return snowballstemmer.stemmer("english")


@functools.lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """Return the stem of one lower-case word (English Snowball)."""
    return str(_stemmer().stemWord(word))


def words(text: str) -> list[str]:
    """Return the lower-case words of `text` in order, identifiers taken apart."""
    return [word.casefold() for word in _WORD.findall(_CAMEL.sub(" ", text))]


def stems(text: str) -> list[str]:
    """Return the stems of the words of `text` in order, without stop words."""
    return [stem(word) for word in words(text) if word not in STOP_WORDS]


def identifier_parts(word: str) -> list[str]:
    """Return the parts of a camelCase `word` in order, as written; joined they are `word`."""
    return _CAMEL.split(word)
