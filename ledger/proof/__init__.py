"""Proofs for whoever does not trust the service: signed checkpoints, receipts, and what they are made of.

The formats are those of C2SP (signed-note, tlog-checkpoint, tlog-cosignature, tlog-proof, tlog-tiles) and RFC 6962,
unchanged, so that other people's programs check them. Reading direction: `signer`, `ledger_tree` → `receipt` →
`inclusion`, `checkpoint` → `note`.
"""
