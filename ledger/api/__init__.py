"""The gRPC layer: who calls, may they, is the request well formed, and how the answer is worded.

It decides nothing about money. A typed request becomes a `Work` for the ledger's log, and the log's
outcome becomes a `Transaction` or a status with details.
"""
