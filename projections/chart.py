"""The chart of accounts of the books (科目表): what is kept, what each account is called, and by whose parts.

An account has a **path**, as accounting programs know it, and **owners**, whose parts it is divided into. The first
word of a path says what kind of account it is. `docs/books.md` shows the same table, and a test holds that.
"""

from __future__ import annotations

import re
from enum import Enum
from typing import Final, NamedTuple

from ledger.domain.names import id_bytes, id_text
from ledger.v1 import books_service_pb2 as pb


class Owned(Enum):
    """Whose the parts of an account are. `ID`: an account or a person, 16 bytes. `WORD`: UTF-8 text. `NOBODY`: it has
    no parts.
    """

    ID = "id"
    WORD = "word"
    NOBODY = ""


class BookAccount(NamedTuple):
    """One account of the books."""

    number: int
    path: str
    english: str
    chinese: str
    owned: Owned = Owned.NOBODY


_A = pb.BookAccount

PERSONAL: Final = int(_A.BOOK_ACCOUNT_PERSONAL_ACCOUNTS)
PAYABLE: Final = int(_A.BOOK_ACCOUNT_PAYABLE_AFTER_CLOSING)
INSTITUTIONS: Final = int(_A.BOOK_ACCOUNT_INSTITUTIONS_PAYABLE)
CLAIMS: Final = int(_A.BOOK_ACCOUNT_CLAIMS_PAYABLE)
IN_FLIGHT: Final = int(_A.BOOK_ACCOUNT_IN_FLIGHT)
HOLDS: Final = int(_A.BOOK_ACCOUNT_HOLDS)
LEDGERS: Final = int(_A.BOOK_ACCOUNT_LEDGERS)
CONTRIBUTIONS: Final = int(_A.BOOK_ACCOUNT_CONTRIBUTIONS_RECEIVABLE)
PAYOUTS: Final = int(_A.BOOK_ACCOUNT_PAYOUTS)
OPENINGS: Final = int(_A.BOOK_ACCOUNT_OPENINGS)
ADJUSTMENTS: Final = int(_A.BOOK_ACCOUNT_ADJUSTMENTS)
CLEARING: Final = int(_A.BOOK_ACCOUNT_CLEARING)
MEMO_CASH: Final = int(_A.BOOK_ACCOUNT_MEMO_CASH)
MEMO_HOSPITAL: Final = int(_A.BOOK_ACCOUNT_MEMO_HOSPITAL)
MEMO_CONTRA: Final = int(_A.BOOK_ACCOUNT_MEMO_CONTRA)
PREMIUMS: Final = int(_A.BOOK_ACCOUNT_PREMIUMS)
POOLED: Final = int(_A.BOOK_ACCOUNT_POOLED_FUND)
SUPPLEMENT: Final = int(_A.BOOK_ACCOUNT_SUPPLEMENT_FUNDS)
INTEREST: Final = int(_A.BOOK_ACCOUNT_INTEREST)

CHART: Final[dict[int, BookAccount]] = {
    account.number: account
    for account in (
        BookAccount(PERSONAL, "Liabilities:Personal-Accounts", "personal accounts", "个人账户", Owned.ID),
        BookAccount(PAYABLE, "Liabilities:Payable-After-Closing", "payable after closing", "清户后应付款", Owned.ID),
        BookAccount(
            INSTITUTIONS, "Liabilities:Institutions", "payable to institutions", "应付定点医药机构款", Owned.WORD
        ),
        BookAccount(CLAIMS, "Liabilities:Claims", "payable for claims", "应付零星报销款", Owned.ID),
        BookAccount(IN_FLIGHT, "Liabilities:In-Flight", "in flight", "在途资金", Owned.ID),
        BookAccount(HOLDS, "Liabilities:Holds", "holds", "预留资金", Owned.ID),
        BookAccount(LEDGERS, "Liabilities:Ledgers", "settlement with other ledgers", "统筹区间往来", Owned.WORD),
        BookAccount(
            CONTRIBUTIONS, "Assets:Contributions-Receivable", "contributions receivable", "应收缴费", Owned.WORD
        ),
        BookAccount(PAYOUTS, "Assets:Payouts", "payouts", "对外支付"),
        BookAccount(OPENINGS, "Equity:Openings", "openings", "期初余额"),
        BookAccount(ADJUSTMENTS, "Equity:Adjustments", "adjustments", "调账", Owned.WORD),
        BookAccount(CLEARING, "Equity:Clearing", "clearing", "过渡清算"),
        BookAccount(MEMO_CASH, "Equity:Memo:Cash", "memo of cash", "现金自付备查", Owned.WORD),
        BookAccount(MEMO_HOSPITAL, "Equity:Memo:Hospital", "memo of hospitals", "医院负担备查", Owned.WORD),
        BookAccount(MEMO_CONTRA, "Equity:Memo:Contra", "other side of the memos", "备查对冲", Owned.WORD),
        BookAccount(PREMIUMS, "Income:Premiums", "premiums", "补充保险保费", Owned.WORD),
        BookAccount(POOLED, "Expenses:Pooled-Fund", "pooled fund", "统筹基金支出", Owned.WORD),
        BookAccount(SUPPLEMENT, "Expenses:Supplement-Funds", "supplement funds", "补充基金支出", Owned.WORD),
        BookAccount(INTEREST, "Expenses:Interest", "interest", "个人账户利息支出"),
    )
}
"""Every account of the books by its number, which is that of `BookAccount` in the contract."""

_PLAIN: Final = re.compile(r"(?!0X)[A-Z0-9][A-Z0-9-]*")


def owner_text(account: int, owner: bytes) -> str:
    """Return an owner as people read it: the 36 characters of an id, or the word."""
    return id_text(owner) if CHART[account].owned is Owned.ID else owner.decode()


def owner_bytes(account: int, text: str) -> bytes:
    """Return an owner as the journal holds it. Raise ValueError for what cannot own a part of this account."""
    owned = CHART[account].owned
    if owned is Owned.NOBODY and text:
        raise ValueError(text)
    return id_bytes(text) if owned is Owned.ID else text.encode()


def path(account: int, owner: bytes) -> str:
    """Return the name of a part of an account in the form that hledger and beancount both take.

    Each part begins with a capital letter or a digit and has only letters, digits and `-`: ids are written in capitals,
    and a word that has more than that as `0X` and its UTF-8 bytes in hexadecimal digits, so that no two words meet.
    """
    found = CHART[account]
    if not owner:
        return found.path
    if found.owned is Owned.ID:
        return f"{found.path}:{id_text(owner).upper()}"
    word = owner.decode()
    return f"{found.path}:{word if _PLAIN.fullmatch(word) else '0X' + owner.hex().upper()}"
