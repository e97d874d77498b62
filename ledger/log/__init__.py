"""The log: entries in PostgreSQL, hashed into a Merkle tree, written by one committer per ledger and process.

The nouns: an *entry* is the stored bytes of one event; a *transaction* is all entries of one command; a *commit* is
what one database transaction adds; a *stream* is one sequence of events with its own version; the *head* is the size
and last leaf of the log. `docs/commit-protocol.md` describes the states of the committer.
"""
