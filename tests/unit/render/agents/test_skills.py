"""The skills: what the specification asks of them, and that they name what there is."""

from __future__ import annotations

import re

import click
import frontmatter
import pytest

from hardwon.cli.main import cli
from hardwon.markup.own_file import is_untouched, signed
from hardwon.render.agents.skills import render_skills

SKILLS = render_skills()
# Words of other programs, and commands that stand for no subcommand.
NO_OPTIONS = {"--not"}


def test_there_are_three() -> None:
    assert list(SKILLS) == ["learn", "review", "recall"]


@pytest.mark.parametrize("name", SKILLS)
def test_the_head_is_that_of_a_skill(name: str) -> None:
    """agentskills.io/specification: lengths, names, and strings in `metadata`."""
    head = frontmatter.loads(SKILLS[name])
    assert head["name"] == name
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name)
    assert 1 <= len(head["description"]) <= 1024
    assert " Use " in head["description"]
    assert len(head["compatibility"]) <= 500
    assert all(isinstance(value, str) for value in head["metadata"].values())
    assert SKILLS[name].count("\n") < 500


@pytest.mark.parametrize("name", SKILLS)
def test_commands_and_options_in_it_exist(name: str) -> None:
    known = {"-", "--lesson"}
    commands = re.findall(r"`hardwon ([a-z-]+)(?: ([a-z]+))?([^`]*)`", SKILLS[name])
    assert commands
    context = click.Context(cli)
    for first, second, rest in commands:
        command = cli.get_command(context, first)
        assert command is not None, first
        if isinstance(command, click.Group) and second:
            command = command.get_command(context, second)
            assert command is not None, second
        known |= {opt for p in command.params if isinstance(p, click.Option) for opt in p.opts}
        for option in re.findall(r"--[a-z-]+", rest):
            assert option in known, f"{first} {option}"
    for option in re.findall(r"`(--[a-z-]+)", SKILLS[name]):
        assert option in known, option


@pytest.mark.parametrize("name", SKILLS)
def test_a_change_by_somebody_is_seen(name: str) -> None:
    text = SKILLS[name]
    assert is_untouched(text)
    assert is_untouched(text.replace("\n", "\r\n"))
    assert not is_untouched(text.replace("hardwon search", "my search").replace("review", "look"))
    assert not is_untouched(text + "\n")
    assert not is_untouched("---\nname: learn\n---\n")
    assert signed(re.sub(r"  signature: .*\n", "", text)) == text
