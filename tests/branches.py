"""Two branches of one memory that each learn and are edited by hand, from a seed.

What a branch does depends on the seed alone, so that the same notes and edits can be made on
one branch, too, and compared with the merge.
"""

from __future__ import annotations

import random
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

from hardwon.memory import Memory
from memories import BOOK, note, pattern

OPS = "semantic/patterns/ops-patterns.md"
KNOWN = {
    BOOK: ["Close Every Cursor", "Idempotent Webhooks", "Money in Whole Cents", "Hash with a Salt"],
    OPS: ["Expand, Then Contract", "Flags with an End Date"],
}
NEW = ["Name the Time Zone", "Pin the Image by Digest"]
LESSONS = ["Give every import a batch key.", "Rotate the log before the disk is full."]
TEXTS = [
    "The nightly backup ran out of inodes because temporary files were never removed.",
    "A printer on the second floor lost its queue after the update of the print server.",
]
SUBJECTS = ["report", "invoice", "basket", "mail", "login", "export", "label", "refund"]
FAULTS = ["came late", "was empty", "showed zero", "kept spinning", "lost its date", "froze"]
PROJECTS = ["shop", "billing", "crm"]
OUTCOMES = ["SUCCESS", "SUCCESS", "SUCCESS", "PARTIAL", "FAILED"]


@dataclass(frozen=True)
class HandEdit:
    """A line of a file that gives way to others; both are without line ends."""

    path: str
    old: str
    new: tuple[str, ...]


@dataclass(frozen=True)
class Branch:
    notes: dict[str, str]
    edits: tuple[HandEdit, ...]
    edits_first: bool


@dataclass(frozen=True)
class Scenario:
    base: dict[str, str]
    one: Branch
    other: Branch


def make_scenario(seed: int) -> Scenario:
    """Return a base memory (learned) and what each of two branches does to it."""
    rng = random.Random(seed)
    base = _base(rng)
    # A sentence of a book stands in the workflow, too: people edit one or the other.
    edited = rng.choice(["semantic/", "semantic/", "procedural/"])
    places = [place for place in _places(base) if place[0].startswith(edited)]
    rng.shuffle(places)
    days = rng.sample(range(1, 29), 10)
    branches = []
    for number, name in enumerate(("one", "two")):
        mine = [places.pop() for _ in range(rng.randint(0, 3)) if places]
        notes = {}
        for day in days[number * 5 : number * 5 + rng.randint(1, 5)]:
            path, text = _note(rng, f"2026-03-{day:02d}", name)
            notes[path] = text
        edits = tuple(_edit(rng, path, line, name) for path, line in mine)
        branches.append(Branch(notes, edits, rng.random() < 0.5))
    return Scenario(base, *branches)


def _base(rng: random.Random) -> dict[str, str]:
    from memories import learn

    files = {}
    for path, names in KNOWN.items():
        patterns = [
            pattern(
                name,
                count := rng.randint(1, 5),
                "HIGH" if count >= 5 else "MEDIUM" if count >= 2 else "LOW",
                context=f"When {name.lower()} matters. It often does. Ask before you start.",
                pattern=f"Use {name.lower()}. Do it early. Say so in the review.",
                tags="data" if rng.random() < 0.3 else "",
            )
            for name in names
        ]
        ends = f"\n---\n\n**Last Updated:** 2024-12-01\n**Total Patterns:** {len(names)}\n"
        rule = rng.choice(["\n", "\n---\n\n"])
        files[path] = f"# Patterns\n\nRead this first. Then ask.\n\n{rule.join(patterns)}{ends}"
    for day in range(1, rng.randint(2, 4)):
        path, text = _note(rng, f"2026-02-{day:02d}", "base")
        files[path] = text
    return learn(files)


def _note(rng: random.Random, day: str, name: str) -> tuple[str, str]:
    fields = {}
    kind = rng.random()
    if kind < 0.7:
        fields["applied"] = rng.choice([n for names in KNOWN.values() for n in names])
    elif kind < 0.8:
        fields["applied"] = rng.choice(NEW)
    elif kind < 0.9:
        fields["lesson"] = rng.choice(LESSONS)
    else:
        fields["happened"] = rng.choice(TEXTS)
    if rng.random() < 0.7:
        fields["outcome"] = rng.choice(OUTCOMES)
    if rng.random() < 0.7:
        fields["project"] = rng.choice(PROJECTS)
    domain = "ops" if fields.get("applied") in KNOWN[OPS] else "code"
    title = f"The {rng.choice(SUBJECTS)} {rng.choice(FAULTS)}"
    text = note(title, day, **fields)
    return f"episodic/{domain}/{day}-{name}.md", text


