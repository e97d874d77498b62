"""The read side: views folded from the log, each of which can be rebuilt from it at any time."""
