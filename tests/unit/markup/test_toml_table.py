"""A table of ours in a TOML file: it is there and gone again, and every other byte as it was."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from hardwon.errors import AgentFileError
from hardwon.markup.toml_table import has_table, set_table, take_table

PATH = ".codex/config.toml"
NAME = ("mcp_servers", "hardwon")
VALUES = {"command": "hardwon", "args": ["mcp"]}
TABLE = '[mcp_servers.hardwon]\ncommand = "hardwon"\nargs = ["mcp"]\n'

SETTINGS = '''\
# my settings
model = "gpt-5"   # the large one
notify = ["say", "done"]
prompt = """
[mcp_servers.hardwon]
is only quoted here
"""

[mcp_servers.db]
command = 'db'
args = [
    "a", # first
    [1][0],
]
'''.replace("[1][0]", '"b"')

parts = st.sampled_from(
    [
        *["", "# note\n", 'model = "x"\n', "a.b = 1\n", "[t]\n", "[t.u]\n\n", "[[many]]\n"],
        *["list = [\n  1,\n  2,\n]\n", "x = {y = 1}\n", "when = 2026-01-01\r\n", "\n", "\r\n"],
        *["[mcp_servers]\n", '[mcp_servers.db]\ncommand = "db"\n', "mcp_servers.x.y = 1\n"],
        *['text = """\n[mcp_servers.hardwon]\n"""\n', "mcp_servers = {}\n", "last = 1"],
    ]
)
texts = st.tuples(st.sampled_from(["", "\ufeff"]), st.lists(parts, max_size=6).map("".join)).map(
    "".join
)


def read(text: str) -> dict[str, object]:
    return tomllib.loads(text.removeprefix("\ufeff"))


def is_toml(text: str) -> bool:
    try:
        read(text)
    except ValueError:
        return False
    return True


@given(texts)
@example("")
@example("\ufeff")
@example("last = 1")
@example('text = """\n[mcp_servers.hardwon]\n"""\n')
def test_what_was_set_can_be_taken(text: str) -> None:
    assume(is_toml(text))
    try:
        new = set_table(text, NAME, VALUES, PATH)
    except AgentFileError:
        assert "mcp_servers = {}" in text or "mcp_servers.x" in text  # defined in another form
        return
    assert new.startswith(text)
    assert read(new)["mcp_servers"]["hardwon"] == VALUES  # type: ignore[index]
    assert set_table(new, NAME, VALUES, PATH) == new
    assert has_table(new, NAME, PATH)
    assert take_table(new, NAME, PATH) == text


def test_a_file_of_its_own_goes_with_it() -> None:
    assert set_table(None, NAME, VALUES, PATH) == TABLE
    assert take_table(TABLE, NAME, PATH) is None
    assert take_table(f"{TABLE}\n[t]\n", NAME, PATH) == "\n[t]\n"


def test_all_that_is_said_stays() -> None:
    new = set_table(SETTINGS, NAME, VALUES, PATH)
    assert new == f"{SETTINGS}\n{TABLE}"
    # As Codex does when a folder is trusted.
    longer = f'{new}\n# trusted\n[projects."/home/me"]\ntrust_level = "trusted"\n'
    assert take_table(longer, NAME, PATH) == (
        f'{SETTINGS}\n# trusted\n[projects."/home/me"]\ntrust_level = "trusted"\n'
    )


def test_tables_below_it_go_with_it() -> None:
    new = f'{SETTINGS}\n{TABLE}env = {{A = "1"}}\n\n[mcp_servers.hardwon.tools.learn]\nx = 1\n'
    assert take_table(new, NAME, PATH) == SETTINGS


def test_a_value_changes_in_its_place() -> None:
    old = TABLE.replace('"hardwon"\n', "'/old/hardwon'\nstartup_timeout_sec = 20 # slow\n")
    new = set_table(f"{SETTINGS}\n{old}", NAME, VALUES, PATH)
    assert new == f"{SETTINGS}\n{old}".replace("'/old/hardwon'", '"hardwon"')
    assert set_table("[mcp_servers.hardwon]\nenabled = true\n", NAME, VALUES, PATH) == (
        '[mcp_servers.hardwon]\nargs = ["mcp"]\ncommand = "hardwon"\nenabled = true\n'
    )


@pytest.mark.parametrize(
    "text",
    [
        'mcp_servers = {db = {command = "db"}}\n',
        'mcp_servers = {hardwon = {command = "x"}}\n',
        'mcp_servers.hardwon.command = "x"\n',
        '[mcp_servers]\nhardwon = {command = "x"}\n',
        "[mcp_servers.hardwon]\ncommand = [\n]\n",
    ],
)
def test_another_form_is_refused(text: str) -> None:
    with pytest.raises(AgentFileError) as raised:
        set_table(text, NAME, VALUES, PATH)
    assert raised.value.hint is not None
    assert "[mcp_servers.hardwon]" in raised.value.hint


def test_another_form_is_not_taken() -> None:
    with pytest.raises(AgentFileError, match="in another form"):
        take_table('mcp_servers = {hardwon = {command = "x"}}\n', NAME, PATH)
    assert take_table("a = 1\n", NAME, PATH) == "a = 1\n"


def test_what_is_no_toml_is_named_with_its_line() -> None:
    for refused in (set_table, take_table, has_table):
        with pytest.raises(AgentFileError) as raised:
            refused("a = 1\nb = \n", NAME, *([VALUES] if refused is set_table else []), PATH)  # type: ignore[operator]
        assert (raised.value.path, raised.value.line) == (PATH, 2)
