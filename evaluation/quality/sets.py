"""Labelled sets: a memory folder each, what is asked of it, and what the answer should be.

    from evaluation.quality.sets import build_search_sets, build_match_sets
    for one in build_search_sets("tune"):
        one.write(folder)      # notes and books as Markdown; hardwon.Memory.open(folder / "memory")
        one.queries            # text, and path -> grade of what is relevant

Everything is in a fixed order and drawn by hashes of names, so a set is the same at each run.
Tune on the half `tune`; `report` is for reporting.
"""

from __future__ import annotations

import random
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

import yaml

from evaluation.quality import sources
from evaluation.quality.sources import Half, Note, SourceMissingError, first_sentence, order

# Enough for intervals of some 4 points, and few enough for a run of minutes.
_MAX_QUERIES = 400
_MAX_ASKED = 300
_MAX_STREAM = 250
_MIN_QUERY_WORDS = 3
_MIN_FUNCTION_LINES = 3

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked, and what should be found.

    Attributes:
        text: What a person would type.
        relevant: Path of a document → grade, 1 and more.
        left_out: A document that does not count as found, since the query was made of it.
    """

    text: str
    relevant: Mapping[str, int]
    left_out: str | None = None


@dataclass(frozen=True, slots=True)
class SearchSet:
    """Queries, and the memory that should answer them.

    Attributes:
        name: Of the set, the same in both halves.
        half: Which texts it is made of.
        documents: Path below the memory folder → Markdown.
        queries: What is asked.
        in_mean: Whether its labels are strong enough for the mean over sets.
    """

    name: str
    half: Half
    documents: Mapping[str, str]
    queries: Sequence[Query]
    in_mean: bool = True

    def write(self, folder: Path) -> Path:
        """Write the memory below `folder`; return the memory folder."""
        return _write(folder, self.documents)


@dataclass(frozen=True, slots=True)
class Asked:
    """A note that is not in the memory, or not yet.

    Attributes:
        title: Of the note.
        text: What follows the title.
        pattern: The name of the pattern that it belongs to; of one that the memory does not
            hold in a set, of the group in a stream. None where it belongs to none.
    """

    title: str
    text: str
    pattern: str | None


@dataclass(frozen=True, slots=True)
class MatchSet:
    """Notes to ask about, and the memory with patterns and their examples.

    Attributes:
        name: Of the set, the same in both halves.
        half: Which texts it is made of.
        documents: Path below the memory folder → Markdown: a book, and a note for each example.
        patterns: Names of the patterns in the book.
        asked: Notes with their pattern, or None for new.
    """

    name: str
    half: Half
    documents: Mapping[str, str]
    patterns: Sequence[str]
    asked: Sequence[Asked]

    def write(self, folder: Path) -> Path:
        """Write the memory below `folder`; return the memory folder."""
        return _write(folder, self.documents)


@dataclass(frozen=True, slots=True)
class StreamSet:
    """Notes that arrive one by one at an empty memory, each with its true group."""

    name: str
    half: Half
    notes: Sequence[Asked]


@dataclass(frozen=True, slots=True)
class Skipped:
    """A set that cannot be built here, and why."""

    name: str
    reason: str


def _write(folder: Path, documents: Mapping[str, str]) -> Path:
    memory = folder / "memory"
    for name in ("episodic", "semantic"):
        (memory / name).mkdir(parents=True, exist_ok=True)
    for path, text in documents.items():
        file = memory / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return memory


# --- search ---------------------------------------------------------------------------------


def build_search_sets(half: Half, only: str | None = None) -> Iterator[SearchSet | Skipped]:
    """Yield the search sets of a half; what its source is missing for, as `Skipped`.

    Args:
        half: Which texts.
        only: The name of one set, or None for all.
    """
    for name, build in SEARCH_SETS.items():
        if only in (None, name):
            try:
                yield build(name, half)
            except SourceMissingError as error:
                yield Skipped(name, str(error))


def _til_titles(name: str, half: Half) -> SearchSet:
    """Title of a TIL → the note without it, in a file whose name tells nothing."""
    notes = _half(sources.read_notes("til"), half)
    paths = {note.path: f"episodic/code/x{n:04}.md" for n, note in enumerate(notes)}
    documents = {paths[note.path]: note.body for note in notes}
    queries = [Query(note.title, {paths[note.path]: 1}) for note in _sample(notes, _MAX_QUERIES)]
    return SearchSet(name, half, documents, queries)


def _til_misspelt(name: str, half: Half) -> SearchSet:
    """The same with a slip of the keyboard in each query."""
    plain = _til_titles(name, half)
    queries = [Query(misspell(one.text), one.relevant) for one in plain.queries]
    return SearchSet(name, half, plain.documents, queries, in_mean=False)


def _til_beginnings(name: str, half: Half) -> SearchSet:
    """First sentence of a TIL → the rest of it, under its title."""
    documents, asked = {}, []
    for number, note in enumerate(_half(sources.read_notes("til"), half)):
        paragraph, _, rest = note.body.partition("\n\n")
        path = f"episodic/code/x{number:04}.md"
        words = plain(first_sentence(paragraph))
        if len(words.split()) < _MIN_QUERY_WORDS + 2 or len(rest.split()) < 15:
            documents[path] = f"# {note.title}\n\n{note.body}"
            continue
        # What follows the sentence in its paragraph stays.
        left = " ".join(paragraph.split())[len(first_sentence(paragraph)) :].strip()
        documents[path] = f"# {note.title}\n\n{left}\n\n{rest}"
        asked.append((note, Query(words, {path: 1})))
    chosen = _sample(asked, _MAX_QUERIES, key=lambda pair: pair[0].path)
    return SearchSet(name, half, documents, [query for _, query in chosen])


def _til_topics(name: str, half: Half) -> SearchSet:
    """Title of a TIL → other notes of its folder. A weak label: a folder is a technology."""
    notes = _half(sources.read_notes("til"), half)
    paths = {note.path: f"episodic/code/x{n:04}.md" for n, note in enumerate(notes)}
    documents = {paths[note.path]: f"# {note.title}\n\n{note.body}" for note in notes}
    folders = _grouped(notes, lambda note: note.repository)
    eligible = [note for note in notes if len(folders[note.repository]) >= 5]
    queries = []
    for note in _sample(eligible, _MAX_QUERIES):
        others = {paths[other.path]: 1 for other in folders[note.repository] if other != note}
        queries.append(Query(note.title, others, left_out=paths[note.path]))
    return SearchSet(name, half, documents, queries, in_mean=False)


def _solution_titles(name: str, half: Half) -> SearchSet:
    """Title of a docs/solutions note → the note without title and symptoms."""
    documents, notes = _solutions_without(half)
    queries = [Query(plain(note.title), {path: 1}) for path, note in notes.items()]
    return SearchSet(name, half, documents, queries)


def _solution_symptoms(name: str, half: Half) -> SearchSet:
    """Each symptom that a docs/solutions note lists → the note without title and symptoms."""
    documents, notes = _solutions_without(half)
    queries = [
        Query(plain(symptom), {path: 1})
        for path, note in notes.items()
        for symptom in _texts(note.fields.get("symptoms"))
        if len(symptom.split()) >= _MIN_QUERY_WORDS
    ]
    return SearchSet(name, half, documents, queries)


def _solutions_without(half: Half) -> tuple[dict[str, str], dict[str, Note]]:
    notes = _half(sources.read_notes("docs-solutions"), half)
    by_path = {f"episodic/code/x{n:04}.md": note for n, note in enumerate(notes)}
    hidden = ("title", "symptoms")
    return {path: _with_header(note, hidden) + note.body for path, note in by_path.items()}, by_path


def _solution_relatives(name: str, half: Half) -> SearchSet:
    """Title of a docs/solutions note → others that share tags and a cause, component or type.

    Grades: one or two for shared tags, one more for an equal root cause or component.
    """
    notes = _half(sources.read_notes("docs-solutions"), half)
    paths = {note.path: f"episodic/code/x{n:04}.md" for n, note in enumerate(notes)}
    documents = {
        paths[note.path]: f"{_with_header(note, ('title',))}# {note.title}\n\n{note.body}"
        for note in notes
    }
    queries = []
    for note in notes:
        grades = {
            paths[other.path]: grade
            for other in notes
            if other != note and (grade := _relation(note, other))
        }
        if grades:
            queries.append(Query(plain(note.title), grades, left_out=paths[note.path]))
    return SearchSet(name, half, documents, queries, in_mean=False)


def _relation(note: Note, other: Note) -> int:
    tags = len(set(_texts(note.fields.get("tags"))) & set(_texts(other.fields.get("tags"))))
    causes = any(_same(note, other, field) for field in ("root_cause", "component"))
    if not tags or not (causes or _same(note, other, "problem_type")):
        return 0
    return min(tags, 2) + causes


def _same(note: Note, other: Note, field: str) -> bool:
    return bool(note.fields.get(field)) and note.fields[field] == other.fields.get(field)


def _record_titles(name: str, half: Half) -> SearchSet:
    """Title of a decision, postmortem or session note → the note without it."""
    kinds = [kind for kind in sources.read_kinds() if kind not in ("til", "docs-solutions")]
    notes = _half((note for kind in kinds for note in sources.read_notes(kind)), half)
    paths = {note.path: f"episodic/code/x{n:04}.md" for n, note in enumerate(notes)}
    documents = {paths[note.path]: _with_header(note, ("title",)) + note.body for note in notes}
    # A title that several notes bear, such as "Metadata", means none of them.
    titles = Counter(plain(note.title).casefold() for note in notes)
    queries = [
        Query(plain(note.title), {paths[note.path]: 1})
        for note in notes
        if titles[plain(note.title).casefold()] == 1
        and len(plain(note.title).split()) >= _MIN_QUERY_WORDS
    ]
    return SearchSet(name, half, documents, queries)


def _descriptions(name: str, half: Half) -> SearchSet:
    """First sentence of what a skill, command or rule is described with → its page."""
    documents, queries = {}, []
    for number, note in enumerate(_half(sources.read_described(), half)):
        path = f"episodic/code/x{number:04}.md"
        documents[path] = f"# {note.title or 'Page'}\n\n{note.body}"
        words = plain(first_sentence(note.fields["description"]))
        if len(words.split()) > _MIN_QUERY_WORDS:
            queries.append(Query(words, {path: 1}))
    return SearchSet(name, half, documents, queries)


def _link_lines(name: str, half: Half) -> SearchSet:
    """Words of a line with a link → the file that it leads to."""
    return _links(name, half, _line_words)


def _link_descriptions(name: str, half: Half) -> SearchSet:
    """What such a line says of the file behind the link: `- [Title](file.md) - words`."""

    def words(line: str, _: str) -> str:
        found = _DESCRIBED.search(line)
        return plain(_LINK.sub(" ", found[1])) if found else ""

    return _links(name, half, words)


# A file of this name is a page that nobody searches, docs/format.md.
_PAGES = {"index", "readme", "changelog", "contributing", "license", "skill", "agents", "claude",
          "gemini", "memory"}  # fmt: skip
_LINK = re.compile(r"!?\[\[?([^\]]*)\]\]?(?:\([^)]*\)?)?|`[^`]*\.md[^`]*`|\S*\.md\S*")
_DESCRIBED = re.compile(r"(?:\]\([^)]*\)|\.md`)\s*(?:-{1,2}|[–—:])\s+(.+)")


def _links(name: str, half: Half, words: Callable[[str, str], str]) -> SearchSet:
    links = [
        link for link in sources.read_links()
        if link.source != link.target and Path(link.target).stem.casefold() not in _PAGES
        and all(_half_of_path(path) == half for path in (link.source, link.target))
    ]  # fmt: skip
    repositories = {path.split("/")[1] for link in links for path in (link.source, link.target)}
    paths = [
        path for path in sources.read_family_paths("AB")
        if path.split("/")[1] in repositories and _half_of_path(path) == half
        and Path(path).stem.casefold() not in _PAGES
    ]  # fmt: skip
    # The line itself would be found first: it is taken out of the note in which it stands.
    lines = defaultdict(set)
    for link in links:
        lines[link.source].add(link.line)
    documents = {}
    for path in paths:
        text = (sources.CORPUS / path).read_bytes().decode("utf-8", "replace")
        documents[f"notes/{path}"] = "".join(
            line for line in text.replace("\r\n", "\n").splitlines(keepends=True)
            if not any(line.strip().startswith(known) for known in lines[path])
        )  # fmt: skip
    relevant: dict[tuple[str, str], dict[str, int]] = defaultdict(dict)
    for link in links:
        text = words(link.line, link.target)
        if len(text.split()) >= _MIN_QUERY_WORDS and f"notes/{link.target}" in documents:
            relevant[link.source, text][f"notes/{link.target}"] = 1
    queries = [
        Query(text, targets, left_out=f"notes/{source}")
        for (source, text), targets in relevant.items()
    ]
    return SearchSet(name, half, documents, queries)


def _half_of_path(path: str) -> Half:
    return sources.half_of(sources.repository_of(path))


def _line_words(line: str, target: str) -> str:
    def replace(link: re.Match[str]) -> str:
        # A link whose text is the name of the file is told by the name alone.
        return f" {link[1]} " if link[1] and ".md" not in link[1] else " "

    return plain(_LINK.sub(replace, line)).replace(Path(target).stem, " ").strip()


def _functions(name: str, half: Half) -> SearchSet:
    """First sentence of a docstring → the function without its docstring."""
    functions = [
        one for one in _half(sources.read_functions(), half)
        if one.source.count("\n") + 1 >= _MIN_FUNCTION_LINES and len(one.sentence.split()) >= 4
    ]  # fmt: skip
    documents, paths = {}, {}
    for number, one in enumerate(functions):
        path = paths[one] = f"episodic/code/x{number:04}.md"
        documents[path] = f"# {one.name}\n\n```python\n{one.source}\n```\n"
    chosen = _sample(functions, _MAX_QUERIES, key=lambda one: f"{one.module} {one.name}")
    queries = [Query(one.sentence, {paths[one]: 1}) for one in chosen]
    return SearchSet(name, half, documents, queries)


def _weaknesses(name: str, half: Half) -> SearchSet:
    """An incident that the CWE list tells of → the weakness that it is an example of."""
    weaknesses = _half(sources.read_weaknesses(), half)
    documents, asked = {}, []
    for one in weaknesses:
        path = f"episodic/code/x{int(one.number):04}.md"
        documents[path] = f"# {one.name}\n\n{one.text}\n"
        asked += [(cve, Query(words, {path: 1})) for cve, words in one.incidents]
    chosen = _sample(asked, _MAX_QUERIES, key=lambda pair: f"{pair[0]} {pair[1].text}")
    return SearchSet(name, half, documents, [query for _, query in chosen])


def _answers(name: str, half: Half) -> SearchSet:
    """A question about computers → its answer."""
    pairs = _half(sources.read_questions(), half)
    documents = {f"episodic/code/x{n:04}.md": f"{one.answer}\n" for n, one in enumerate(pairs)}
    queries = [Query(one.question, {path: 1}) for path, one in zip(documents, pairs, strict=True)]
    return SearchSet(name, half, documents, queries)


SEARCH_SETS: dict[str, Callable[[str, Half], SearchSet]] = {
    "til-titles": _til_titles,
    "til-beginnings": _til_beginnings,
    "solution-titles": _solution_titles,
    "solution-symptoms": _solution_symptoms,
    "record-titles": _record_titles,
    "descriptions": _descriptions,
    "links": _link_lines,
    "link-descriptions": _link_descriptions,
    "functions": _functions,
    "weaknesses": _weaknesses,
    "answers": _answers,
    "til-misspelt": _til_misspelt,
    "til-topics": _til_topics,
    "solution-relatives": _solution_relatives,
}


# --- matching -------------------------------------------------------------------------------


def build_match_sets(half: Half, only: str | None = None) -> Iterator[MatchSet | Skipped]:
    """Yield the matching sets of a half; what its source is missing for, as `Skipped`."""
    for name, build in MATCH_SETS.items():
        if only in (None, name):
            try:
                yield build(name, half)
            except SourceMissingError as error:
                yield Skipped(name, str(error))


def build_stream_sets(half: Half, only: str | None = None) -> Iterator[StreamSet | Skipped]:
    """Yield the streams of a half; what its source is missing for, as `Skipped`."""
    for name, read in STREAM_SETS.items():
        if only in (None, name):
            try:
                groups = {key: group for key, group in read(half).items() if len(group.notes) > 1}
            except SourceMissingError as error:
                yield Skipped(name, str(error))
                continue
            # Whole groups, so that as many notes have company in a sample as in all.
            notes: list[Asked] = []
            for key in sorted(groups, key=lambda key: order(key, seed="stream")):
                few = _sample(groups[key].notes, _MAX_GROUP, key=_words_of)
                if len(notes) + len(few) <= _MAX_STREAM:
                    notes += (Asked(one.title, one.text, key) for one in few)
            yield StreamSet(name, half, _sample(notes, len(notes), key=_words_of))


_MAX_GROUP = 12


@dataclass(frozen=True, slots=True)
class Group:
    """Notes that are examples of one thing.

    Attributes:
        name: What a pattern of them is called.
        text: What it says; "" for no more than its name.
        notes: Title and text of each.
    """

    name: str
    text: str
    notes: Sequence[Asked]


def _words_of(note: Asked) -> str:
    return f"{note.title} {note.text}"


def _til_groups(half: Half) -> dict[str, Group]:
    """Folders of TILs."""
    notes = _half(sources.read_notes("til"), half)
    return {
        name: Group(
            name.rpartition("/")[2].replace("-", " ").replace("_", " ").title(), "",
            [Asked(note.title, note.body, None) for note in group],
        )
        for name, group in _grouped(notes, lambda note: note.repository).items()
    }  # fmt: skip


def _solution_groups(field: str) -> Callable[[Half], dict[str, Group]]:
    """Notes of docs/solutions with one value of a field of their front matter."""

    def read(half: Half) -> dict[str, Group]:
        notes = _half(sources.read_notes("docs-solutions"), half)
        stated = [note for note in notes if isinstance(note.fields.get(field), str)]
        # A value that is a sentence of its own belongs to its note alone.
        groups = _grouped(stated, lambda note: str(note.fields[field]))
        return {
            value: Group(
                value.replace("_", " ").replace("-", " "), "",
                [Asked(note.title, _solution_text(note, field), None) for note in group],
            )
            for value, group in groups.items()
        }  # fmt: skip

    return read


def _solution_text(note: Note, hidden: str) -> str:
    symptoms = "".join(f"- {symptom}\n" for symptom in _texts(note.fields.get("symptoms")))
    return f"{symptoms}\n{note.body}" if hidden else note.body


def _weakness_groups(half: Half) -> dict[str, Group]:
    """Incidents of one weakness; the incident's words are title and text at once."""
    groups = {}
    for one in _half(sources.read_weaknesses(), half):
        told = dict.fromkeys(words for _, words in one.incidents)
        if told:
            groups[one.number] = Group(
                one.name, one.text, [Asked(words, words, None) for words in told]
            )
    return groups


