"""A block in a hook: put in, found, replaced and taken out, with every other byte as it was."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardwon.errors import HookError
from hardwon.markup.hook_script import (
    BEGIN,
    END,
    OWN_START,
    why_not_shell,
    with_block,
    without_block,
)

BLOCK = BEGIN + b"\n( review ) || exit 1\n" + END
OTHER = BEGIN + b"\n( review more )\n|| exit 1\n" + END

# Lines of a hook, with the ends and odd bytes that hooks have.
LINES = st.lists(
    st.sampled_from(
        [b"#!/bin/sh", b"set -eu", b"exit 0", b"", b"\r", b"\xff\x00", b"# caf\xe9", b"exec make\r"]
    ),
    max_size=6,
)
HOOKS = st.builds(lambda lines, end: b"\n".join(lines) + end, LINES, st.sampled_from([b"", b"\n"]))


@given(HOOKS)
def test_taking_the_block_out_gives_back_every_byte(hook: bytes) -> None:
    put = with_block(hook, BLOCK, "hook")
    assert put.count(BLOCK) == 1
    assert without_block(put, "hook") == hook


@given(HOOKS)
def test_putting_it_in_again_changes_nothing_or_the_block_alone(hook: bytes) -> None:
    put = with_block(hook, BLOCK, "hook")
    assert with_block(put, BLOCK, "hook") == put
    assert with_block(put, OTHER, "hook") == put.replace(BLOCK, OTHER)


@pytest.mark.parametrize(
    ("hook", "expected"),
    [
        (b"#!/bin/sh\nexit 0\n", b"#!/bin/sh\n" + BLOCK + b"\nexit 0\n"),
        (b"#!/bin/sh\nexit 0\r\n", b"#!/bin/sh\n" + BLOCK + b"\nexit 0\r\n"),
        (b"#!/bin/sh", b"#!/bin/sh\n" + BLOCK),
        (b"make lint\n", BLOCK + b"\nmake lint\n"),
        (b"", BLOCK + b"\n"),
        (None, OWN_START + BLOCK + b"\n"),
    ],
)
def test_the_block_comes_before_all_that_the_hook_does(hook: bytes | None, expected: bytes) -> None:
    assert with_block(hook, BLOCK, "hook") == expected


def test_a_block_that_a_person_moved_is_replaced_where_it_stands() -> None:
    hook = b"#!/bin/sh\nfirst\n" + BLOCK + b"\nlast\n"
    assert with_block(hook, OTHER, "hook") == b"#!/bin/sh\nfirst\n" + OTHER + b"\nlast\n"


def test_a_block_is_found_after_its_lines_got_other_ends() -> None:
    hook = with_block(b"#!/bin/sh\nlast\n", BLOCK, "hook").replace(b"\n", b"\r\n")
    assert without_block(hook, "hook") == b"#!/bin/sh\r\nlast\r\n"


def test_a_hook_without_the_block_stays() -> None:
    assert without_block(b"#!/bin/sh\nmake\n", "hook") == b"#!/bin/sh\nmake\n"


@pytest.mark.parametrize(
    ("hook", "line"),
    [
        (b"#!/bin/sh\n" + BEGIN + b"\nmake\n", 2),
        (b"#!/bin/sh\n\n" + END + b"\nmake\n", 3),
        (BLOCK + b"\n" + BLOCK + b"\n", 1),
        (END + b"\n" + BEGIN + b"\n", 1),
    ],
)
def test_damaged_marks_are_named_with_their_line(hook: bytes, line: int) -> None:
    for edit in (lambda: with_block(hook, BLOCK, "x"), lambda: without_block(hook, "x")):
        with pytest.raises(HookError) as caught:
            edit()
        assert (caught.value.path, caught.value.line) == ("x", line)


@pytest.mark.parametrize(
    "hook",
    [
        b"#!/bin/sh\n",
        b"#! /bin/bash -eu\n",
        b"#!/usr/bin/env bash\nexit\n",
        b"#!/usr/bin/env -S LANG=C dash -e\n",
        b"#!/usr/local/bin/zsh",
        b"make lint\n",
        b"",
        b"# caf\xe9\n",
    ],
)
def test_a_shell_script_takes_the_block(hook: bytes) -> None:
    assert why_not_shell(hook) is None


@pytest.mark.parametrize(
    ("hook", "reason"),
    [
        (b"#!/usr/bin/env python3\n", "run by python3"),
        (b"#!/usr/bin/perl -w\n", "run by perl"),
        (b"#!/usr/bin/env -S node --harmony\n", "run by node"),
        (b"#!/usr/bin/fish\n", "run by fish"),
        (b"#!\n", "run by nothing"),
        (b"\x7fELF\x02\x01\x01\0\0", "is a program"),
        (b"#!/bin/sh\r\nexit 0\r\n", "line ends"),
        (b"\xef\xbb\xbf#!/bin/sh\n", "byte order mark"),
    ],
)
def test_what_no_shell_runs_is_told_by_its_reason(hook: bytes, reason: str) -> None:
    assert reason in (why_not_shell(hook) or "")
