"""`hardwon watch`: who trusts it misses no edit, and who cannot trust it looks for themselves."""

from __future__ import annotations

import json
import mmap
import os
import random
import resource
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from hardwon.actions.index import read_index_status
from hardwon.actions.learn import learn
from hardwon.actions.read import read_snapshot
from hardwon.files import heartbeat
from hardwon.files.folder import Folder
from memories import BOOK, note, pattern
from watching import LINUX, WITHOUT_INOTIFY, Looks, Watcher, told, wait_for, watching

pytestmark = LINUX

NOTE = "episodic/code/2026-01-05-first.md"


@pytest.fixture
def memory(memory_dir: Path) -> Path:
    (memory_dir / BOOK).write_text(pattern("Retry With Jitter", 3, "HIGH"))
    for name in ("first", "second", "third"):
        text = note(f"The {name} case", happened=f"It was {name}word.")
        (memory_dir / f"episodic/code/2026-01-05-{name}.md").write_text(text)
    return memory_dir


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> Looks:
    return Looks(monkeypatch)


def text_with(word: str) -> str:
    return note(f"About {word}", happened=f"It was {word}.")


# -- edits of every kind: (memory, word) -> paths that hold the word afterwards ------------------

Edit = Callable[[Path, str], set[str]]


def in_place(root: Path, word: str) -> set[str]:
    with (root / NOTE).open("a") as file:
        file.write(f"\n{word}\n")
    return {NOTE}


def of_same_size_and_time(root: Path, word: str) -> set[str]:
    file = root / NOTE
    status = file.stat()
    text = file.read_text()
    end = f"\n{word}\n".rjust(20, ".")
    file.write_text(text[:-20] + end if text.startswith("#") else text)
    os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))
    return {NOTE}


def through_memory(root: Path, word: str) -> set[str]:
    file = root / NOTE
    file.write_text(file.read_text() + "\n" + " " * len(word) + "\n")
    wait_for(lambda: told(root) is not None)
    with file.open("r+b") as opened, mmap.mmap(opened.fileno(), 0) as mapped:
        mapped[-len(word) - 1 : -1] = word.encode()
    return {NOTE}


def renamed_over(root: Path, word: str) -> set[str]:
    aside = root / NOTE.replace(".md", ".md~")
    aside.write_text(text_with(word))
    aside.replace(root / NOTE)
    return {NOTE}


def new_file(root: Path, word: str) -> set[str]:
    (root / f"episodic/code/{word}.md").write_text(text_with(word))
    return {f"episodic/code/{word}.md"}


def new_folders(root: Path, word: str) -> set[str]:
    deep = root / f"episodic/{word}/deep/deeper"
    deep.mkdir(parents=True)
    (deep / "new.md").write_text(text_with(word))
    (deep.parent / "new.md").write_text(text_with(word))
    return {f"episodic/{word}/deep/deeper/new.md", f"episodic/{word}/deep/new.md"}


def in_a_folder_made_before(root: Path, word: str) -> set[str]:
    folder = root / f"episodic/{word}"
    folder.mkdir()
    wait_for(lambda: told(root) is not None)
    (folder / "new.md").write_text(text_with(word))
    return {f"episodic/{word}/new.md"}


def folder_renamed(root: Path, word: str) -> set[str]:
    new_folders(root, word)
    wait_for(lambda: told(root) is not None)
    (root / f"episodic/{word}").rename(root / f"episodic/code/{word}")
    return {f"episodic/code/{word}/deep/deeper/new.md", f"episodic/code/{word}/deep/new.md"}


def in_a_renamed_folder(root: Path, word: str) -> set[str]:
    paths = folder_renamed(root, f"{word}old")
    wait_for(lambda: told(root) is not None)
    for path in paths:
        (root / path).write_text(text_with(word))
    return paths


def folder_moved_in(root: Path, word: str) -> set[str]:
    outside = root.parent / word
    outside.mkdir()
    (outside / "new.md").write_text(text_with(word))
    outside.rename(root / f"episodic/{word}")
    return {f"episodic/{word}/new.md"}


def folder_moved_out(root: Path, word: str) -> set[str]:
    folder_moved_in(root, word)
    wait_for(lambda: told(root) is not None)
    (root / f"episodic/{word}").rename(root.parent / f"{word}-out")
    return set()


