"""`python -m tests.search.quality.documents`: the public documents of the home in KHUE_HOME and the
labels of these records, as one JSON list of two."""

from __future__ import annotations

import json
import os

import django


def print_documents() -> None:
    """Print them."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "khue.settings")
    django.setup()
    from khue.model.rights import PUBLIC
    from khue.pipeline import house
    from khue.registry import queries

    ids = list(queries.ids(PUBLIC))
    texts = queries.texts(ids, whole=False)
    documents = [json.loads(text) for text, _ in texts.values() if text]
    print(json.dumps([documents, queries.labels(PUBLIC, ids, house().pack)]))


if __name__ == "__main__":
    print_documents()
