"""The books as an accountant would write them down from the log: what each kind of event debits, and what it credits.

Another database, another language, another shape: pairs of accounts and an amount, instead of signed postings. They
are those of the table in `docs/books.md` and of the rules in the domain: a purchase is paid by funds, accounts and
cash; what comes back to a closed account is owed outside of it. Nothing here knows how the journal is made.
"""

from __future__ import annotations

import json
import uuid
from collections import defaultdict

from google.protobuf.json_format import MessageToDict

from tests import histories
from tests.sqlite_log import Exported

# What is in the content of an event (`doc`), for short. A number is text in JSON, and one that is 0 is left out.
_FUNCTIONS = {
    "fen": lambda doc, path: int(_at(doc, path) or 0),
    "txt": lambda doc, path: _at(doc, path) or "",
    "word": lambda doc, path, prefix: (_at(doc, path) or f"{prefix}UNSPECIFIED").removeprefix(prefix).replace("_", "-"),
    "ledger_of": lambda doc, path: _at(doc, path).split("/")[1],
}

PAIRS = """
CREATE VIEW homes AS
SELECT e.*, CASE WHEN EXISTS (SELECT * FROM entries c WHERE c.account = e.account AND c.type = 'account_closed'
                              AND c.position < e.position)
    THEN 'Liabilities:Payable-After-Closing' ELSE 'Liabilities:Personal-Accounts' END AS home,
    (SELECT o.doc FROM entries o WHERE o.position = e.origin) AS before
FROM entries e;

CREATE VIEW bills AS  -- 1: it was settled, -1: and undone; `share` of the holder's own account
SELECT position, account, doc, 1 AS sign, 'Liabilities:Personal-Accounts' AS home,
    txt(doc, 'purchase.institution') AS institution FROM homes WHERE type = 'purchase_settled'
UNION ALL
SELECT position, account, doc, -1, home, txt(before, 'purchase.institution') FROM homes WHERE type = 'purchase_reversed'
UNION ALL
SELECT position, account, doc, 0, home, txt(before, 'filing.institution') FROM homes WHERE type = 'claim_decided';

CREATE VIEW pairs (position, debit, debit_part, credit, credit_part, amount) AS
SELECT position, 'Equity:Openings', '', 'Liabilities:Personal-Accounts', account, fen(doc, 'opening.balance')
    FROM homes WHERE type = 'opening_imported'
UNION ALL
SELECT position,
    CASE txt(doc, 'deposit.source') WHEN 'DEPOSIT_SOURCE_POOL_ALLOCATION' THEN 'Expenses:Pooled-Fund'
        ELSE 'Assets:Contributions-Receivable' END,
    CASE txt(doc, 'deposit.source') WHEN 'DEPOSIT_SOURCE_POOL_ALLOCATION' THEN 'ALLOCATION'
        ELSE word(doc, 'deposit.source', 'DEPOSIT_SOURCE_') END,
    'Liabilities:Personal-Accounts', account, fen(doc, 'deposit.amount')
    FROM homes WHERE type = 'deposit_posted'
UNION ALL
SELECT position, 'Liabilities:Personal-Accounts', account,
    CASE txt(before, 'deposit.source') WHEN 'DEPOSIT_SOURCE_POOL_ALLOCATION' THEN 'Expenses:Pooled-Fund'
        ELSE 'Assets:Contributions-Receivable' END,
    CASE txt(before, 'deposit.source') WHEN 'DEPOSIT_SOURCE_POOL_ALLOCATION' THEN 'ALLOCATION'
        ELSE word(before, 'deposit.source', 'DEPOSIT_SOURCE_') END,
    fen(doc, 'amount')
    FROM homes WHERE type = 'deposit_reversed'
UNION ALL
SELECT position, 'Expenses:Interest', '', 'Liabilities:Personal-Accounts', account, fen(doc, 'posting.amount')
    FROM homes WHERE type = 'interest_posted'
UNION ALL
SELECT position, 'Liabilities:Personal-Accounts', account, 'Income:Premiums',
    coalesce(nullif(txt(doc, 'deduction.fund'), ''), word(doc, 'deduction.kind', 'PREMIUM_KIND_')),
    fen(doc, 'deduction.amount') FROM homes WHERE type = 'premium_deducted'
UNION ALL
SELECT position, 'Income:Premiums',
    coalesce(nullif(txt(before, 'deduction.fund'), ''), word(before, 'deduction.kind', 'PREMIUM_KIND_')),
    home, account, fen(doc, 'amount') FROM homes WHERE type = 'premium_reversed'
UNION ALL
SELECT position, 'Equity:Adjustments', word(doc, 'reason', 'ADJUSTMENT_REASON_'), home, account, fen(doc, 'amount')
    FROM homes WHERE type = 'adjustment_posted'
-- A bill: whoever pays is debited, the institution credited; what never passes through the agency is a memo.
UNION ALL
SELECT position, 'Expenses:Pooled-Fund', word(doc, 'accumulator.benefit', 'BENEFIT_'),
    CASE sign WHEN 0 THEN 'Liabilities:Claims' ELSE 'Liabilities:Institutions' END,
    CASE sign WHEN 0 THEN account ELSE institution END,
    (sign + (sign = 0)) * fen(doc, 'split.pooled') FROM bills
UNION ALL
SELECT position, 'Expenses:Supplement-Funds', json_extract(fund.value, '$.fund'),
    CASE sign WHEN 0 THEN 'Liabilities:Claims' ELSE 'Liabilities:Institutions' END,
    CASE sign WHEN 0 THEN account ELSE institution END,
    (sign + (sign = 0)) * CAST(json_extract(fund.value, '$.amount') AS INTEGER)
    FROM bills, json_each(coalesce(json_extract(doc, '$.split.funds'), '[]')) AS fund
UNION ALL
SELECT position, home, account, 'Liabilities:Institutions', institution, sign * fen(doc, 'split.own_account')
    FROM bills WHERE sign <> 0
UNION ALL
SELECT position, 'Equity:Clearing', '', 'Liabilities:Institutions', institution,
    sign * CAST(json_extract(share.value, '$.amount') AS INTEGER)
    FROM bills, json_each(coalesce(json_extract(doc, '$.split.shared'), '[]')) AS share WHERE sign <> 0
UNION ALL
SELECT position, 'Equity:Memo:Cash', institution, 'Equity:Memo:Contra', institution,
    (sign + (sign = 0)) * fen(doc, 'split.cash') FROM bills
UNION ALL
SELECT position, 'Equity:Memo:Hospital', institution, 'Equity:Memo:Contra', institution,
    (sign + (sign = 0)) * fen(doc, 'split.hospital') FROM bills
UNION ALL
SELECT position, 'Liabilities:Claims', account, 'Assets:Payouts', '', fen(doc, 'amount')
    FROM homes WHERE type = 'claim_paid'
-- Between accounts of one ledger
UNION ALL
SELECT position, 'Liabilities:Personal-Accounts', account, 'Equity:Clearing', '',
    coalesce(nullif(fen(doc, 'amount'), 0), fen(doc, 'transfer.amount'))
    FROM homes WHERE type IN ('share_paid', 'family_transfer_sent', 'account_absorbed')
    OR (type = 'family_transfer_reversed' AND json_extract(doc, '$.receiver_leg'))
UNION ALL
SELECT position, 'Equity:Clearing', '', home, account, fen(doc, 'amount')
    FROM homes WHERE type IN ('share_refunded', 'family_transfer_received', 'accounts_merged')
    OR (type = 'family_transfer_reversed' AND json_extract(doc, '$.receiver_leg') IS NULL)
-- Between wallets, maybe of two ledgers
UNION ALL
SELECT position, 'Liabilities:Personal-Accounts', account, 'Liabilities:In-Flight', account, fen(doc, 'transfer.amount')
    FROM homes WHERE type = 'transfer_initiated'
UNION ALL
SELECT position, 'Liabilities:In-Flight', account, 'Liabilities:Ledgers', ledger_of(doc, 'receiver'), fen(doc, 'amount')
    FROM homes WHERE type = 'transfer_accepted'
UNION ALL
SELECT position, 'Liabilities:In-Flight', account, home, account, fen(doc, 'amount')
    FROM homes WHERE type = 'transfer_returned'
UNION ALL
SELECT position, 'Liabilities:Ledgers', ledger_of(doc, 'credit.sender'), home, account, fen(doc, 'credit.amount')
    FROM homes WHERE type = 'transfer_credited'
-- Money that leaves
UNION ALL
SELECT position, 'Liabilities:Personal-Accounts', account, 'Assets:Payouts', '', fen(doc, 'amount')
    FROM homes WHERE type = 'balance_paid_out'
UNION ALL
SELECT position, 'Liabilities:Payable-After-Closing', account, 'Assets:Payouts', '', fen(doc, 'settlement.amount')
    FROM homes WHERE type = 'payable_settled';

CREATE TABLE lines AS
SELECT position, debit AS path, debit_part AS part, amount FROM pairs WHERE amount <> 0
UNION ALL
SELECT position, credit, credit_part, -amount FROM pairs WHERE amount <> 0;
"""


