"""What stays the same of a finding from one run to the next."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable

from hardwon.model.review import Finding


def fingerprints(findings: Iterable[Finding]) -> list[str]:
    """Return 64 hexadecimal digits for each finding, all different.

    They are made of pattern, rule, path and the line without its blanks, and of how many
    findings with the same four stand before it: lines that are added above change nothing, and
    neither does another indentation. The line number is not in it.
    """
    seen: Counter[tuple[str, ...]] = Counter()
    made: list[str] = []
    for finding in findings:
        evidence = "".join(finding.evidence.split())
        key = (finding.pattern, finding.rule, finding.path, evidence)
        # Lengths keep the parts apart, whatever is in them.
        text = "".join(f"{len(part)}:{part}" for part in (*key, str(seen[key])))
        made.append(hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest())
        seen[key] += 1
    return made