def _symptom_groups(half: Half) -> dict[str, Group]:
    """Symptoms that one docs/solutions note lists; the pattern is the solution."""
    groups = {}
    for note in _half(sources.read_notes("docs-solutions"), half):
        told = dict.fromkeys(plain(symptom) for symptom in _texts(note.fields.get("symptoms")))
        if told:
            notes = [Asked(words, words, None) for words in told]
            groups[note.path] = Group(plain(note.title), _first_paragraph(note.body), notes)
    return groups


def _first_paragraph(body: str) -> str:
    """Return the first paragraph that is no heading, list, table or fence; "" for none."""
    parts = (part.strip() for part in body.split("\n\n"))
    return next((part for part in parts if part[:1].isalpha()), "")


def _mention_groups(half: Half) -> dict[str, Group]:
    """Lines of lists that begin with a link to one file."""
    told: dict[str, dict[str, None]] = defaultdict(dict)
    for link in sources.read_links():
        words = _line_words(link.line, link.target)
        if (
            link.source != link.target
            and _MENTION.match(link.line)
            and len(words.split()) > _MIN_QUERY_WORDS
            and all(_half_of_path(path) == half for path in (link.source, link.target))
        ):
            told[link.target][words] = None
    return {
        target: Group(
            plain(sources.read_note(target).title) or Path(target).stem, "",
            [Asked(words, words, None) for words in lines],
        )
        for target, lines in told.items()
    }  # fmt: skip