def deleted(root: Path, word: str) -> set[str]:
    (path,) = new_file(root, word)
    wait_for(lambda: told(root) is not None)
    (root / path).unlink()
    return set()


def folder_deleted(root: Path, word: str) -> set[str]:
    new_folders(root, word)
    wait_for(lambda: told(root) is not None)
    shutil.rmtree(root / f"episodic/{word}")
    return set()


def hidden_from_the_reader(root: Path, word: str) -> set[str]:
    """A folder that holds no notes of the memory becomes one that does."""
    folder = root / "node_modules"
    folder.mkdir(exist_ok=True)
    (folder / f"{word}.md").write_text(text_with(word))
    wait_for(lambda: told(root) is not None)
    folder.rename(root / f"episodic/{word}")
    return {f"episodic/{word}/{word}.md"}


def many_files(root: Path, word: str, count: int = 60) -> set[str]:
    paths = {f"episodic/{n % 7}/{word}{n}.md" for n in range(count)}
    for path in sorted(paths):
        (root / path).parent.mkdir(exist_ok=True)
        (root / path).write_text(text_with(word))
    return paths


# So far apart that none is taken for another one, misspelt.
WORDS = "boat coil dusk fern gulf hymn jolt kiln lamp moth nest pond quiz ruby".split()

EDITS: list[Edit] = [
    in_place, through_memory, renamed_over, new_file, new_folders, in_a_folder_made_before,
    folder_renamed, in_a_renamed_folder, folder_moved_in, folder_moved_out, deleted,
    folder_deleted, hidden_from_the_reader,
]  # fmt: skip


def test_a_search_right_after_an_edit_finds_it_and_looks_at_no_file(
    memory: Path, looks: Looks
) -> None:
    with watching(memory):
        looks.patient()
        for number, edit in enumerate([*EDITS, many_files]):
            word = f"zebra{WORDS[number]}"
            paths = edit(memory, word)
            found, looked = looks.found(memory, word)
            if paths:
                assert set(found) == paths, edit.__name__
            else:
                assert not [path for path in found if word in path], edit.__name__
            assert not looked, edit.__name__


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_no_edit_is_missed_in_a_thousand(memory: Path, looks: Looks, seed: int) -> None:
    chance = random.Random(seed)
    with watching(memory) as watcher:
        looks.patient()
        for number in range(250):
            word = "zebra" + "".join(chance.choices("bcdfgklmnprstv", k=6)) + str(number)
            edit = chance.choice(EDITS)
            paths = edit(memory, word)
            if chance.random() < 0.5:
                time.sleep(chance.random() * 0.1)
            found, looked = looks.found(memory, word)
            assert not looked, (number, edit.__name__, looks.why, watcher.fate())
            if paths:
                assert paths <= set(found), (number, edit.__name__)
            else:
                assert not [path for path in found if word in path], (number, edit.__name__)
        looks.why.clear()
        kept = read_snapshot(Folder(memory))
        assert looks.count == 0, (looks.why, watcher.fate())
    shutil.rmtree(memory / ".hardwon")
    assert read_snapshot(Folder(memory)) == kept


