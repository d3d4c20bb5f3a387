"""`python -m bench [rows]`: every measurement, one after the other."""

from __future__ import annotations

import sys

from bench import importing

if __name__ == "__main__":
    importing.measure(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
