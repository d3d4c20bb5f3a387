"""The ledger and the records folded from it: the only owner of what Khuê knows.

`actions` is the only writer and `drafting` what changes are prepared from: only the pipeline calls
them. `queries` is the only reader's door. `fold`, `redaction` and `chain` are pure. Searching,
publishing and composing runs live above.
"""
