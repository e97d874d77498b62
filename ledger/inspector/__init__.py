"""Checks a ledger from files alone, for whoever trusts neither the service nor its database nor its code.

It is written from `docs/log-format.md` and the formats of C2SP, and shares no code with what writes the log: it reads
headers, builds trees, verifies notes and works out settlements by itself. `make lint` holds that it imports nothing of
the log, the domain, the policies or the proofs; only the generated messages of the contract are common.

Reading direction: `inspection` → `stretch`, `relations` → `layout`, `money`, `evaluator`; `folder` → `tree`, `note`.
"""
