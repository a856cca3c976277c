"""`hardwon export`: what it writes, what it leaves alone, and what it says."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import PROJECT
from exports import export, make_shop
from hardwon.actions.export import apply_exports, find_place, plan_exports, read_contents
from hardwon.cli.export import NAMES
from hardwon.errors import ChangedOnDiskError, ExportError
from hardwon.files.exports import RECORD, digest
from hardwon.files.folder import Folder
from hardwon.model.export import Export, State
from hardwon.render.export.table import FORMS

Run = Callable[..., subprocess.CompletedProcess[str]]
RULE = ".cursor/rules/hardwon-idempotent-webhook-handlers.mdc"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_shop(tmp_path_factory.mktemp("made") / "shop").root.parent


@pytest.fixture
def shop(made: Path, tmp_path: Path) -> Path:
    """Return a project with a memory that has one workflow."""
    import shutil

    shutil.copytree(made, tmp_path / "shop")
    return tmp_path / "shop"


def memory(shop: Path) -> Folder:
    return Folder(shop / "memory")


def files_of(place: Path) -> dict[str, bytes]:
    return {
        path.relative_to(place).as_posix(): path.read_bytes()
        for path in sorted(place.rglob("*"))
        if path.is_file() and ".hardwon/" not in path.as_posix()
    }


def test_the_command_knows_every_form() -> None:
    assert tuple(FORMS) == NAMES


def test_everything_is_written_said_and_up_to_date(shop: Path, run_cli: Run) -> None:
    before = files_of(shop)
    done = run_cli("export", *NAMES, cwd=shop)
    assert done.returncode == 0, done.stderr
    written = {
        line.removeprefix("new").strip() for line in done.stdout.splitlines()[:-1]
    }  # each file is said
    after = files_of(shop)
    assert written == set(after) - set(before) - {RECORD}
    assert {path: after[path] for path in before} == before
    assert done.stdout.splitlines()[-1] == f"{len(written)} files written"
    assert done.stderr == "outside the memory:\n"

    again = run_cli("export", cwd=shop)
    assert (again.returncode, again.stdout, again.stderr) == (
        0, f"{len(written)} files up to date\n", "",
    )  # fmt: skip
    assert files_of(shop) == after

    check = run_cli("export", "--check", cwd=shop / "memory")
    assert (check.returncode, check.stdout) == (0, f"{len(written)} exported files up to date\n")


def test_the_day_changes_nothing(shop: Path, run_cli: Run) -> None:
    run_cli("export", *NAMES, cwd=shop)
    later = run_cli("export", "--check", cwd=shop, HARDWON_TODAY="2039-01-01")
    assert later.returncode == 0, later.stdout


def test_the_same_notes_give_the_same_bytes(shop: Path, tmp_path: Path) -> None:
    import shutil

    shutil.copytree(shop, tmp_path / "other")
    export(memory(shop), *NAMES)
    for name in reversed(NAMES):  # in another order, one at a time
        export(memory(tmp_path / "other"), name)
    assert files_of(shop) == files_of(tmp_path / "other")


def test_what_is_out_of_date_is_named_and_renewed(shop: Path, run_cli: Run) -> None:
    export(memory(shop), "cursor", "madr")
    book = shop / "memory/semantic/patterns/dev-patterns.md"
    text = book.read_text(encoding="utf-8")
    book.write_text(text.replace("Do the work and the insert", "Work and insert"), encoding="utf-8")
    check = run_cli("export", "--check", cwd=shop)
    assert check.returncode == 1
    assert f"{RULE}: is not what the memory says now (cursor)" in check.stdout.splitlines()
    assert check.stderr == "renew with: hardwon export cursor madr\n"
    as_data = json.loads(run_cli("export", "--check", "--json", cwd=shop).stdout)
    states = {f["path"]: f["state"] for one in as_data["exports"] for f in one["files"]}
    assert states[RULE] == "outdated"
    assert run_cli("export", "cursor", "madr", cwd=shop).returncode == 0
    assert "Work and insert" in (shop / RULE).read_text(encoding="utf-8")
    assert run_cli("export", "--check", cwd=shop).returncode == 0


def test_a_missing_file_is_a_finding(shop: Path, run_cli: Run) -> None:
    export(memory(shop), "cursor")
    (shop / RULE).unlink()
    check = run_cli("export", "--check", cwd=shop)
    assert (check.returncode, check.stdout) == (1, f"{RULE}: is missing (cursor)\n")
    never = run_cli("export", "--check", "csv", cwd=shop)
    assert (never.returncode, never.stdout) == (1, "hardwon-patterns.csv: is missing (csv)\n")


def test_the_block_that_install_wrote_is_checked_and_renewed(shop: Path, run_cli: Run) -> None:
    assert run_cli("install", "--client", "codex", cwd=shop).returncode == 0
    assert run_cli("export", "--check", cwd=shop).returncode == 0
    page = shop / "AGENTS.md"
    page.write_text(page.read_text().replace("Idempotent", "Other"))
    done = run_cli("export", "--check", cwd=shop)
    assert done.returncode == 1
    assert "AGENTS.md" in done.stdout
    assert run_cli("export", cwd=shop).returncode == 0
    assert "Idempotent" in page.read_text()
    assert run_cli("export", "--check", cwd=shop).returncode == 0


def test_line_ends_of_a_checkout_do_not_count(shop: Path, run_cli: Run) -> None:
    export(memory(shop), *NAMES)
    for path, data in files_of(shop).items():
        if not path.startswith("memory/"):
            (shop / path).write_bytes(data.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))
    before = files_of(shop)
    assert run_cli("export", "--check", cwd=shop).returncode == 0
    assert run_cli("export", cwd=shop).returncode == 0
    assert files_of(shop) == before


def test_nothing_is_exported_yet(shop: Path, run_cli: Run) -> None:
    for args in (["export"], ["export", "--check"]):
        done = run_cli(*args, cwd=shop)
        assert done.returncode == 2
        assert "nothing has been exported there yet" in done.stderr
        assert "skills" in done.stderr


@pytest.mark.parametrize("is_ours", [False, True], ids=["somebody's", "edited"])
def test_a_file_of_somebody_stops_it(shop: Path, run_cli: Run, is_ours: bool) -> None:
    if is_ours:
        export(memory(shop), "cursor")
        (shop / RULE).write_text("edited\n", encoding="utf-8")
    else:
        (shop / RULE).parent.mkdir(parents=True)
        (shop / RULE).write_text("mine\n", encoding="utf-8")
    before = files_of(shop)
    done = run_cli("export", "cursor", "csv", cwd=shop)
    assert done.returncode == 2
    assert done.stdout == ""
    assert RULE in done.stderr
    assert ("edited since" if is_ours else "did not write it") in done.stderr
    assert "--out" in done.stderr
    assert files_of(shop) == before
    check = run_cli("export", "cursor", "--check", cwd=shop)
    assert check.returncode == 1
    assert check.stderr.startswith("first move away or delete ")
    (shop / RULE).unlink()  # the way out
    assert run_cli("export", "cursor", "csv", cwd=shop).returncode == 0


def test_the_library_refuses_it_too(shop: Path) -> None:
    (shop / RULE).parent.mkdir(parents=True)
    (shop / RULE).write_text("mine\n", encoding="utf-8")
    with pytest.raises(ExportError, match="did not write it"):
        export(memory(shop), "cursor")
    assert (shop / RULE).read_text(encoding="utf-8") == "mine\n"


def test_what_is_there_already_may_be_ours(shop: Path) -> None:
    """A record that was lost costs nothing: files that are as they would be written are ours."""
    export(memory(shop), "cursor")
    (shop / RECORD).unlink()
    [plan] = export(memory(shop), "cursor")
    assert {file.state for file in plan.files} == {State.FRESH}
    assert (shop / RECORD).exists()


def test_files_of_patterns_that_are_gone(shop: Path, run_cli: Run) -> None:
    export(memory(shop), "skills", "cursor", "obsidian")
    note = "obsidian/Idempotent Webhook Handlers.md"
    (shop / note).write_text("mine now\n", encoding="utf-8")
    book = shop / "memory/semantic/patterns/dev-patterns.md"
    text = book.read_text(encoding="utf-8")
    book.write_text(text[: text.index("## Idempotent")] + text[text.index("## Retry") :], "utf-8")
    (shop / "memory/procedural/workflows/idempotent-webhook-handlers.md").unlink()
    check = run_cli("export", "--check", cwd=shop)
    assert f"{RULE}: is no longer made from the memory (cursor)" in check.stdout
    done = run_cli("export", cwd=shop)
    assert done.returncode == 0, done.stderr
    assert f"removed  {RULE}" in done.stdout
    assert f"kept     {note}" in done.stdout
    assert not (shop / RULE).exists()
    assert not (shop / ".claude/skills/idempotent-webhook-handlers").exists()
    assert (shop / note).read_text(encoding="utf-8") == "mine now\n"
    # From now on it is theirs.
    assert run_cli("export", "--check", cwd=shop).returncode == 0


def test_files_of_a_book_that_cannot_be_read_stay(shop: Path, run_cli: Run) -> None:
    export(memory(shop), "cursor", "madr")
    before = files_of(shop)
    book = shop / "memory/semantic/patterns/dev-patterns.md"
    book.write_bytes(before["memory/semantic/patterns/dev-patterns.md"] + b"\xff")
    done = run_cli("export", cwd=shop)
    assert done.returncode == 0
    assert "1 file could not be read" in done.stderr
    after = files_of(shop)
    assert {k: v for k, v in after.items() if not k.startswith("memory/")} == {
        k: v for k, v in before.items() if not k.startswith("memory/")
    }
    book.write_bytes(before["memory/semantic/patterns/dev-patterns.md"])
    assert run_cli("export", "--check", cwd=shop).returncode == 0


def test_remove_takes_away_what_was_written(shop: Path, run_cli: Run) -> None:
    (shop / "AGENTS.md").write_text("# Ours\n", encoding="utf-8")
    before = files_of(shop)
    assert run_cli("export", *NAMES, cwd=shop).returncode == 0
    done = run_cli("export", *NAMES, "--remove", cwd=shop)
    assert done.returncode == 0, done.stderr
    assert files_of(shop) == before
    assert not (shop / ".agents/skills/idempotent-webhook-handlers").exists()


def test_a_block_leaves_every_other_byte(shop: Path, run_cli: Run) -> None:
    mine = b"\xef\xbb\xbf# Ours\r\n\r\nText  \r\nwithout end"
    (shop / "AGENTS.md").write_bytes(mine)
    (shop / ".github").mkdir()
    (shop / ".github/copilot-instructions.md").write_bytes(mine)
    assert run_cli("export", "agents-md", "copilot", cwd=shop).returncode == 0
    for path in ("AGENTS.md", ".github/copilot-instructions.md"):
        data = (shop / path).read_bytes()
        assert data.startswith(mine)
        assert b"Idempotent Webhook Handlers" in data
        assert b"\n" not in data.replace(b"\r\n", b"")
    (shop / "AGENTS.md").write_bytes((shop / "AGENTS.md").read_bytes() + b"\r\nmore")
    assert run_cli("export", "--check", cwd=shop).returncode == 0
    assert run_cli("export", "agents-md", "copilot", "--remove", cwd=shop).returncode == 0
    assert (shop / "AGENTS.md").read_bytes().replace(b"\r\nmore", b"") == mine
    assert (shop / ".github/copilot-instructions.md").read_bytes() == mine


def test_another_place(shop: Path, run_cli: Run, tmp_path: Path) -> None:
    vault = tmp_path / "vault" / "patterns"
    done = run_cli("export", "obsidian", "--out", str(vault), cwd=shop)
    assert done.returncode == 0, done.stderr
    assert (vault / "patterns.base").exists()
    assert (vault / RECORD).exists()
    assert not (shop / RECORD).exists()
    check = run_cli("export", "obsidian", "--check", "--out", str(vault), cwd=shop)
    assert check.returncode == 0, check.stdout
    (vault / "patterns.base").unlink()
    check = run_cli("export", "obsidian", "--check", "--out", str(vault), cwd=shop)
    assert check.returncode == 1
    assert check.stderr == f"renew with: hardwon export obsidian --out {vault}\n"


def test_a_place_is_remembered(shop: Path, run_cli: Run) -> None:
    run_cli("export", "book", "--out", "docs/book.md", cwd=shop)
    run_cli("export", "critical-patterns", "--confidence", "low", cwd=shop)
    (shop / "docs/book.md").unlink()
    (shop / "docs/solutions/patterns/critical-patterns.md").unlink()
    assert run_cli("export", "book", "critical-patterns", cwd=shop).returncode == 0
    assert (shop / "docs/book.md").exists()
    assert not (shop / "hardwon-book.md").exists()
    text = (shop / "docs/solutions/patterns/critical-patterns.md").read_text(encoding="utf-8")
    assert "Count Queries in Tests" in text


def test_to_standard_output(shop: Path, run_cli: Run) -> None:
    before = files_of(shop)
    done = run_cli("export", "json", "--out", "-", cwd=shop)
    assert json.loads(done.stdout)["version"] == 1
    assert files_of(shop) == before
    refused = run_cli("export", "cursor", "--out", "-", cwd=shop)
    assert refused.returncode == 2
    assert "one file" in refused.stderr


def test_dry_run_and_diff_write_nothing(shop: Path, run_cli: Run, git_repo: Callable[..., str]) -> None:  # fmt: skip # noqa: E501
    before = files_of(shop)
    dry = run_cli("export", "cursor", "agents-md", "--dry-run", cwd=shop)
    assert f"new      {RULE}" in dry.stdout
    assert dry.stdout.endswith("4 files would be written\n")
    diff = run_cli("export", "cursor", "agents-md", "--diff", cwd=shop)
    assert files_of(shop) == before
    patch = shop.parent / "export.diff"
    patch.write_text(diff.stdout, encoding="utf-8", newline="")
    git_repo("apply", "--directory=shop", "export.diff")
    applied = files_of(shop)
    [cursor, agents] = export(memory(shop), "cursor", "agents-md")
    assert {file.state for plan in (cursor, agents) for file in plan.files} == {State.FRESH}
    assert {k: v for k, v in files_of(shop).items() if k != RECORD} == applied


@pytest.mark.parametrize(
    ("out", "form", "message"),
    [
        ("memory/vault", "obsidian", "lies in the memory"),
        ("memory", "json", "lies in the memory"),
        ("docs", "json", "is a folder"),
        ("README.md", "cursor", "is a file"),
        (".git/rules", "cursor", "git's own folder"),
        ("aux/rules", "cursor", "device"),
    ],
)
def test_places_that_are_refused(
    shop: Path, run_cli: Run, out: str, form: str, message: str
) -> None:
    (shop / "docs").mkdir(exist_ok=True)
    before = files_of(shop)
    done = run_cli("export", form, "--out", out, cwd=shop)
    assert done.returncode == 2
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert files_of(shop) == before


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
@pytest.mark.parametrize("link", [".cursor", ".cursor/rules", RULE])
def test_links_are_not_followed(shop: Path, run_cli: Run, tmp_path: Path, link: str) -> None:
    (tmp_path / "elsewhere").mkdir()
    (shop / link).parent.mkdir(parents=True, exist_ok=True)
    (shop / link).symlink_to(tmp_path / "elsewhere")
    done = run_cli("export", "cursor", cwd=shop)
    assert done.returncode == 2
    assert "symbolic link" in done.stderr
    assert list((tmp_path / "elsewhere").iterdir()) == []


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", '{"version": 2, "exports": []}', '{"version": 1, "exports": [{}]}', "{}"],
)
def test_a_damaged_record_is_named(shop: Path, run_cli: Run, text: str) -> None:
    export(memory(shop), "cursor")
    (shop / RECORD).write_text(text, encoding="utf-8")
    before = files_of(shop)
    for args in (["export"], ["export", "cursor"], ["export", "--check"]):
        done = run_cli(*args, cwd=shop)
        assert done.returncode == 2
        assert RECORD in done.stderr
        assert "Traceback" not in done.stderr
    assert files_of(shop) == before


def test_a_record_leads_nowhere_else(shop: Path, tmp_path: Path) -> None:
    """A record comes with a repository: what it names is removed only within the project."""
    (tmp_path / "precious").write_text("x", encoding="utf-8")
    mark = digest(b"x")
    record = {
        "version": 1,
        "exports": [
            {"form": "cursor", "out": ".cursor/rules", "confidence": None,
             "files": {"../precious": mark}}
        ],
    }  # fmt: skip
    (shop / RECORD).write_text(json.dumps(record), encoding="utf-8")
    with pytest.raises(ExportError):
        export(memory(shop), "cursor")
    assert (tmp_path / "precious").exists()


def test_what_was_stopped_is_carried_out_by_the_next_run(
    shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    export(memory(shop), "cursor")
    book = shop / "memory/semantic/patterns/dev-patterns.md"
    text = book.read_text(encoding="utf-8")
    book.write_text(text.replace("whole cents", "cents").replace("the insert", "insert"), "utf-8")
    import hardwon.actions.export as module

    written = module.write_exported
    calls = []

    def stop(*args: object, **kwargs: object) -> None:
        calls.append(args)
        if len(calls) == 2:
            raise KeyboardInterrupt
        written(*args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(module, "write_exported", stop)
    with pytest.raises(KeyboardInterrupt):
        export(memory(shop), "cursor")
    monkeypatch.undo()
    book.write_text(
        text.replace("the insert", "an insert").replace("are stored", "are kept"), "utf-8"
    )
    [plan] = export(memory(shop), "cursor")  # the memory has changed once more meanwhile
    assert {file.state for file in plan.files} == {State.OUTDATED, State.FRESH}
    assert "whole cents" in (shop / RULE.replace("idempotent-webhook-handlers", "money-in-whole-cents")).read_text("utf-8")  # fmt: skip # noqa: E501


def test_a_file_that_changes_meanwhile_stays(shop: Path) -> None:
    folder = memory(shop)
    export(folder, "csv")
    file = shop / "hardwon-patterns.csv"
    file.unlink()
    plans = plan_exports(
        read_contents(folder, shop), shop, FORMS, [Export("csv", "hardwon-patterns.csv")]
    )
    file.write_text("somebody's", encoding="utf-8")
    with pytest.raises(ChangedOnDiskError):
        apply_exports(shop, plans)
    assert file.read_text(encoding="utf-8") == "somebody's"


def test_credentials_are_masked(shop: Path, run_cli: Run) -> None:
    book = shop / "memory/semantic/patterns/dev-patterns.md"
    token = "ghp_" + "x9Yq2LmN7pRsT4vWzA1bC3dE5fG6hJ8kLmNo"
    text = book.read_text(encoding="utf-8")
    book.write_text(text.replace("Do the work", f"Use {token} and do the work"), encoding="utf-8")
    export(memory(shop), *NAMES)
    leaks = [
        path
        for path, data in files_of(shop).items()
        if token.encode() in data and not path.startswith("memory/")
    ]
    assert leaks == []


def test_the_project_is_where_the_memory_lies(shop: Path, tmp_path: Path) -> None:
    (shop / "src").mkdir()
    folder = memory(shop)
    assert find_place(folder, shop / "src", None).base == shop
    assert find_place(folder, tmp_path, None).base == tmp_path
    place = find_place(folder, shop / "src", "../docs/x.csv", is_file=True)
    assert (place.base, place.out) == (shop, "docs/x.csv")
    place = find_place(folder, shop, str(tmp_path / "x.csv"), is_file=True)
    assert (place.base, place.out) == (tmp_path, "x.csv")


@pytest.mark.skipif(
    sys.platform == "win32" or os.geteuid() == 0, reason="rights do not bind everybody"
)
def test_a_folder_that_cannot_be_written_to(shop: Path, run_cli: Run) -> None:
    shop.chmod(0o500)
    try:
        done = run_cli("export", "csv", cwd=shop)
    finally:
        shop.chmod(0o700)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def test_usage(shop: Path, run_cli: Run) -> None:
    for args in (
        ["nothing"], ["cursor", "madr", "--out", "x"], ["--out", "x"], ["--check", "--remove"],
        ["--confidence", "high"], ["skills", "csv", "--confidence", "high"],
    ):  # fmt: skip
        assert run_cli("export", *args, cwd=shop).returncode == 2
    assert (PROJECT / "docs" / "export.md").exists()