@pytest.mark.slow
def test_a_search_as_a_process_finds_what_was_saved_before_it_began(
    memory: Path, run_cli: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    with watching(memory):
        for number in range(40):
            paths = (in_place, renamed_over, new_file)[number % 3](memory, f"zebra{number}q")
            printed = run_cli("search", f"zebra{number}q", "--json").stdout
            assert {hit["path"] for hit in json.loads(printed)["results"]} == paths


@pytest.mark.slow
def test_five_hundred_files_at_once_are_found(memory: Path, looks: Looks) -> None:
    with watching(memory):
        looks.patient()
        paths = many_files(memory, "zebraword", 500)
        assert {page.path for page in read_snapshot(Folder(memory)).pages} >= paths
        assert looks.count == 0


def test_what_a_branch_holds_is_found_after_a_checkout(
    memory: Path, looks: Looks, git_repo: Callable[..., str]
) -> None:
    (memory.parent / ".gitignore").write_text(".hardwon/\n")
    git_repo("add", "-A")
    git_repo("commit", "-qm", "start")
    git_repo("checkout", "-qb", "other")
    paths = many_files(memory, "zebraword", 20)
    git_repo("add", "-A")
    git_repo("commit", "-qm", "other")
    with watching(memory):
        looks.patient()
        for _ in range(3):
            git_repo("checkout", "-q", "main")
            assert looks.found(memory, "zebraword") == ([], False)
            git_repo("checkout", "-q", "other")
            assert looks.found(memory, "zebraword") == (sorted(paths), False)


def test_the_date_that_a_commit_gives_a_note_is_known(
    memory: Path, looks: Looks, git_repo: Callable[..., str]
) -> None:
    (memory / "episodic/code/undated.md").write_text(note("Zebra", date=None, happened="A zebra."))
    git_repo("commit", "-q", "--allow-empty", "-m", "start")

    def date() -> str | None:
        (page,) = [p for p in read_snapshot(Folder(memory)).pages if p.path.endswith("undated.md")]
        experience = page.experiences[0]
        return experience.date.iso if experience.date else None

    with watching(memory):
        looks.patient()
        before = search_date(memory)
        git_repo("add", "memory")
        git_repo("commit", "-qm", "zebra", GIT_AUTHOR_DATE="2025-04-03T12:00:00Z")
        assert (before, search_date(memory)) == (None, "2025-04-03")
    assert looks.count == 0


def search_date(root: Path) -> str | None:
    from hardwon.actions.search import search

    (hit,) = search(Folder(root), "zebra", limit=1).hits
    return hit.date


def test_settings_that_change_are_obeyed(memory: Path, looks: Looks) -> None:
    def confidence() -> str:
        from hardwon.actions.search import search

        (hit, *_) = search(Folder(memory), "jitter", limit=1).hits
        return str(hit.confidence)

    with watching(memory):
        looks.patient()
        assert confidence() == "MEDIUM"
        (memory / "hardwon.toml").write_text("[confidence]\nhigh = 3\n")
        assert confidence() == "HIGH"
        assert looks.count == 0


def test_settings_that_cannot_be_used_are_named_and_silence_it(
    memory: Path, looks: Looks, monkeypatch: pytest.MonkeyPatch
) -> None:
    with watching(memory) as watcher:
        (memory / "hardwon.toml").write_text("[confidence]\nhigh = 0\n")
        assert watcher.process.stderr is not None
        assert watcher.process.stderr.readline().startswith("hardwon: hardwon.toml: confidence: ")
        assert told(memory) is None
        (memory / "hardwon.toml").write_text("[confidence]\nhigh = 3\n")
        wait_for(lambda: told(memory) is not None)


# -- a watcher that cannot be trusted ------------------------------------------------------------


def test_a_killed_watcher_is_not_trusted(memory: Path, looks: Looks) -> None:
    with watching(memory) as watcher:
        watcher.kill()
        assert (memory / ".hardwon/watch").exists()
        paths = new_file(memory, "zebraword")
        assert looks.found(memory, "zebraword") == (sorted(paths), True)
    with watching(memory):
        looks.patient()
        assert looks.found(memory, "zebraword") == (sorted(paths), False)


def test_a_stopped_watcher_is_not_trusted(
    memory: Path, looks: Looks, monkeypatch: pytest.MonkeyPatch
) -> None:
    with watching(memory) as watcher:
        watcher.pause()
        paths = new_file(memory, "zebraword")
        assert looks.found(memory, "zebraword") == (sorted(paths), True)
        watcher.go_on()
        looks.patient()
        # It sees that the index is not as it left it, and vouches for it again.
        wait_for(lambda: not looks.found(memory, "zebraword")[1])


def test_reports_that_the_system_had_to_drop_are_made_up_for(memory: Path, looks: Looks) -> None:
    limit = int(Path("/proc/sys/fs/inotify/max_queued_events").read_text())
    if limit > 200_000:
        pytest.skip("the system keeps very many reports")
    files = [memory / f"episodic/code/{name}.txt" for name in ("one", "other")]
    for file in files:
        file.touch()
    with watching(memory) as watcher:
        watcher.pause()
        for number in range(limit + 100):  # of none of these it would look at a note
            os.utime(files[number % 2])
        paths = in_place(memory, "zebraword")
        watcher.go_on()
        looks.patient()
        assert looks.found(memory, "zebraword") == (sorted(paths), False)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_it_ends_cleanly_on_a_signal(memory: Path, looks: Looks, number: int) -> None:
    with watching(memory) as watcher:
        assert watcher.end(number) == (0, "", "")
    assert not (memory / ".hardwon/watch").exists()
    assert looks.found(memory, "firstword") == ([NOTE], True)


def test_it_ends_while_it_reads_a_memory_for_the_first_time(memory: Path) -> None:
    for number in range(2000):
        (memory / f"episodic/code/{number}.md").write_text(text_with("zebra") * 20)
    watcher = Watcher(memory)
    wait_for((memory / ".hardwon/index.sqlite").exists)
    assert watcher.end() == (0, "", "")
    assert told(memory) is None


def test_a_second_watcher_is_refused(memory: Path, looks: Looks) -> None:
    with watching(memory):
        assert Watcher(memory).ended() == (
            2,
            "",
            "hardwon: another hardwon watch keeps this memory fresh already\n"
            "  hint: end that one first, or leave it at that\n",
        )
        looks.patient()
        assert looks.found(memory, "firstword") == ([NOTE], False)


# -- what happens to the index, and to what is its own -------------------------------------------


def test_an_index_that_is_removed_is_built_again(memory: Path, looks: Looks) -> None:
    with watching(memory):
        (memory / ".hardwon/index.sqlite").unlink()
        wait_for((memory / ".hardwon/index.sqlite").exists)
        looks.patient()
        wait_for(lambda: not looks.found(memory, "firstword")[1])


def test_an_index_that_another_process_built_is_looked_at_before_it_is_trusted(
    memory: Path, looks: Looks
) -> None:
    with watching(memory) as watcher:
        watcher.pause()
        read_index_status(Folder(memory), rebuild=True)
        state = told(memory)
        watcher.go_on()
        looks.patient()
        wait_for(lambda: not looks.found(memory, "firstword")[1])
        assert state is None
        assert told(memory) is not None


def test_an_index_with_rows_that_nobody_vouches_for_is_not_trusted(
    memory: Path, looks: Looks, monkeypatch: pytest.MonkeyPatch
) -> None:
    with watching(memory) as watcher:
        answer = told(memory)
        watcher.pause()
        paths = new_file(memory, "zebraword")
        read_index_status(Folder(memory))
        # As if the watcher had vouched for the state before that, after the question.
        monkeypatch.setattr(heartbeat.Question, "answer", lambda self: answer)
        assert looks.found(memory, "zebraword") == (sorted(paths), True)


def test_what_is_indexed_after_the_answer_makes_nobody_look(
    memory: Path, looks: Looks, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = heartbeat.Question.answer
    words = iter(["zebraboat"])

    def answered_before_an_edit(question: heartbeat.Question) -> int | None:
        state = answer(question)
        for word in words:
            new_file(memory, word)
            assert watcher.line() == "1 file read\n"
        return state

    with watching(memory) as watcher:
        looks.patient()
        monkeypatch.setattr(heartbeat.Question, "answer", answered_before_an_edit)
        assert looks.found(memory, "zebraboat") == (["episodic/code/zebraboat.md"], False)


def test_all_of_its_own_may_be_removed(memory: Path, looks: Looks) -> None:
    with watching(memory) as watcher:
        shutil.rmtree(memory / ".hardwon")
        wait_for((memory / ".hardwon/watch").exists)
        looks.patient()
        paths = new_file(memory, "zebraword")
        wait_for(lambda: not looks.found(memory, "firstword")[1])
        assert looks.found(memory, "zebraword") == (sorted(paths), False)
        assert Watcher(memory).ended()[0] == 2
        assert watcher.process.poll() is None


def test_a_memory_that_is_moved_ends_it(memory: Path) -> None:
    with watching(memory) as watcher:
        memory.rename(memory.with_name("other"))
        status, out, err = watcher.ended()
    assert (status, out) == (2, "")
    assert err.startswith(f"hardwon: the memory folder {memory} ")


def test_a_memory_that_is_removed_ends_it(memory: Path) -> None:
    with watching(memory) as watcher:

        def is_ended() -> bool:
            shutil.rmtree(memory, ignore_errors=True)  # it may be writing to its index
            return watcher.process.poll() is not None

        wait_for(is_ended)
        status, _, err = watcher.ended()
    assert status == 2
    assert err.startswith("hardwon: ")
    assert "Traceback" not in err


def test_where_nothing_can_be_kept_it_says_so(memory: Path) -> None:
    (memory / ".hardwon").write_text("in the way")
    status, out, err = Watcher(memory).ended()
    assert (status, out) == (2, "")
    assert err.splitlines()[-2:] == [
        "hardwon: .hardwon: stands where the index and the lock belong, and is no folder",
        "  hint: move it away",
    ]


@pytest.mark.parametrize("page", [2])
def test_a_disk_without_room_for_the_index_ends_it(memory: Path, page: int) -> None:
    def bound() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (page * 4096, page * 4096))
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)

    status, out, err = Watcher(memory, preexec_fn=bound).ended()
    assert (status, out) == (2, "")
    assert err.startswith("hardwon: the disk takes no index in ")


