"""HistoryService: answers from the tables of the projections. The only part of the read side that knows gRPC."""
