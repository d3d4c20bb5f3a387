"""Indicators, and the values that are computed for them from snapshots of the registry.

An indicator is a file of the pack. What is computed stands in tables of this room with the version
of the indicator and the position of the ledger, so that it can be computed again; what is reported
are records like any other and belongs to the registry.
"""
