"""Amounts for people, as every report of the project writes them."""

from ledger.audit.money import arithmetic, exact, signed, yuan

__all__ = ["arithmetic", "exact", "signed", "yuan"]
