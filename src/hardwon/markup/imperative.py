"""Whether a sentence tells somebody to do something."""

from __future__ import annotations

import re

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
_CONDITION = re.compile(
    r"^(?:if|when|before|after|for each|for every|for|on|once|at)\b[^,:]*[,:]\s+", re.I
)
_LABEL = re.compile(r"^(?:\*\*)?[\w\"“”/ –-]{2,30}(?:\*\*)?:(?:\*\*)?\s+")
_WORD = re.compile(r"[A-Za-z][A-Za-z-]*")


def without_lead(sentence: str) -> str:
    """Return `sentence` without "always", "you should" and the like in front."""
    return _LEADS.sub("", sentence.strip())


def is_imperative(sentence: str) -> bool:
    """Return whether `sentence` tells somebody to do something, also behind a condition."""
    text = without_lead(sentence)
    lead = _CONDITION.match(text) or _LABEL.match(text)
    if lead:
        text = without_lead(text[lead.end() :])
    word = _WORD.match(text)
    return bool(_NEGATIVE.match(text) or (word and word[0].lower() in _VERBS))
