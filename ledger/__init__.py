"""The write side of the personal-account ledger: domain, log, policy, audit, API and programs."""
