"""What auditors ask of a log beyond its proofs: that every decision follows from what was recorded before it."""
