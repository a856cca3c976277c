"""Runs the command line: `python -m hardwon`."""

from hardwon.cli.start import main

main()