def test_a_new_hardwon_ends_an_old_watcher(memory: Path, tmp_path: Path) -> None:
    import hardwon

    place = tmp_path / "installed"
    shutil.copytree(Path(hardwon.__file__).parent, place / "hardwon")
    code = (
        f"import sys; sys.path.insert(0, {str(place)!r})\nfrom hardwon.cli.main import main\nmain()"
    )
    with watching(memory, code=code) as watcher:
        with (place / "hardwon/markup/dates.py").open("a") as module:
            module.write("# newer\n")
        new_file(memory, "zebraword")
        status, _, err = watcher.ended()
    assert status == 2
    assert err == "hardwon: hardwon itself was changed\n  hint: run hardwon watch again\n"


# -- beside others -------------------------------------------------------------------------------


def test_learning_beside_it_is_as_without_it(memory: Path, looks: Looks) -> None:
    for number in range(6):
        text = note(f"Case {number}", f"2026-02-0{number + 1}", applied="Retry With Jitter")
        (memory / f"episodic/code/2026-02-0{number + 1}-case.md").write_text(text)
    alone = memory.with_name("alone")
    shutil.copytree(memory, alone)
    learn(Folder(alone))
    with watching(memory):
        looks.patient()
        learn(Folder(memory))
        found = looks.found(memory, "jitter")
        wait_for(lambda: not looks.found(memory, "jitter")[1])
    assert found[0] == looks.found(alone, "jitter")[0]
    for path in alone.rglob("*.md"):
        assert (memory / path.relative_to(alone)).read_bytes() == path.read_bytes()


