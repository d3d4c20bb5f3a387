"""Who people are: their names, passwords and what they were granted, and the log of their sign-ins.

An account becomes a `model.rights.Actor`, a value; what an actor may do is decided there. Names are
never given twice, since the ledger refers to people by them: an account is disabled, not deleted.
Sessions and the log of sign-ins are in the second database. Pages for signing in live in `web`.
"""
