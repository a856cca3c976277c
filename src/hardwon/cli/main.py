"""The `hardwon` command. Sub-commands are imported when they are called."""

from __future__ import annotations

import errno
import importlib
import io
import os
import sys

import click

from hardwon.cli.context import PlainHelp, Session
from hardwon.cli.printing import echo, print_usage_error
from hardwon.errors import HardwonError

# name -> module and object; the text is kept here so that `--help` imports no command.
_COMMANDS = {
    "init": ("init", "Create a memory folder."),
    "note": ("note", "Capture what happened as an experience."),
    "learn": ("learn", "Turn experiences into patterns, and HIGH patterns into workflows."),
    "search": ("search", "Find patterns, experiences, workflows and checklists."),
    "show": ("show", "Show one pattern with its evidence."),
    "list": ("list", "List patterns."),
    "review": ("review", "Hold a change against what was learned."),
    "workflow": ("workflow", "List, show and rebuild workflows."),
    "stats": ("stats", "Count what the memory holds, and say what to do next."),
    "check": ("check", "Check the memory against itself."),
    "index": ("index", "Show or rebuild the search index."),
    "watch": ("watch", "Keep the search index fresh while files change."),
    "import": ("import_", "Take in what other tools have collected."),
    "export": ("export", "Write the memory in the forms of other tools."),
    "install": ("install", "Let agents, editors and git run hardwon."),
    "mcp": ("mcp", "Serve the memory to coding agents."),
    "merge-driver": ("merge_driver", "Let git merge two branches of one memory."),
}

_NO_ROOM = {errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC), errno.EBADF}


class LazyGroup(PlainHelp, click.Group):
    """A group whose commands are imported one at a time, to keep start-up short."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of the commands in the order of use."""
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command, or None for a name that is not known."""
        if cmd_name not in _COMMANDS:
            return None
        module = importlib.import_module(f"hardwon.cli.{_COMMANDS[cmd_name][0]}")
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in _COMMANDS.items()])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command named first in `args`; a misspelt one gets a suggestion."""
        name = args[0]
        if name not in _COMMANDS and not name.startswith("-"):
            import difflib

            near = difflib.get_close_matches(name, _COMMANDS, n=1)
            hint = f" Did you mean {near[0]!r}?" if near else " Try 'hardwon --help'."
            raise click.UsageError(f"No such command {name!r}.{hint}", ctx)
        return super().resolve_command(ctx, args)


def _version(ctx: click.Context, _: click.Parameter, value: bool) -> None:
    if value and not ctx.resilient_parsing:
        from importlib.metadata import version

        echo(f"hardwon {version('hardwon')}")
        ctx.exit()


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--memory", metavar="DIR", envvar="HARDWON_MEMORY", help="Memory folder to use.")
@click.option("-C", "directory", metavar="DIR", default=".", help="Run as if started in DIR.")
@click.option(
    "--version", is_flag=True, expose_value=False, is_eager=True, callback=_version,
    help="Show the version and exit.",
)  # fmt: skip
@click.pass_context
def cli(ctx: click.Context, memory: str | None, directory: str) -> None:
    """Remember what was learned: notes become patterns, patterns become checklists."""
    ctx.obj = Session(directory, memory)
    if os.environ.get("NO_COLOR"):
        ctx.color = False


def main() -> None:
    """Run the command line and exit: 0 fine, 1 findings, 2 it could not be done."""
    _open_missing()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a letter that a terminal lacks ends no command
    try:
        status = _run()
    except OSError:  # standard error takes nothing either: only the status is left to tell
        _silence(2)
        status = 2
    sys.exit(status)


def _run() -> int:
    """Run the command line, tell what could not be done, and return the exit status."""
    try:
        status = cli.main(prog_name="hardwon", standalone_mode=False)
        sys.stdout.flush()
    except click.exceptions.Abort:
        echo("Aborted.", err=True)
        return 130
    except click.ClickException as error:
        print_usage_error(error)
        return 2
    except HardwonError as error:
        echo(f"hardwon: {error}", err=True)
        return 2
    except (BrokenPipeError, SystemExit):
        if "_HARDWON_COMPLETE" in os.environ:
            raise  # shell completion ends so too
        # The reader has gone (`| head`): nothing is left to say, also not at exit.
        _silence(1)
        return 2
    except OSError as error:
        place = f"{error.filename}: " if error.filename else ""
        if not place and error.errno in _NO_ROOM:  # a file of the memory would be named
            place = "standard output: "
            _silence(1)
        echo(f"hardwon: {place}{(error.strerror or str(error)).lower()}", err=True)
        return 2
    return status if isinstance(status, int) else 0


def _open_missing() -> None:
    """Put /dev/null where the caller closed a standard stream.

    Else the next file that is opened would take its number, and what is meant for a person
    would be written into it.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest number that is free
    for number, (name, mode) in enumerate((("stdin", "r"), ("stdout", "w"), ("stderr", "w"))):
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(number, mode, encoding="utf-8", closefd=False))


def _silence(number: int) -> None:
    """Have what is left for a standard stream go nowhere, also at exit."""
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, number)
    os.close(null)


if __name__ == "__main__":
    main()
