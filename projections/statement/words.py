"""What a statement says in Chinese and in English, and how it writes amounts and dates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ledger.v1 import history_service_pb2 as pb
from ledger.v1 import types_pb2 as t

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

LANGUAGES: Final = ("zh", "en")
"""Languages of a page; the first is the default."""
MINUS: Final = "\N{MINUS SIGN}"

_KIND: Final[dict[int, tuple[str, str]]] = {
    pb.TRANSACTION_KIND_OPENING: ("转入原系统余额", "Balance taken over"),
    pb.TRANSACTION_KIND_PAYOUT: ("销户支取", "Paid out on closing"),
    pb.TRANSACTION_KIND_MERGE: ("账户合并转入", "From a merged account"),
    pb.TRANSACTION_KIND_ABSORPTION: ("账户合并转出", "To a merged account"),
    pb.TRANSACTION_KIND_DEPOSIT: ("划入", "Deposit"),
    pb.TRANSACTION_KIND_DEPOSIT_REVERSAL: ("划入更正", "Deposit taken back"),
    pb.TRANSACTION_KIND_INTEREST: ("利息", "Interest"),
    pb.TRANSACTION_KIND_ADJUSTMENT: ("经审批的调整", "Approved correction"),
    pb.TRANSACTION_KIND_PREMIUM: ("代缴保险费", "Premium"),
    pb.TRANSACTION_KIND_PREMIUM_REVERSAL: ("保险费退回", "Premium that came back"),
    pb.TRANSACTION_KIND_PURCHASE: ("就医购药", "Treatment and drugs"),
    pb.TRANSACTION_KIND_PURCHASE_REVERSAL: ("就医购药退费", "Refund of treatment and drugs"),
    pb.TRANSACTION_KIND_SHARE: ("家庭共济支付", "Paid for family"),
    pb.TRANSACTION_KIND_SHARE_REFUND: ("家庭共济退回", "Refund of what was paid for family"),
    pb.TRANSACTION_KIND_TRANSFER_SENT: ("转给家人", "Sent to family"),
    pb.TRANSACTION_KIND_TRANSFER_RECEIVED: ("家人转入", "Received from family"),
    pb.TRANSACTION_KIND_TRANSFER_REVERSAL: ("家人转账冲销", "Family transfer reversed"),
    pb.TRANSACTION_KIND_WALLET_SENT: ("医保钱包转出", "Wallet transfer sent"),
    pb.TRANSACTION_KIND_WALLET_RETURN: ("医保钱包退回", "Wallet transfer that came back"),
    pb.TRANSACTION_KIND_WALLET_RECEIVED: ("医保钱包转入", "Wallet transfer received"),
    pb.TRANSACTION_KIND_HOLD: ("预留", "Set aside"),
    pb.TRANSACTION_KIND_HOLD_CAPTURE: ("预留结清", "Rest of what was set aside"),
    pb.TRANSACTION_KIND_HOLD_RELEASE: ("预留解除", "No longer set aside"),
    pb.TRANSACTION_KIND_RELOCATION_OUT: ("关系转移转出", "Moved to another region"),
    pb.TRANSACTION_KIND_RELOCATION_IN: ("关系转移转入", "Moved from another region"),
    pb.TRANSACTION_KIND_RELOCATION_RETURN: ("关系转移退回", "Move to another region that failed"),
}
_SOURCE: Final[dict[int, tuple[str, str]]] = {
    t.DEPOSIT_SOURCE_PERSONAL_CONTRIBUTION: ("个人缴费划入", "Own contribution"),
    t.DEPOSIT_SOURCE_EMPLOYER_ALLOCATION: ("单位缴费划入", "Employer's part"),
    t.DEPOSIT_SOURCE_POOL_ALLOCATION: ("统筹基金划入", "From the pooled fund"),
    t.DEPOSIT_SOURCE_VOLUNTARY_TOPUP: ("自愿充值", "Top-up"),
    t.DEPOSIT_SOURCE_SUBSIDY: ("补助", "Subsidy"),
}
_CATEGORY: Final[dict[int, tuple[str, str]]] = {
    t.CATEGORY_UNSPECIFIED: ("保险费及其他", "Premiums and other"),
    t.CATEGORY_OUTPATIENT: ("门诊", "Outpatient"),
    t.CATEGORY_INPATIENT: ("住院", "Inpatient"),
    t.CATEGORY_DRUG: ("购药", "Drugs"),
    t.CATEGORY_REGISTRATION: ("挂号", "Registration"),
    t.CATEGORY_HEALTH_CHECKUP: ("健康体检", "Check-up"),
    t.CATEGORY_PROSTHESIS: ("义肢义眼", "Prosthesis"),
    t.CATEGORY_DENTAL: ("牙科", "Dental"),
    t.CATEGORY_VACCINE: ("疫苗", "Vaccine"),
    t.CATEGORY_HEALTH_FOOD: ("保健食品", "Health food"),
    t.CATEGORY_DISINFECTANT: ("消杀用品", "Disinfectant"),
    t.CATEGORY_HOME_DEVICE: ("家用器械", "Home device"),
    t.CATEGORY_CONSUMABLE: ("医用耗材", "Consumables"),
}
TEXTS: Final = {
    "title": ("职工基本医疗保险个人账户", "Personal account of employee medical insurance"),
    "statement": ("{year} 年度对账单", "Statement for {year}"),
    "period": ("{year} 年 1 月 1 日至 12 月 31 日", "1 January to 31 December {year}"),
    "holder": ("姓名", "Holder"),
    "account": ("账户号", "Account"),
    "region": ("统筹区", "Region"),
    "drawn": ("统计截至", "Recorded until"),
    "position": ("记录位置", "Log position"),
    "open": (
        "{year} 年度尚未结束,以下为目前的情况,数字仍会变化。",
        "{year} is not over: these are the figures so far, and they will change.",
    ),
    "fresh": (
        "对账单刚刚出具,正在入账的记录仍可能计入。",
        "Drawn a moment ago: entries that are on their way may still be added.",
    ),
    "missing": (
        "有 {count} 条记录未能计入,请联系经办机构。",
        "{count} entries could not be counted; please ask the agency.",
    ),
    "opening": ("年初余额", "Opening balance"),
    "late": ("补记往年", "Late entries"),
    "credits": ("收入", "Credits"),
    "interest": ("利息", "Interest"),
    "debits": ("支出", "Debits"),
    "closing": ("年末余额", "Closing balance"),
    "closing_open": ("目前余额", "Balance so far"),
    "spent_by_month": ("每月使用(元)", "Spent by month (yuan)"),
    "spent_by_category": ("用在哪里(元)", "What it was spent on (yuan)"),
    "spent_for": ("为谁使用(元)", "For whom (yuan)"),
    "nothing_spent": ("本年度没有使用,或已全部退回。", "Nothing was spent this year, or all of it came back."),
    "self": ("本人", "Yourself"),
    "relative": ("家人\N{NO-BREAK SPACE}{end}", "Relative\N{NO-BREAK SPACE}{end}"),
    "bills": ("本人医药费 {total} 元由谁支付", "Who paid your bills of {total} yuan"),
    "pooled": ("统筹基金", "Pooled fund"),
    "funds": ("其他基金", "Other funds"),
    "hospital": ("医疗机构承担", "Hospital"),
    "own": ("个人账户", "Your account"),
    "family": ("家人账户", "Relatives' accounts"),
    "cash": ("现金等自付", "Cash and other"),
    "summary": ("收支汇总", "By kind"),
    "months": ("按月汇总", "By month"),
    "month": ("月份", "Month"),
    "kind": ("项目", "What"),
    "count": ("笔数", "Number"),
    "amount": ("金额", "Amount"),
    "in": ("收入", "Credit"),
    "out": ("支出", "Debit"),
    "balance": ("余额", "Balance"),
    "details": ("收支明细", "Transactions"),
    "late_details": ("上期对账单之后补记的往年收支", "Of earlier years, recorded after the statement before"),
    "date": ("日期", "Date"),
    "recorded": ("{date} 补记", "recorded {date}"),
    "bill": ("费用 {total}", "bill {total}"),
    "insured": ("医保基金支付 {paid}", "insurance paid {paid}"),
    "relatives_paid": ("家人账户支付 {paid}", "relatives paid {paid}"),
    "nothing_moved": ("本年度没有收支。", "Nothing moved this year."),
    "cash_paid": ("现金等 {paid}", "cash and other {paid}"),
    "bill_back": ("退回费用 {total}", "bill {total} taken back"),
    "insured_back": ("退还医保基金 {paid}", "{paid} back to the insurance"),
    "relatives_paid_back": ("退还家人账户 {paid}", "{paid} back to relatives"),
    "cash_paid_back": ("退还现金等 {paid}", "{paid} in cash and other back"),
    "reversed": ("已退费或更正", "reversed later"),
    "at": ("机构 {institution}", "institution {institution}"),
    "at_named": ("{place}({institution})", "{place} ({institution})"),
    "left_out": (
        "另有 {count} 笔未列出,均已计入以上合计。",
        "{count} more are not listed; the sums above count them.",
    ),
    "later": (
        "本对账单出具后又补记 {count} 笔,合计 {amount} 元,将列入下一年度对账单。",
        "{count} entries worth {amount} yuan were recorded after this statement; the next one has them.",
    ),
    "note_sum": (
        "年初余额 + 收入 + 利息 − 支出 = 年末余额;下一年度的年初余额等于本年度的年末余额。",
        "Opening balance + credits + interest − debits = closing balance: the next opening balance.",
    ),
    "note_sum_late": (
        "年初余额 + 补记往年 + 收入 + 利息 − 支出 = 年末余额;下一年度的年初余额等于本年度的年末余额。",
        "Opening balance + late entries + credits + interest − debits = closing balance: the next opening balance.",
    ),
    "note_dates": (
        "金额单位为元。日期为业务发生日期({zone})。",
        "Amounts are yuan. Dates are those on which something happened ({zone}).",
    ),
    "note_ask": (
        "如对某笔收支有疑问,请携带本单向经办机构查询,并报账户号与日期。",
        "If an entry is not yours, ask the agency and name the account and the date.",
    ),
}
"""Every sentence in the languages of `LANGUAGES`. Chinese ones have ASCII marks here; `_FULL` prints them wide."""
_FULL: Final = str.maketrans(
    {
        ",": "\N{FULLWIDTH COMMA}",
        ";": "\N{FULLWIDTH SEMICOLON}",
        "(": "\N{FULLWIDTH LEFT PARENTHESIS}",
        ")": "\N{FULLWIDTH RIGHT PARENTHESIS}",
    }
)
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class Words:
    """The words of one language."""

    def __init__(self, language: str) -> None:
        """Take one of `LANGUAGES`."""
        self.language = language
        self._at = LANGUAGES.index(language)

    def text(self, name: str, **values: object) -> str:
        """Return a sentence with its values."""
        sentence = TEXTS[name][self._at]
        return (sentence if self._at else sentence.translate(_FULL)).format(**values)

    def kind(self, kind: int, source: int = 0) -> str:
        """Return what moved the money; deposits are named by their source."""
        if kind == pb.TRANSACTION_KIND_DEPOSIT and source in _SOURCE:
            return _SOURCE[source][self._at]
        return self._value(_KIND, kind)

    def category(self, category: int) -> str:
        """Return a category."""
        return self._value(_CATEGORY, category)

    def _value(self, words: Mapping[int, tuple[str, str]], number: int) -> str:
        return words[number][self._at] if number in words else f"#{number}"

    def month(self, month: int) -> str:
        """Return a month that is given as YYYYMM, without its year."""
        number = month % 100
        return _MONTHS[number - 1] if self._at else f"{number} 月"

    def date(self, moment: datetime) -> str:
        """Return the civil date of a time, without its year."""
        if self._at:
            return f"{moment.day} {_MONTHS[moment.month - 1]}"
        return f"{moment.month} 月 {moment.day} 日"

    def full_date(self, moment: datetime) -> str:
        """Return the civil date of a time."""
        if self._at:
            return f"{moment.day} {_MONTHS[moment.month - 1]} {moment.year}"
        return f"{moment.year} 年 {moment.month} 月 {moment.day} 日"


def yuan(fen: int) -> str:
    """Return fen as yuan: 123450 → `1,234.50`. Integers only, so it is exact."""
    whole, part = divmod(abs(fen), 100)
    return f"{MINUS if fen < 0 else ''}{whole:,}.{part:02}"