_MENTION = re.compile(r"[-*+] +(?:\*\*)?\[")


def _method_groups(half: Half) -> dict[str, Group]:
    """First sentences of docstrings of functions that bear one name in several places."""
    named = _grouped(
        _half(sources.read_functions(), half), lambda one: one.name.rpartition(".")[2].strip("_")
    )
    return {
        name: Group(
            name.replace("_", " "), "", [Asked(one.sentence, one.sentence, None) for one in group]
        )
        for name, group in named.items()
    }


def _matching(
    name: str,
    half: Half,
    groups: Mapping[str, Group],
    *,
    examples: int,
    new: float = 0.35,
    known: float = 0.7,
    patterns: int = 100,
    least: int = 2,
    asked_each: int = 6,
) -> MatchSet:
    """Return a memory with patterns of some of `groups`, and notes to ask about.

    Args:
        name: Of the set.
        half: Which texts.
        groups: What belongs together.
        examples: How many notes of a group the memory holds, at most; one at least is asked.
        new: The share of asked notes that belong to no pattern of the memory.
        known: The share of the larger groups that become patterns; notes of the others, and of
            groups of one, are new.
        patterns: How many the memory holds at most.
        least: The notes that a group must have to become a pattern.
        asked_each: How many notes of one group are asked at most.
    """
    ordered = sorted(groups, key=lambda key: order(key, seed=name))
    large = [key for key in ordered if len(groups[key].notes) >= least]
    held = large[: min(patterns, round(known * len(large)))]
    names = _unique_names([groups[key].name for key in held])
    belong, strange, shelf = [], [], []
    for key, called in zip(held, names, strict=True):
        notes = _sample(groups[key].notes, len(groups[key].notes), key=_words_of)
        count = min(examples, len(notes) - 1)
        shelf.append((called, groups[key].text, notes[:count]))
        rest = notes[count : count + asked_each]
        belong += [Asked(note.title, note.text, called) for note in rest]
    for key in ordered:
        if key not in held:
            strange += _sample(groups[key].notes, asked_each, key=_words_of)
    count = round(min(_MAX_ASKED, len(belong) / (1 - new), len(strange) / new))
    asked = _sample(belong, round(count * (1 - new)), key=_words_of)
    asked += _sample(strange, round(count * new), key=_words_of)
    return MatchSet(name, half, write_shelf(shelf), names, _sample(asked, count, key=_words_of))


