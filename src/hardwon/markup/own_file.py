"""Files that are ours as a whole: signed, so that a change by somebody else is seen."""

from __future__ import annotations

import re
from hashlib import blake2b

# In the front matter, below `metadata:`, whose values are strings.
_SIGNATURE = re.compile(r'^  signature: "([0-9a-f]{16})"\r?\n', re.MULTILINE)
_PLACE = "  generator: hardwon\n"


def signed(text: str) -> str:
    """Return `text`, whose front matter names hardwon as its generator, with a signature.

    The signature is a digest of all else: it tells an edit, and proves nothing.
    """
    line = f'  signature: "{_digest(text)}"\n'
    return text.replace(_PLACE, _PLACE + line, 1)


def is_untouched(text: str) -> bool:
    """Return whether `text` is as `signed` returned it, by this version or another.

    Line ends do not count: git may have changed them.
    """
    text = text.replace("\r\n", "\n")
    found = _SIGNATURE.search(text)
    if found is None or not text[: found.start()].endswith(_PLACE):
        return False
    return found[1] == _digest(text[: found.start()] + text[found.end() :])


def _digest(text: str) -> str:
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()
