"""Numbered SQL, forward only. `database_*` run once per database, `ledger_*` once per ledger."""