def _unique_names(names: Iterable[str]) -> list[str]:
    taken: Counter[str] = Counter()
    unique = []
    for name in names:
        taken[name.casefold()] += 1
        unique.append(name if taken[name.casefold()] == 1 else f"{name} {taken[name.casefold()]}")
    return unique


def write_shelf(shelf: Sequence[tuple[str, str, Sequence[Asked]]]) -> dict[str, str]:
    """Return a book of patterns, and a note for each of their examples, by path.

    Args:
        shelf: Name of a pattern, what it says ("" for its name), and its examples.
    """
    documents, parts, number = {}, ["# Patterns\n"], 0
    for name, text, notes in shelf:
        paths = []
        for note in notes:
            path = f"episodic/code/2025-01-{number % 28 + 1:02}-x{number:04}.md"
            documents[path] = f"# {note.title}\n\n{note.text}\n"
            paths.append(path)
            number += 1
        titles = [note.title for note in notes]
        parts.append(render_pattern(name, text, list(zip(titles, paths, strict=True))))
    documents["semantic/patterns/dev-patterns.md"] = "\n".join(parts)
    return documents


def render_pattern(name: str, text: str, examples: Sequence[tuple[str, str]]) -> str:
    """Return a pattern at home in docs/format.md, with its examples as (title, path)."""
    count = len(examples)
    confidence = "LOW" if count < 2 else "MEDIUM" if count < 5 else "HIGH"
    lines = [
        f"## {name}", "",
        f"**Confidence:** {confidence}",
        f"**Based on:** {count} example{'s' * (count != 1)}", "",
        "**Pattern:**", plain(text) or name, "",
    ]  # fmt: skip
    if examples:
        lines.append("**Examples:**")
    for number, (title, path) in enumerate(examples, start=1):
        date = Path(path).name[:10]
        lines.append(f"{number}. {plain(title)} ({date})")
    if examples:
        lines += ["", "**Source experiences:**", *(f"- memory/{path}" for _, path in examples)]
    lines.append("")
    return "\n".join(lines)


