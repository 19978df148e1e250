"""Command line: one file a noun. Data goes to stdout, talk and progress to stderr."""

from __future__ import annotations

from glasshouse.cli.root import main

__all__ = ["main"]
