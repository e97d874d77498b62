"""SQL of the read side: `views_NNNN.sql` runs once per ledger, `PROJECTION_N.sql` once per version of its tables."""
