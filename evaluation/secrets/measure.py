"""Compare detectors of credentials on the labelled set, for docs/adr/0005-secrets.md.

    python evaluation/secrets/measure.py             # the table
    python evaluation/secrets/measure.py --missed    # and what each one missed or took wrongly
    python evaluation/secrets/measure.py --corpus    # and what each one finds in real notes

A detector that is not installed is left out; neither of the two libraries is needed for the
others. The corpus lies beside the project (`../shared/corpus`) and is not shipped with it.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from shapes import Sample, held_out, look_alikes, planted

if TYPE_CHECKING:
    from hardwon.model.secret import Secret

CORPUS = Path(__file__).resolve().parents[3] / "shared" / "corpus"
SEED = 7
COUNT = 5
# Of a value so much in a row may stay legible; more of it is a leak.
_LEGIBLE = 8
_KEY = "PRIVATE" + " KEY"

Detect = Callable[[str], list[str]]


def is_left(value: str, masked: str) -> bool:
    """Return whether `masked` still shows eight characters in a row of the credential `value`."""
    parts = [p.strip("> ") for p in value.replace("\\n", "\n").split("\n") if "-----" not in p]
    return any(
        part[start : start + _LEGIBLE] in masked
        for part in parts
        for start in range(max(1, len(part) - _LEGIBLE + 1))
        if part
    )


def masked_by(detect: Detect, text: str) -> tuple[list[str], str]:
    """Return what `detect` finds in `text`, and the text without it."""
    found = detect(text)
    masked = text
    for value in sorted(found, key=len, reverse=True):
        masked = masked.replace(value, "*") if value else masked
    return found, masked


def detectors() -> Iterator[tuple[str, Detect]]:
    """Yield the detectors that are installed."""
    yield from _betterleaks()
    yield from _detect_secrets()
    yield from _hardwon()


def _betterleaks() -> Iterator[tuple[str, Detect]]:
    try:
        import betterleaks
    except ImportError:
        return

    def detect(text: str) -> list[str]:
        return [finding.match.value for finding in betterleaks.scan_string(text)]

    def sure(text: str) -> list[str]:
        found = betterleaks.scan_string(text)
        return [finding.match.value for finding in found if finding.confidence != "low"]

    yield "betterleaks", detect
    yield "betterleaks, no low confidence", sure


def _detect_secrets() -> Iterator[tuple[str, Detect]]:
    try:
        from detect_secrets import SecretsCollection
        from detect_secrets.core.plugins.util import get_mapping_from_secret_type_to_class
        from detect_secrets.settings import transient_settings
    except ImportError:
        return
    names = [kind.__name__ for kind in get_mapping_from_secret_type_to_class().values()]
    plain = [name for name in names if "HighEntropy" not in name and name != "IPPublicDetector"]

    def run(plugins: list[str], text: str) -> list[str]:
        with (
            transient_settings({"plugins_used": [{"name": name} for name in plugins]}),
            tempfile.TemporaryDirectory() as folder,
        ):
            file = Path(folder) / "note.md"
            file.write_text(text, encoding="utf-8")
            found = SecretsCollection(root=folder)
            found.scan_file("note.md")
            return [secret.secret_value or "" for _, secret in found]

    yield "detect-secrets", lambda text: run(names, text)
    yield "detect-secrets, no entropy", lambda text: run(plain, text)


def _hardwon() -> Iterator[tuple[str, Detect]]:
    try:
        from hardwon.markup import secrets
    except ImportError:
        return

    def detect(text: str) -> list[str]:
        return _values(text, secrets.find_secrets(text))

    def alone(text: str) -> list[str]:
        return _values(text, secrets.find_secrets(text, library=False))

    yield "hardwon", detect
    yield "hardwon without a library", alone


def _values(text: str, found: tuple[Secret, ...]) -> list[str]:
    return [text[start:end] for secret in found for start, end in secret.pieces]


def main() -> int:
    _table("labelled", [*planted(SEED, COUNT), *look_alikes(SEED, COUNT)])
    _table("held out", held_out(SEED, COUNT))
    if "--corpus" in sys.argv:
        for name, detect in detectors():
            _count(name, detect)
    return 0


def _table(title: str, samples: list[Sample]) -> None:
    planted_kinds = len({s.kind for s in samples if s.values})
    others = len({s.kind for s in samples}) - planted_kinds
    print(
        f"{title}: {len(samples)} texts, {planted_kinds} kinds of credentials, {others} of others"
    )
    print("| detector | precision | recall | F1 | wholly masked | ms a text |")
    print("|---|---|---|---|---|---|")
    for name, detect in detectors():
        _measure(name, detect, samples)


def _measure(name: str, detect: Detect, samples: list[Sample]) -> None:
    detect("warm")
    right = wrong = missed = whole = 0
    errors: Counter[str] = Counter()
    begun = time.perf_counter()
    results = [masked_by(detect, sample.text) for sample in samples]
    spent = time.perf_counter() - begun
    for sample, (found, masked) in zip(samples, results, strict=True):
        if not sample.values:
            wrong += bool(found)
            errors[f"taken wrongly: {sample.kind}"] += bool(found)
            continue
        (value,) = sample.values
        # Some detectors name a line and no value: the line counts as named.
        lines = [line for line in sample.text.split("\n") if is_left(value, line) or _KEY in line]
        named = any(f and (f in line or line in f) for f in found for line in lines)
        clean = not is_left(value, masked)
        right += named
        missed += not named
        whole += clean
        errors[f"missed: {sample.kind}"] += not named
        errors[f"not wholly masked: {sample.kind}"] += named and not clean
    precision = right / max(1, right + wrong)
    recall = right / max(1, right + missed)
    f1 = 2 * precision * recall / max(1e-9, precision + recall)
    ms = spent * 1000 / len(samples)
    share = whole / (right + missed)
    print(f"| {name} | {precision:.3f} | {recall:.3f} | {f1:.3f} | {share:.3f} | {ms:.2f} |")
    if "--missed" in sys.argv:
        for text, count in sorted(errors.items()):
            if count:
                print(f"    {count} {text}")


def _count(name: str, detect: Detect) -> None:
    if not CORPUS.is_dir():
        print("the corpus is not beside the project", file=sys.stderr)
        return
    for family in ("A", "B", "C", "D"):
        texts = [f.read_bytes().decode("utf-8", "replace") for f in _notes(family)]
        begun = time.perf_counter()
        hits = [len(detect(text.replace("\0", " "))) for text in texts]
        ms = (time.perf_counter() - begun) * 1000 / len(texts)
        print(
            f"{name}: {sum(hits)} hits in {sum(map(bool, hits))} of {len(texts)} files of {family},"
            f" {ms:.2f} ms a file"
        )


def _notes(family: str) -> list[Path]:
    return sorted(f for f in (CORPUS / family).rglob("*.md") if f.is_file())


if __name__ == "__main__":
    sys.exit(main())
