"""Runs the command line: `python -m hardwon`."""

from hardwon.cli.main import main

main()
