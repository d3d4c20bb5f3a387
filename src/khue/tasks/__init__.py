"""Work that goes on beside people: its queue and progress, the worker that does it, notices.

All of it may be lost without losing a record. The tables live in a database of their own, so that a
running import can tell how far it is and nobody waits for it; sessions and sign-in logs live there
too (`router` says what does). What a task does is composed in `pipeline.tasks`; what it changes is
in the ledger.
"""