def _pattern_sources(name: str, half: Half) -> MatchSet:
    """Patterns that strangers wrote, and the notes that these link as their sources.

    The patterns list no source here: what is asked is their text.
    """
    links = [
        link for link in sources.read_links()
        if link.kind == "A->B" and _half_of_path(link.source) == half
    ]  # fmt: skip
    repositories = {link.source.split("/")[1] for link in links}
    paths = [
        path for path in sources.read_family_paths("A")
        if path.split("/")[1] in repositories and sources.read_note(path).title
    ]  # fmt: skip
    names = dict(
        zip(paths, _unique_names([plain(sources.read_note(path).title) for path in paths]),
            strict=True)
    )  # fmt: skip
    shelf = [(names[path], sources.read_note(path).body, ()) for path in paths]
    notes = {link.target: names[link.source] for link in links if link.source in names}
    asked = [
        Asked(note.title, note.body, pattern)
        for path, pattern in sorted(notes.items())
        if (note := sources.read_note(path)).title
    ]
    return MatchSet(name, half, write_shelf(shelf), list(names.values()), asked)


MATCH_SETS: dict[str, Callable[[str, Half], MatchSet]] = {
    "til-folders": lambda name, half: _matching(
        name, half, _til_groups(half), examples=5, asked_each=15
    ),
    "solution-components": lambda name, half: _matching(
        name, half, _solution_groups("component")(half), examples=3, known=0.8
    ),
    "solution-types": lambda name, half: _matching(
        name, half, _solution_groups("problem_type")(half), examples=3, known=0.8
    ),
    "symptoms": lambda name, half: _matching(name, half, _symptom_groups(half), examples=2),
    "mentions": lambda name, half: _matching(name, half, _mention_groups(half), examples=2),
    "weaknesses": lambda name, half: _matching(name, half, _weakness_groups(half), examples=3),
    "method-names": lambda name, half: _matching(
        name, half, _method_groups(half), examples=3, least=3
    ),
    "weaknesses-one-offs": lambda name, half: _matching(
        name, half, _weakness_groups(half), examples=3, known=0.2, new=0.95
    ),
    "til-one-offs": lambda name, half: _matching(
        name, half, _til_groups(half), examples=5, known=0.25, new=0.95, asked_each=40
    ),
    "weaknesses-single": lambda name, half: _matching(
        name, half, _weakness_groups(half), examples=1, known=0.5, new=0.95
    ),
    "pattern-sources": _pattern_sources,
}  # fmt: skip