def _places(base: dict[str, str]) -> list[tuple[str, str]]:
    """Return prose lines that a person may edit: each stands once in its file."""
    found = []
    for path, text in base.items():
        if path.startswith("procedural/"):
            shown = text.partition("\n---\n")[2].partition("## Evidence")[0]
        else:
            shown = text
        if not path.startswith("episodic/"):
            lines = shown.split("\n")
            prose = [x for x in lines if re.match(r"[A-Z][a-z]+ .*\.$|- \[ \] |\d+\. ", x)]
            prose = [x for x in prose if not re.match("Proven by|What .* proven", x)]
            found += [(path, line) for line in prose if lines.count(line) == 1]
    return sorted(found)


def _edit(rng: random.Random, path: str, line: str, name: str) -> HandEdit:
    kind = rng.choice(["reword", "append", "insert"])
    if kind == "insert" and not re.match(r"- \[|\d+\. ", line):
        return HandEdit(path, line, (line, f"A remark of {name}."))
    if kind == "reword" and "." in line and not re.match(r"\d+\. ", line):
        return HandEdit(path, line, (re.sub(r"\.(?= |$)", f", says {name}.", line, count=1),))
    return HandEdit(path, line, (f"{line} Checked by {name}.",))


def apply(root: Path, edits: tuple[HandEdit, ...]) -> None:
    for edit in edits:
        file = root / edit.path
        lines = file.read_text(encoding="utf-8").split("\n")
        if edit.old not in lines:
            continue  # learning wrote this section of a workflow anew
        at = lines.index(edit.old)
        lines[at : at + 1] = edit.new
        file.write_text("\n".join(lines), encoding="utf-8", newline="")


def write(root: Path, files: dict[str, str]) -> None:
    for path, text in files.items():
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8", newline="")


def learn_on(root: Path) -> None:
    memory = Memory.open(root)
    memory.apply(memory.plan())


def work(root: Path, branch: Branch) -> None:
    """Do what `branch` does in the memory at `root`."""
    write(root, branch.notes)
    if branch.edits_first:
        apply(root, branch.edits)
    learn_on(root)
    if not branch.edits_first:
        apply(root, branch.edits)


def read(root: Path) -> dict[str, str]:
    files = sorted(root.rglob("*.md"))
    return {f.relative_to(root).as_posix(): f.read_bytes().decode() for f in files}


def learned_on_one_branch(root: Path, scenario: Scenario) -> dict[str, str]:
    """Return the memory that makes all edits and learns all notes on one branch."""
    write(root, scenario.base)
    branches = (scenario.one, scenario.other)
    for branch in branches:
        if branch.edits_first:
            apply(root, branch.edits)
    for branch in branches:
        write(root, branch.notes)
    learn_on(root)
    for branch in branches:
        if not branch.edits_first:
            apply(root, branch.edits)
    return read(root)


def differences(root: Path, after: dict[str, str], whole: dict[str, str]) -> list[str]:
    """Return the paths that differ from the memory at `root`, learned on one branch.

    Two differences follow from what a branch knew, and are left out: a note that one branch
    would leave to a person, because its text resembles a pattern of the other; and a checklist
    under review, whose pattern was HIGH on a branch and by the dates of all notes never was.
    """
    if Memory.open(root).plan().undecided:
        return []
    paths = sorted(after.keys() | whole.keys())
    return [
        path
        for path in paths
        if after.get(path) != whole.get(path)
        and not (path not in whole and "status: under review" in after[path])
    ]


class Repository:
    """A real git repository with a memory in `memory/`."""

    def __init__(self, top: Path, command: str | None) -> None:
        self.top, self.memory = top, top / "memory"
        self.memory.mkdir(parents=True)
        self.git("init", "-q", "-b", "main")
        for key, value in {"user.name": "A", "user.email": "a@example.org", "gc.auto": "0"}.items():
            self.git("config", key, value)
        if command is not None:
            self.git("config", "merge.hardwon.driver", command)
        attributes = "*.md merge=hardwon\n*.markdown merge=hardwon\n"
        (self.memory / ".gitattributes").write_text(attributes)

    def git(self, *args: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            ["git", *args],
            cwd=self.top,
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
        )
        assert done.returncode == 0 or not check, f"git {args}: {done.stdout}{done.stderr}"
        return done

    def commit(self, message: str) -> None:
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", message)

    def fork(self, scenario: Scenario) -> None:
        """Commit the base and both branches; `one` is checked out at the end."""
        write(self.memory, scenario.base)
        self.commit("base")
        for name, branch in (("two", scenario.other), ("one", scenario.one)):
            self.git("checkout", "-q", "-b", name, "main")
            work(self.memory, branch)
            self.commit(name)
