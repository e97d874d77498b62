"""Migrations of signing keys and checkpoints."""