def test_each_refresh_is_told_in_a_line_unless_it_shall_be_quiet(memory: Path) -> None:
    with watching(memory) as watcher:
        new_file(memory, "zebraword")
        assert watcher.line() == "1 file read\n"
        (memory / "episodic/code/zebraword.md").unlink()
        assert watcher.line() == "1 file removed\n"
    quiet = Watcher(memory, "--quiet")
    wait_for((memory / ".hardwon/watch").exists)
    wait_for(lambda: told(memory) is not None)
    new_file(memory, "zebraword")
    wait_for(lambda: told(memory) is not None)
    assert quiet.end() == (0, "", "")


@pytest.mark.slow
def test_it_costs_nothing_while_nothing_happens(memory: Path) -> None:
    with watching(memory) as watcher:
        wait_for(lambda: told(memory) is not None)
        before = watcher.seconds()
        time.sleep(5)
        assert watcher.seconds() - before <= 0.02


def test_where_the_system_does_not_tell_everything_others_look_themselves(
    memory: Path, looks: Looks
) -> None:
    with watching(memory, code=WITHOUT_INOTIFY) as watcher:
        assert not (memory / ".hardwon/watch").exists()
        for edit in (new_file, new_folders, in_place):
            paths = edit(memory, f"zebra{edit.__name__.replace('_', '')}")
            assert watcher.line().endswith(" read\n")
            assert looks.found(memory, f"zebra{edit.__name__.replace('_', '')}") == (
                sorted(paths),
                True,
            )
        assert read_index_status(Folder(memory)).changed == 0
        status, _, err = watcher.end()
    assert status == 0
    assert err == (
        "hardwon: this system does not report every change, so other commands still look at all "
        "files\n"
    )
