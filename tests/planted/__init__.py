"""`ledgerd` with one planted defect each. A crash test that does not fail with it is worth nothing."""
