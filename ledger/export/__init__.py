"""Takes a ledger out of its database, for auditors and for other programs.

As `tlog-tiles` it is the whole log in the static layout of C2SP, which `ledgerctl audit verify` and others read; as
JSON lines, CSV or Parquet it is rows, of everything or of a part, each with what proves it.
"""
