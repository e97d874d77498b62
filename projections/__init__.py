"""The read side: views folded from the log, each of which can be rebuilt from it at any time.

A **projection** says which entries it wants and how a batch of them folds into rows. A **page** is a stretch of the
log that ends on a transaction end. A **follower** takes the pages of one ledger and writes rows and the **tracking**
row of a projection in one transaction, so each entry counts exactly once. A **dead letter** is an entry that a
projection could not take in. The **runner** follows many ledgers; `projections.service` answers from the tables.
"""