def _at(doc, path):
    found = json.loads(doc)
    for name in path.split("."):
        found = (found or {}).get(name)
    return found


class Books(Exported):
    """The books of a ledger up to now."""

    def __init__(self, world):
        super().__init__(world)
        for name, function in _FUNCTIONS.items():
            self.database.create_function(name, function.__code__.co_argcount, function, deterministic=True)
        self.database.execute("ALTER TABLE entries ADD COLUMN doc TEXT")
        self.database.execute("ALTER TABLE entries ADD COLUMN origin INTEGER")
        moves = histories.raw(world)
        for move in moves:
            doc = MessageToDict(move.event, preserving_proto_field_name=True)
            origin = doc.get("reversed_position") or (doc.get("claim_position") if "decision" in doc else None)
            self.database.execute(
                "UPDATE entries SET doc = ?, origin = ? WHERE position = ?",
                (json.dumps(doc), origin and int(origin), move.position),
            )
        self.size = moves[-1].position
        self.types = {move.type for move in moves}
        self.database.executescript(PAIRS)

    def entries(self):
        """What each entry posts: parts of accounts and fen, by position."""
        found = defaultdict(dict)
        for position, path, part, amount in self.database.execute(
            "SELECT position, path, part, sum(amount) FROM lines GROUP BY 1, 2, 3 HAVING sum(amount) <> 0"
        ):
            found[position][path, part] = amount
        return dict(found)

    def parts(self, path, position=None):
        """The parts of an account of the books at a position that anything was posted to."""
        rows = self.database.execute(
            "SELECT part, sum(amount) FROM lines WHERE path = ? AND position <= ? GROUP BY part",
            (path, position or self.size),
        )
        return dict(rows.fetchall())

    def trial_balance(self, position):
        """Debits and credits of every account up to a position."""
        rows = self.database.execute(
            "SELECT path, sum(max(amount, 0)), sum(max(-amount, 0)) FROM (SELECT position, path, part, sum(amount) AS"
            " amount FROM lines WHERE position <= ? GROUP BY position, path, part) GROUP BY path",
            (position,),
        )
        return {path: (debits, credited) for path, debits, credited in rows if debits or credited}

    def balances(self):
        """The balance of every account that was ever opened, from the headers alone."""
        rows = self.database.execute(
            "SELECT account, sum(change) FROM entries WHERE account IN (SELECT account FROM entries WHERE type IN"
            " ('account_opened', 'opening_imported')) GROUP BY account"
        )
        return {str(uuid.UUID(account)): balance for account, balance in rows}
