"""The public portal: pages for everyone, made on the server, that need no script.

Lives here: the pages and what turns a document into what a page shows (`present`), every word of
the interface in both languages (`words/`), the look (`frontend/`, built; `built.py`).
Does not live here: anything for staff. Every question is asked as the public (`PUBLIC`), so what
the registry hides is hidden here without a line of code.
"""
