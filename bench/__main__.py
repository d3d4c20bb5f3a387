"""`python -m bench [importing|search|ledger|measures]`: every measurement, or one."""

from __future__ import annotations

import sys

from bench import importing, ledger, measures, search

MEASUREMENTS = {
    "importing": importing.main,
    "search": search.main,
    "ledger": ledger.main,
    "measures": measures.main,
}

if __name__ == "__main__":
    chosen = [name for name in MEASUREMENTS if name in sys.argv[1:]] or [*MEASUREMENTS]
    for name in chosen:
        sys.argv = [name, *(text for text in sys.argv[1:] if text not in MEASUREMENTS)]
        MEASUREMENTS[name]()
