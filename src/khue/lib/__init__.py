"""Pure helpers: Vietnamese text, dates, identifiers, numbers.

Here lives what needs no other room: functions from plain values to plain values. What a field of
a record means, findings and packs do not live here but in `khue.model`. Each module is a door of
its own: `vietnamese`, `syllables`, `legacy_encodings`, `dates`, `identifiers`, `numbers`.
"""

from khue.lib import dates, identifiers, legacy_encodings, numbers, syllables, vietnamese

__all__ = [
    "dates",
    "identifiers",
    "legacy_encodings",
    "numbers",
    "syllables",
    "vietnamese",
]
