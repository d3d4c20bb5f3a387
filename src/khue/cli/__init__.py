"""The command line: parse, call one function of a lower floor, show.

Exit codes: 0 done, 1 findings of level error or a failed check, 2 wrong use. With `--json` there
is one JSON document on standard output and nothing else.
"""

from khue.cli.app import main

__all__ = ["main"]
