"""Copies of a log outside its database: archives that are made at a moment, and a mirror that follows every commit.

An archive is an export as tiles, with the keys of the log beside it where they are asked for. A mirror is its entry
bundles alone. Both are read by one importer, which fills an empty ledger or the gap of one that was restored too old.
"""
