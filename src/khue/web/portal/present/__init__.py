"""From documents to what a page shows. Pure: no database, no request.

Lives here: one module for each kind of page, each a few dataclasses for its template and the
functions that fill them. Does not live here: how a value is written (the value kinds know), what
the public may see (documents arrive redacted), what is found (search).
"""
