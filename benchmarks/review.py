"""What trying the detectors of patterns costs, beside ast-grep alone.

    python -m benchmarks.review [ROUNDS]

A hundred patterns, each with a detector, against a diff of fifty files of three hundred lines:
once where every file holds the words of every rule, so that nothing can be left untried, and once
where the rules are for other code, as most patterns of a memory are. ast-grep alone is a loop
over the same files and rules that counts the matches. Both are measured in turn, in one process;
what a worker takes to start is a part of ours, and is named beside it.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable

from ast_grep_py import SgRoot

from hardwon.actions.detect import detect
from hardwon.actions.rules import Rules
from hardwon.markup.pages import read_page
from hardwon.model.change import ChangedFile, ChangeSet, FileKind, Hunk
from hardwon.model.detector import Detector
from hardwon.model.languages import language_of
from hardwon.model.pattern import Pattern
from hardwon.review.syntax import Query

_NOTHING = Query({"rule": {"kind": "call"}}, "", (), (), None, None, everywhere=False)
FILES, LINES, PATTERNS = 50, 300, 100
BAR = 1.5

_PYTHON = """\
def handle_{n}(request, items, log):
    total = 0
    for item in items.filter(kind="{n}"):
        total += item.customer.name_{n} * 2
        item.save()
    try:
        send_{n}(request.user, total)
    except ValueError as error:
        log.error("failed {n}")
        return {{"error": str(error)}}
    return render(request, "page.html", {{"total": total}})


"""
_TYPESCRIPT = """\
export async function load{n}(client: Client, ids: string[]): Promise<Row[]> {{
  const rows: Row[] = [];
  for (const id of ids) {{
    const row = await client.fetch(`/rows/${{id}}`, {{ retries: {n} }});
    rows.push({{ ...row, name: row.name.trim() }});
  }}
  try {{
    await client.store(rows);
  }} catch (error) {{
    console.error("failed {n}");
  }}
  return rows;
}}

"""
_RULES = {
    "python": (
        "{{kind: call, pattern: $X.{word}($$$A), inside: {{kind: for_statement, stopBy: end}}}}",
        "{{pattern: '$L.{word}($M)', inside: {{kind: except_clause, stopBy: end}}}}",
        "{{kind: function_definition, has: {{pattern: '{word}', stopBy: end}},"
        " not: {{has: {{kind: with_statement, stopBy: end}}}}}}",
        "{{any: [{{pattern: '{word}($$$A)'}}, {{pattern: 'x.{word}($$$A)'}}]}}",
    ),
    "typescript": (
        "{{pattern: await $C.{word}($$$A), inside: {{kind: for_in_statement, stopBy: end}}}}",
        "{{pattern: '$L.{word}($M)', inside: {{kind: catch_clause, stopBy: end}}}}",
        "{{kind: function_declaration, has: {{pattern: '{word}', stopBy: end}}}}",
        "{{any: [{{pattern: '{word}($$$A)'}}, {{pattern: 'x.{word}($$$A)'}}]}}",
    ),
}
_WORDS = {
    "python": ("save", "error", "filter", "render", "items", "request"),
    "typescript": ("fetch", "error", "push", "store", "rows", "client"),
}


def _patterns(words: dict[str, tuple[str, ...]]) -> list[Pattern]:
    book = ["# Book\n"]
    for n in range(PATTERNS):
        language = ("python", "typescript")[n % 2]
        rules, names = _RULES[language], words[language]
        rule = rules[n // 2 % len(rules)].format(word=names[n // 8 % len(names)])
        book.append(
            f"## Pattern {n}\n\n**Confidence:** LOW\n**Pattern:** Do it.\n\n**Detection:**\n\n"
            f"```yaml ast-grep\nid: d{n}\nrole: violates\nlanguage: {language}\nrule: {rule}\n"
            "message: $X is wrong\n```\n"
        )
    patterns = list(read_page("\n".join(book), "semantic/patterns/book.md").patterns)
    assert sum(len(p.detectors) for p in patterns) == PATTERNS, [p.faults for p in patterns]
    return patterns


def _files() -> dict[str, str]:
    texts = {}
    for n in range(FILES):
        suffix, body = (("py", _PYTHON), ("ts", _TYPESCRIPT))[n % 2]
        lines = "".join(body.format(n=n * 1000 + k) for k in range(LINES)).split("\n")
        texts[f"src/file{n}.{suffix}"] = "\n".join(lines[:LINES]) + "\n"
    return texts


def _changes(texts: dict[str, str]) -> ChangeSet:
    files = []
    for path, text in texts.items():
        lines = tuple(text.splitlines(keepends=True))
        hunk = Hunk(0, (), 1, lines, tuple(range(1, len(lines) + 1)), ())
        files.append(ChangedFile(path, FileKind.ADDED, hunks=(hunk,), new_text=text))
    return ChangeSet("benchmark", tuple(files))


def _ast_grep(texts: dict[str, str], detectors: list[Detector]) -> int:
    count = 0
    for path, text in texts.items():
        language = language_of(path)
        assert language is not None
        root = SgRoot(text, language).root()
        for detector in detectors:
            if language in detector.languages:
                count += len(root.find_all(dict(detector.rule)))  # type: ignore[call-overload]
    return count


def _start() -> int:
    with Rules() as rules:
        rules.search("", "python", [_NOTHING], None)
    return 0


def _seconds(run: Callable[[], object]) -> float:
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def main(rounds: int) -> int:
    """Print the table; return 1 where a ratio is above the bar."""
    texts = _files()
    changes = _changes(texts)
    other = {
        language: tuple(f"{word}_elsewhere" for word in words) for language, words in _WORDS.items()
    }
    worst = 0.0
    print(f"{PATTERNS} patterns, {FILES} files of {LINES} lines, median of {rounds} rounds")
    for name, words in (("every rule has its words", _WORDS), ("rules for other code", other)):
        patterns = _patterns(words)
        detectors = [detector for pattern in patterns for detector in pattern.detectors]
        plain, ours, start = [], [], []
        for _ in range(rounds):
            plain.append(_seconds(lambda d=detectors: _ast_grep(texts, d)))  # type: ignore[misc]
            ours.append(_seconds(lambda p=patterns: detect(changes, p)))  # type: ignore[misc]
            start.append(_seconds(_start))
        alone, all_of_it, first = map(statistics.median, (plain, ours, start))
        ratio = (all_of_it - first) / alone
        worst = max(worst, ratio)
        print(
            f"{name}: ast-grep alone {alone:.3f} s ({_ast_grep(texts, detectors)} matches), "
            f"ours {all_of_it:.3f} s ({len(detect(changes, patterns).matches)} findings), "
            f"of which {first:.3f} s to start; {ratio:.2f} times"
        )
    print(f"the bar is {BAR} times")
    return 1 if worst >= BAR else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 5))
