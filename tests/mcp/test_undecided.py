"""An undecided note: asked where the client shows forms, named by its ID where it does not."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("mcp.server")

from clients import BOOK, ERAS, UNDECIDED, command, files, talk
from hardwon.mcp.undecided import NEW, NONE, OPEN

NAME = "Close cursors in a finally block"
Choose = Callable[[list[str]], str | None]


class Person:
    """Fills in the form that a client shows, and keeps what was asked."""

    def __init__(self, choose: Choose, action: str = "accept") -> None:
        self.asked: list[Any] = []
        self._choose = choose
        self._action = action

    async def __call__(self, _: Any, params: Any) -> Any:
        from mcp_types import ElicitResult

        self.asked.append(params)
        if self._action != "accept":
            return ElicitResult(action=self._action)
        chosen = {
            field: self._choose(one["enum"])
            for field, one in params.requested_schema["properties"].items()
        }
        return ElicitResult(
            action="accept", content={field: one for field, one in chosen.items() if one}
        )


def named(choices: list[str]) -> str:
    return next(one for one in choices if one.startswith(NAME))


def learn(server: Any, era: str, person: Person | None, **arguments: Any) -> dict[str, Any]:
    answers: list[dict[str, Any]] = []

    async def scenario(client: Any) -> None:
        result = await client.call_tool("learn", arguments)
        assert not result.is_error, result.content[0].text
        answers.append(result.structured_content)

    talk(server, scenario, mode=era, elicitation_callback=person)
    return answers[0]


@pytest.mark.parametrize("era", ERAS)
def test_a_person_says_which_pattern_it_is(era: str, memory: Path, server: Any) -> None:
    person = Person(named)
    answer = learn(server, era, person, apply=True)
    (form,) = person.asked
    (field,) = form.requested_schema["properties"].values()
    assert field["title"] == UNDECIDED
    assert field["default"] == OPEN
    assert field["enum"][1:] == [NEW, NONE, OPEN]
    assert answer["undecided"] == []
    assert f"memory/{UNDECIDED}" in (memory / BOOK).read_text()


@pytest.mark.parametrize("era", ERAS)
def test_a_person_says_that_it_is_new(era: str, memory: Path, server: Any) -> None:
    answer = learn(server, era, Person(lambda _: NEW), apply=True)
    created = [one["pattern"] for one in answer["changes"] if one["kind"] == "created"]
    assert created == ["Pool ran dry"]


@pytest.mark.parametrize("era", ERAS)
def test_a_person_says_that_it_is_none_of_them(era: str, memory: Path, server: Any) -> None:
    answer = learn(server, era, Person(lambda _: NONE), apply=True)
    assert "refused" in [one["kind"] for one in answer["changes"]]
    again = learn(server, era, Person(named), apply=True)
    assert (again["changes"], again["undecided"]) == ([], [])


@pytest.mark.parametrize("era", ERAS)
@pytest.mark.parametrize(
    "person",
    [
        Person(lambda _: OPEN),
        Person(lambda _: None),
        Person(named, "decline"),
        Person(named, "cancel"),
    ],
    ids=["open", "empty", "decline", "cancel"],
)
def test_who_says_nothing_leaves_it_open(
    era: str, person: Person, memory: Path, server: Any
) -> None:
    """And the rest is learned all the same."""
    person.asked.clear()
    answer = learn(server, era, person, apply=True)
    assert len(person.asked) == 1
    assert [one["experience"] for one in answer["undecided"]] == [UNDECIDED]
    assert "reinforced" in [one["kind"] for one in answer["changes"]]
    assert UNDECIDED not in (memory / BOOK).read_text()


@pytest.mark.parametrize("era", ERAS)
def test_nobody_is_asked_before_it_is_applied(era: str, memory: Path, server: Any) -> None:
    person = Person(named)
    before = files(memory)
    assert learn(server, era, person)["undecided"]
    assert (person.asked, files(memory)) == ([], before)


@pytest.mark.parametrize("era", ERAS)
def test_where_nobody_can_be_asked_an_id_says_it(era: str, memory: Path, server: Any) -> None:
    (note,) = learn(server, era, None, apply=True)["undecided"]
    (candidate,) = note["candidates"]
    assert candidate["pattern"] == NAME
    answer = learn(server, era, None, apply=True, accept=[candidate["id"]])
    assert answer["undecided"] == []
    assert f"memory/{UNDECIDED}" in (memory / BOOK).read_text()


@pytest.mark.parametrize("era", ERAS)
def test_who_names_an_id_is_not_asked(era: str, memory: Path, server: Any) -> None:
    person = Person(named)
    (note,) = learn(server, era, None)["undecided"]
    answer = learn(server, era, person, apply=True, refuse=[note["candidates"][0]["id"]])
    assert person.asked == []
    assert answer["undecided"] == []
    assert UNDECIDED not in [one["experience"] for one in answer["undecided"]]


@pytest.mark.parametrize("era", ERAS)
def test_an_answer_that_was_not_offered_changes_nothing(
    era: str, memory: Path, server: Any
) -> None:
    before = files(memory)

    async def scenario(client: Any) -> None:
        result = await client.call_tool("learn", {"apply": True})
        assert result.is_error

    talk(server, scenario, mode=era, elicitation_callback=Person(lambda _: "Something else"))
    assert files(memory) == before


@pytest.mark.parametrize("era", ERAS)
def test_a_server_in_another_process_asks_too(era: str, memory: Path) -> None:
    from mcp import stdio_client

    answer = learn(stdio_client(command(cwd=memory.parent)), era, Person(named), apply=True)
    assert answer["undecided"] == []
    assert f"memory/{UNDECIDED}" in (memory / BOOK).read_text()


@pytest.mark.parametrize("era", ERAS)
def test_what_cannot_be_learned_is_told_rather_than_asked(
    era: str, memory: Path, server: Any
) -> None:
    (memory / "hardwon.toml").write_text("thresholds = 3\n")
    person = Person(named)

    async def scenario(client: Any) -> None:
        result = await client.call_tool("learn", {"apply": True})
        assert json.loads(result.content[0].text)["error"]["path"] == "hardwon.toml"

    talk(server, scenario, mode=era, elicitation_callback=person)
    assert person.asked == []


def test_a_form_is_short(memory: Path, write_note: Any, server: Any) -> None:
    text = (memory / UNDECIDED).read_text()
    for day in range(10, 28):
        write_note(f"episodic/code/2026-02-{day}-pool-{day}.md", text.replace("dry", f"dry {day}"))
    person = Person(lambda _: OPEN)
    learn(server, ERAS[0], person, apply=True)
    (form,) = person.asked
    assert 1 < len(form.requested_schema["properties"]) <= 10
