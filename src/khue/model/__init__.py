"""What a record is: packs, types, value kinds, vocabularies, findings, rights, errors.

No database, no files but packs, nothing about how records are kept, found or shown.
"""
