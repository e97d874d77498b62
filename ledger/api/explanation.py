"""A settlement line by line: every amount and every intermediate, in the order in which they follow from one another.

The lines are made from what is recorded, so that an old settlement is explained as it was computed then.
"""

from __future__ import annotations

from typing import Any

from ledger.v1.command_service_pb2 import ExplanationStep
from ledger.v1.types_pb2 import InstitutionLevel, RegionRelation

_TEXTS = {
    "BILL_TOTAL": ("Bill", "医疗费总额"),
    "FULL_SELF_PAY": ("of which outside the catalogue", "其中:全自费"),
    "OVER_LIMIT_SELF_PAY": ("of which above the price limit", "其中:超限价自费"),
    "PRE_SELF_PAY": ("of which paid by the person first", "其中:先行自付"),
    "IN_SCOPE": ("In scope of the policy", "符合政策范围金额"),
    "EXCLUSION": ("Excluded from the pooled fund", "统筹基金不予支付事由"),
    "COVERAGE_SUSPENDED": ("Coverage suspended: nothing is pooled", "待遇暂停,统筹基金不予支付"),
    "POLICY": ("Policy version", "适用政策版本"),
    "LEVEL": ("Level of the institution", "医疗机构级别"),
    "RELATION": ("Region of the institution", "就医地"),
    "DEDUCTIBLE_OWED": ("Deductible still owed", "尚需承担的起付标准"),
    "DEDUCTIBLE": ("Deductible of this bill", "本次起付标准"),
    "BASE": ("Base of the ratio", "进入报销的金额"),
    "BAND": ("Part of the base", "分段金额"),
    "EXACT": ("Pooled part before rounding", "统筹支付(舍入前)"),
    "ROUNDED": ("Pooled part, rounded half up to the fen", "统筹支付(四舍五入到分)"),
    "CAP_LEFT": ("Left of the yearly cap", "年度支付限额余额"),
    "SUPPLIED": ("Supplied by the settlement centre", "由结算中心提供"),
    "POOLED": ("Paid by the pooled fund", "统筹基金支付"),
    "FUND": ("Paid by another fund", "其他基金支付"),
    "HOSPITAL": ("Borne by the hospital", "医院负担"),
    "PERSONAL": ("Borne by the person", "个人负担"),
    "ACCOUNT_PAYABLE": ("of which accounts may pay", "其中:个人账户可支付"),
    "BALANCE_BEFORE": ("Balance before", "账户余额(结算前)"),
    "OWN_ACCOUNT": ("Paid by the own account", "个人账户支付"),
    "SHARED": ("Paid by a relative's account", "家庭共济支付"),
    "CASH": ("Cash", "现金支付"),
    "BALANCE_AFTER": ("Balance after", "账户余额(结算后)"),
}


def explain(settled: Any, balance_before: int | None, balance_after: int | None) -> list[ExplanationStep]:
    """Return the lines of a `PurchaseSettled`. Balances in fen are those of the own account, None where there is none.

    Parts of the bill and payers that are zero have no line, the others always have theirs.
    """
    bill, split = settled.purchase.bill, settled.split
    lines = [_amount("BILL_TOTAL", bill.total)]
    lines += [
        _amount(code, amount)
        for code, amount in (
            ("FULL_SELF_PAY", bill.full_self_pay),
            ("OVER_LIMIT_SELF_PAY", bill.over_limit_self_pay),
            ("PRE_SELF_PAY", bill.pre_self_pay),
        )
        if amount
    ]
    lines.append(_amount("IN_SCOPE", bill.in_scope))
    if settled.purchase.exclusion_reason:
        lines.append(_text("EXCLUSION", settled.purchase.exclusion_reason))
    if settled.HasField("computation"):
        lines += _computation(settled.computation, split.deductible)
    else:
        lines += [_text("SUPPLIED", ""), _amount("DEDUCTIBLE", split.deductible)]
    lines.append(_amount("POOLED", split.pooled))
    lines += [_amount("FUND", fund.amount) for fund in split.funds]
    if split.hospital:
        lines.append(_amount("HOSPITAL", split.hospital))
    lines += [_amount("PERSONAL", split.personal), _amount("ACCOUNT_PAYABLE", split.account_payable)]
    if balance_before is not None:
        lines.append(_amount("BALANCE_BEFORE", balance_before))
    lines.append(_amount("OWN_ACCOUNT", split.own_account))
    lines += [_amount("SHARED", share.amount) for share in split.shared]
    lines.append(_amount("CASH", split.cash))
    if balance_after is not None:
        lines.append(_amount("BALANCE_AFTER", balance_after))
    return lines


def _computation(computed: Any, deductible: int) -> list[ExplanationStep]:
    level = InstitutionLevel.Name(computed.level).removeprefix("INSTITUTION_LEVEL_")
    relation = RegionRelation.Name(computed.relation).removeprefix("REGION_RELATION_")
    lines = [
        _text("POLICY", computed.policy),
        _text("LEVEL", level),
        _text("RELATION", relation),
        _amount("DEDUCTIBLE_OWED", computed.deductible_owed),
        _amount("DEDUCTIBLE", deductible),
        _amount("BASE", computed.base),
    ]
    if computed.coverage_suspended:
        lines.append(_text("COVERAGE_SUSPENDED", ""))
    lines += [_amount("BAND", band.amount, band.ratio_bp) for band in computed.bands]
    english, chinese = _TEXTS["EXACT"]
    lines.append(ExplanationStep(code="EXACT", english=english, chinese=chinese, exact=computed.exact))
    lines.append(_amount("ROUNDED", computed.rounded))
    if computed.HasField("cap_left"):
        lines.append(_amount("CAP_LEFT", computed.cap_left))
    return lines


def _amount(code: str, amount: int, ratio: int = 0) -> ExplanationStep:
    english, chinese = _TEXTS[code]
    return ExplanationStep(code=code, english=english, chinese=chinese, amount=amount, ratio_bp=ratio)


def _text(code: str, text: str) -> ExplanationStep:
    english, chinese = _TEXTS[code]
    return ExplanationStep(code=code, english=english, chinese=chinese, text=text)
