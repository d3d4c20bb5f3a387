"""The ledger and the records folded from it: the only owner of what Khuê knows.

`actions` is the only writer (its only caller is the pipeline), `queries` the only reader's door,
`fold`, `redaction` and `chain` are pure. Searching, publishing and composing runs live above.
"""
