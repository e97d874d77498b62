"""`python -m ledger.cli`, for where the entry point is not installed."""

from ledger.cli import main

main()