STREAM_SETS: dict[str, Callable[[Half], dict[str, Group]]] = {
    "til-folders": _til_groups,
    "solution-components": _solution_groups("component"),
    "symptoms": _symptom_groups,
    "mentions": _mention_groups,
    "weaknesses": _weakness_groups,
    "method-names": _method_groups,
}


# --- text -----------------------------------------------------------------------------------

_MARKS = re.compile(r"^[ \t]*(?:#+|[-*+>|]|\d+[.)])[ \t]+|[*_`|\[\]#>👉→]+|\(https?:[^)]*\)?", re.M)
_FENCE = re.compile(r"^[ \t]*(`{3,}|~{3,})[^\n]*$", re.M)


def plain(text: str) -> str:
    """Return the words of a Markdown text on one line, without its marks."""
    text = _FENCE.sub(" ", text)
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text)
    return " ".join(_MARKS.sub(" ", text).split()).strip(" -–—:,;")


_NEIGHBOURS = ["qwertyuiop", "asdfghjkl", "zxcvbnm"]


def misspell(text: str) -> str:
    """Return `text` with one slip in one of its longer words, the same for the same text.

    Two letters change places, one is missing, doubled, or is its neighbour on the keyboard.
    """
    words = text.split()
    long = [n for n, word in enumerate(words) if len(word) >= 5 and word.isalpha()]
    if not long:
        return text
    rng = random.Random(text)
    place = rng.choice(long)
    word = words[place]
    at = rng.randrange(1, len(word) - 1)
    slip = rng.choice(("swap", "drop", "double", "neighbour"))
    if slip == "swap" and word[at] != word[at + 1]:
        word = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    elif slip == "drop":
        word = word[:at] + word[at + 1 :]
    elif slip == "double":
        word = word[: at + 1] + word[at:]
    else:
        (row,) = [row for row in _NEIGHBOURS if word[at].lower() in row] or ["aq"]
        where = row.find(word[at].lower())
        word = word[:at] + row[where - 1 if where > 0 else 1] + word[at + 1 :]
    words[place] = word
    return " ".join(words)


def _half(items: Iterable[Item], half: Half) -> list[Item]:
    return [item for item in items if item.half == half]  # type: ignore[attr-defined]


def _sample(
    items: Sequence[Item], count: int, key: Callable[[Any], str] = lambda item: item.path
) -> list[Item]:
    """Return so many of `items` at random, the same at each run, in that random order."""
    return list(islice(sorted(items, key=lambda item: order(key(item))), count))


def _grouped(items: Iterable[Item], key: Callable[[Item], str]) -> dict[str, list[Item]]:
    groups: dict[str, list[Item]] = {}
    for item in items:
        groups.setdefault(key(item), []).append(item)
    return groups


def _texts(value: Any) -> list[str]:
    """Return the texts of a list in front matter; of one text, itself."""
    if isinstance(value, str):
        return [value]
    return [str(one) for one in value] if isinstance(value, list) else []


def _with_header(note: Note, hidden: Sequence[str]) -> str:
    kept = {key: value for key, value in note.fields.items() if key not in hidden}
    if not kept:
        return ""
    return f"---\n{yaml.safe_dump(kept, sort_keys=False, allow_unicode=True)}---\n\n"
