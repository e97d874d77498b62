"""What a ledger must answer, written a second time and as plainly as it goes: who, how much, or why not."""

from __future__ import annotations

import copy
from collections import Counter, defaultdict
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from ledger.v1 import command_service_pb2 as pb
from ledger.v1 import types_pb2 as t

RELATIVES = range(t.RELATION_SPOUSE, t.RELATION_GRANDCHILD + 1)
EVIDENCE = {1: 1, 2: 2, 3: 3}  # death, emigration, long-term residence: the proof of each


class Refused(Exception):
    """A business "no"."""


def no(reason, broken=True):
    """Refuse where a rule is broken."""
    if broken:
        raise Refused(reason)


class Entry(NamedTuple):
    """One entry: `after` and `version` are the stream's; `fact` is what undoing it needs."""

    type: str
    who: str = ""
    change: int = 0
    after: int = 0
    version: int = 0
    fact: object = None


class Person:
    """A person, and the account where there is one."""

    def __init__(self):
        self.known = self.account = self.activated = self.closed = self.retired = False
        self.balance = self.owed = self.loss = self.version = 0
        self.grants, self.payers = {}, []
        self.used, self.sums = Counter(), defaultdict(Counter)

    @property
    def state(self):
        if self.closed or not self.account:
            return t.ACCOUNT_STATE_CLOSED if self.closed else t.ACCOUNT_STATE_UNSPECIFIED
        if self.loss:
            return t.ACCOUNT_STATE_FROZEN
        return t.ACCOUNT_STATE_ACTIVE if self.activated else t.ACCOUNT_STATE_PENDING_ACTIVATION


def tail(name):
    """The id at the end of a resource name."""
    return name.rsplit("/", 1)[1]


class Model:
    """A ledger in memory. `answer` says what a request must lead to."""

    def __init__(self):
        self.people = defaultdict(Person)
        self.log = [Entry("ledger_opened")]
        self.commands, self.tombstones = {}, set()
        self.ends = {}
        self.keys, self.reversed = set(), set()

    def answer(self, request_id, *requests):
        """The entries that a command (several: an atomic group) adds, or the reason of its refusal."""
        if request_id in self.tombstones:
            return "COMMAND_VOIDED"
        first = len(self.log)
        self.seen = first  # a command refers to what was recorded before it
        several = requests[1:] or hasattr(requests[0], "amendment")
        saved = copy.deepcopy((self.people, self.keys, self.reversed)) if several else None
        self.commands[request_id] = first
        try:
            for request in requests:
                getattr(self, type(request).__name__.removesuffix("Request"))(request)
        except Refused as refusal:
            if saved:
                self.people, self.keys, self.reversed = saved
            self.log[first:] = [Entry("command_refused")]
            return str(refusal)
        finally:
            self.ends[request_id] = len(self.log)
        return self.log[first:]

    def add(self, type_, who, change=0, fact=None):
        person = self.people[who]
        person.balance += change
        person.version += 1
        self.log.append(Entry(type_, who, change, person.balance, person.version, fact))

    def account(self, request):
        """The account that a request is about."""
        person = self.people[tail(request.account)]
        no("ACCOUNT_NOT_FOUND", not person.account)
        self.version(request, person)
        return tail(request.account), person

    def version(self, request, person):
        no("VERSION_MISMATCH", request.expected_version not in (0, person.version))

    def may_pay(self, person):
        no("ACCOUNT_CLOSED", person.closed)
        no("ACCOUNT_FROZEN", person.loss)
        no("ACCOUNT_NOT_ACTIVATED", not person.activated)

    def RegisterPerson(self, request):
        person = self.people[tail(request.person)]
        self.version(request, person)
        no("PERSON_ALREADY_REGISTERED", person.known)
        person.known = True
        self.add("person_registered", tail(request.person))

    def OpenAccount(self, request, content=None, type_="account_opened", balance=0):
        person = self.people[tail(request.account)]
        self.version(request, person)
        no("ACCOUNT_CLOSED", person.closed)
        no("ACCOUNT_ALREADY_OPEN", person.account)
        scheme = (content or request.opening).scheme
        no("SCHEME_HAS_NO_PERSONAL_ACCOUNT", scheme != t.SCHEME_EMPLOYEE)
        person.known = person.account = True
        self.add(type_, tail(request.account), balance)

    def ImportOpening(self, request):
        opening = request.opening
        self.OpenAccount(request, opening, "opening_imported", opening.balance)
        person = self.people[tail(request.account)]
        person.activated = opening.HasField("activated_time")
        person.retired = opening.person_type == t.PERSON_TYPE_RETIRED
        for sums in opening.accumulators:
            person.sums[sums.year, sums.benefit].update(amounts(sums))

    def ActivateAccount(self, request):
        who, person = self.account(request)
        no("ACCOUNT_CLOSED", person.closed)
        no("ACCOUNT_ALREADY_ACTIVE", person.activated)
        no("ACCOUNT_FROZEN", person.loss)
        person.activated = True
        self.add("account_activated", who)

    def RecordDeposit(self, request):
        who, person = self.account(request)
        asked = request.deposit
        no("ACCOUNT_CLOSED", person.closed)
        no("VOLUNTARY_TOPUP_NOT_ALLOWED", asked.source == t.DEPOSIT_SOURCE_VOLUNTARY_TOPUP)
        keys = set()
        if asked.period:
            keys.add(("DUPLICATE_CONTRIBUTION_PERIOD", who, asked.period, asked.source))
        if asked.confidential.payment_ref:
            keys.add(("DUPLICATE_PAYMENT_REFERENCE", asked.confidential.payment_ref))
        self.claim(keys)
        self.add("deposit_posted", who, asked.amount, keys)

    def claim(self, keys):
        for key in sorted(keys & self.keys):
            no(key[0])
        self.keys |= keys

    def RecordPurchase(self, request):
        who, asked = tail(request.person), request.purchase
        person, bill, centre = self.people[who], asked.bill, asked.upstream
        no("PERSON_NOT_FOUND", not person.known)
        self.version(request, person)
        if person.account:
            self.may_pay(person)
        agent = asked.confidential.agent
        other = asked.presenter == t.PRESENTER_OTHER
        no("IDENTITY_MISMATCH", other and not (agent.principal_id_ref and agent.agent_id_ref))
        outside = bill.over_limit_self_pay + bill.full_self_pay
        no("AMOUNT_MISMATCH", bill.total != bill.in_scope + bill.pre_self_pay + outside)
        no("POLICY_NOT_FOUND", not asked.HasField("upstream"))
        funds = sum(fund.amount for fund in centre.funds)
        no("AMOUNT_MISMATCH", centre.pooled + funds + centre.deductible > bill.in_scope)
        personal = bill.total - centre.pooled - funds - centre.hospital
        no("AMOUNT_MISMATCH", personal < 0 or (asked.exclusion_reason and (centre.pooled or centre.deductible)))
        payable = personal if centre.full_self_pay_payable else max(0, personal - outside)
        fixed = centre.HasField("own_account")
        no("AMOUNT_MISMATCH", centre.own_account > payable)
        no("AMOUNT_MISMATCH", centre.own_account and asked.own_account_unused)
        moment = datetime.fromtimestamp(request.effective_time.seconds, ZoneInfo("Asia/Shanghai"))
        asked_payers = self.payers(who, asked, moment)
        no("INSUFFICIENT_BALANCE", centre.own_account > person.balance)
        own = centre.own_account if fixed else min(person.balance, payable)
        own = 0 if asked.own_account_unused else own
        shared = []
        for payer in asked_payers:
            per_purchase, per_year, *_ = self.people[payer].grants[who]
            used = self.people[payer].used[who, moment.year]
            rest = payable - own - sum(amount for _, amount in shared)
            amount = min(rest, self.people[payer].balance, per_purchase or rest)
            amount = max(0, min(amount, per_year - used if per_year else rest))
            if amount and self.people[payer].state == t.ACCOUNT_STATE_ACTIVE:
                shared.append((payer, amount))
        cash = personal - own - sum(amount for _, amount in shared)
        no("AMOUNT_MISMATCH", centre.HasField("cash") and centre.cash != cash)
        invoice = asked.confidential.invoice_number
        keys = {("DUPLICATE_REIMBURSEMENT", asked.institution, invoice)} if invoice else set()
        self.claim(keys)
        stay = asked.category == t.CATEGORY_INPATIENT
        year = asked.service_date.year or moment.year
        sums = amounts(centre, bill.in_scope) + Counter(admissions=stay, visits=not stay)
        sums = Counter() if asked.exclusion_reason else sums
        slot = year, t.BENEFIT_INPATIENT if stay else t.BENEFIT_OUTPATIENT
        person.sums[slot].update(sums)
        fact = own, shared, moment.year, slot, sums, keys, asked.exclusion_reason
        self.add("purchase_settled", who, -own, fact)
        for payer, amount in shared:
            self.people[payer].used[who, moment.year] += amount
            self.add("share_paid", payer, -amount)

    def payers(self, who, asked, moment):
        """Who is asked: those who are named, else all who are bound and whose grant holds."""
        if asked.shares_unused:
            return []
        named = [tail(name) for name in asked.payers]
        result = []
        for payer in named or self.people[who].payers:
            grant = self.people[payer].grants.get(who)
            holds = grant and grant[3] <= moment.timestamp() and not over(grant, moment.timestamp())
            no("SHARE_NOT_AUTHORIZED", named and not holds)
            if holds:
                result.append(payer)
        return result

    def GrantShare(self, request):
        payer, asked = self.people[tail(request.account)], request.grant
        who = tail(asked.beneficiary)
        beneficiary = self.people[who]
        no("ACCOUNT_NOT_FOUND", not payer.account)
        no("PERSON_NOT_FOUND", not beneficiary.known)
        self.version(request, payer)
        self.may_pay(payer)
        no("SHARE_WITH_SELF", payer is beneficiary)
        no("RELATION_NOT_PERMITTED", asked.relation not in RELATIVES)
        now = request.effective_time.seconds
        no("SHARE_ALREADY_GRANTED", who in payer.grants and not over(payer.grants[who], now))
        grant = asked.purchase_limit, asked.year_limit, asked.expire_time.seconds, now
        no("SHARE_PERIOD_EMPTY", over(grant, now))
        payer.grants[who] = grant
        if tail(request.account) in beneficiary.payers:
            beneficiary.payers.remove(tail(request.account))
        beneficiary.payers.append(tail(request.account))
        self.add("share_granted", tail(request.account))
        self.add("payer_bound", who)

    def OrderPayers(self, request):
        who = tail(request.person)
        person, named = self.people[who], [tail(payer) for payer in request.order.payers]
        no("PERSON_NOT_FOUND", not person.known)
        self.version(request, person)
        now = request.effective_time.seconds
        grants = [self.people[payer].grants.get(who) for payer in named]
        no("SHARE_NOT_AUTHORIZED", not all(grant and grant[3] <= now and not over(grant, now) for grant in grants))
        person.payers = named + [payer for payer in person.payers if payer not in named]
        self.add("payers_ordered", who)

    def DeductPremium(self, request):
        who, person = self.account(request)
        asked = request.deduction
        self.may_pay(person)
        no("PERSON_TYPE_NOT_ELIGIBLE", not person.retired)
        no("INSUFFICIENT_BALANCE", asked.amount > person.balance)
        keys = {("DUPLICATE_PREMIUM", who, asked.year)}
        self.claim(keys)
        self.add("premium_deducted", who, -asked.amount, keys)

    def RevokeShare(self, request):
        payer, person = self.account(request)
        who = tail(request.revocation.beneficiary)
        no("SHARE_NOT_AUTHORIZED", who not in person.grants)
        del person.grants[who]
        self.people[who].payers.remove(payer)
        self.add("share_revoked", payer)
        self.add("payer_unbound", who)

    def TransferShare(self, request):
        who, amount = tail(request.transfer.receiver), request.transfer.amount
        sender, receiver = self.people[tail(request.account)], self.people[who]
        no("ACCOUNT_NOT_FOUND", not (sender.account and receiver.account))
        self.version(request, sender)
        no("ACCOUNT_CLOSED", sender.closed or receiver.closed)
        self.may_pay(sender)
        no("SHARE_WITH_SELF", sender is receiver)
        now = request.effective_time.seconds
        grant = sender.grants.get(who)
        no("SHARE_NOT_AUTHORIZED", not grant or grant[3] > now or over(grant, now))
        no("INSUFFICIENT_BALANCE", amount > sender.balance)
        self.add("family_transfer_sent", tail(request.account), -amount)
        self.add("family_transfer_received", who, amount)

    def ReportLoss(self, request):
        who, person = self.account(request)
        no("ACCOUNT_CLOSED", person.closed)
        self.add("loss_reported", who)
        if not person.loss:
            self.add("account_frozen", who)
        person.loss = max(person.loss, request.loss.kind)

    def LiftLoss(self, request):
        who, person = self.account(request)
        no("ACCOUNT_CLOSED", person.closed)
        no("LOSS_NOT_REPORTED", not person.loss)
        no("FORMAL_LOSS_REQUIRES_REISSUE", person.loss == t.LOSS_KIND_FORMAL)
        person.loss = 0
        self.add("loss_lifted", who)
        self.add("account_unfrozen", who)

    def CloseAccount(self, request):
        who, person = self.account(request)
        reason = request.closing.reason
        no("ACCOUNT_CLOSED", person.closed)
        no("WITHDRAWAL_NOT_PERMITTED", reason not in EVIDENCE)
        no("CLOSE_EVIDENCE_REQUIRED", EVIDENCE[reason] not in request.closing.evidence)
        person.closed = True
        self.add("account_closed", who)
        if person.balance:
            self.add("balance_paid_out", who, -person.balance)

    def ReverseEntry(self, request):
        position = int(tail(request.reversal.entry))
        no("ENTRY_NOT_FOUND", position > self.seen)
        entry = self.log[position - 1]
        kinds = "deposit_posted", "purchase_settled", "premium_deducted", "family_transfer_sent"
        no("NOT_REVERSIBLE", entry.type not in kinds)
        self.version(request, self.people[entry.who])
        no("ALREADY_REVERSED", position in self.reversed)
        self.undo(position)

    def AmendPurchase(self, request):
        """Reverse, then settle."""
        asked = request.amendment
        position = int(tail(asked.entry))
        no("ENTRY_NOT_FOUND", position > self.seen)
        entry = self.log[position - 1]
        no("NOT_REVERSIBLE", entry.type != "purchase_settled")
        self.version(request, self.people[entry.who])
        no("ALREADY_REVERSED", position in self.reversed)
        self.add("purchase_amended", entry.who)
        self.undo(position)
        kept = pb.RecordPurchaseRequest(
            person=f"/{entry.who}", purchase=asked.purchase, effective_time=request.effective_time
        )
        kept.purchase.confidential.CopyFrom(asked.confidential)
        kept.purchase.service_date.year = asked.purchase.service_date.year or entry.fact[3][0]
        kept.purchase.exclusion_reason = asked.purchase.exclusion_reason or entry.fact[6]
        self.RecordPurchase(kept)

    def undo(self, position):
        """Give back what an entry took, or take back what it gave."""
        entry = self.log[position - 1]
        if entry.type == "deposit_posted":
            self.take_back("deposit_reversed", entry)
            self.keys -= entry.fact
        elif entry.type == "premium_deducted":
            self.give_back("premium_reversed", entry.who, -entry.change)
            self.keys -= entry.fact
        elif entry.type == "purchase_settled":
            own, shared, year, slot, sums, keys, _ = entry.fact
            self.people[entry.who].sums[slot].subtract(sums)
            self.keys -= keys
            self.give_back("purchase_reversed", entry.who, own)
            for payer, amount in shared:
                self.people[payer].used[entry.who, year] -= amount
                self.give_back("share_refunded", payer, amount)
        else:
            received = self.log[position]
            self.may_take_back(received)
            self.give_back("family_transfer_reversed", entry.who, received.change)
            self.take_back("family_transfer_reversed", received)
        self.reversed.add(position)

    def may_take_back(self, entry):
        no("ACCOUNT_CLOSED", self.people[entry.who].closed)
        no("INSUFFICIENT_BALANCE", entry.change > self.people[entry.who].balance)

    def take_back(self, type_, entry):
        self.may_take_back(entry)
        self.add(type_, entry.who, -entry.change)

    def give_back(self, type_, who, amount):
        """To the balance, or to what is owed outside where the account is closed."""
        closed = self.people[who].closed
        self.people[who].owed += amount if closed else 0
        self.add(type_, who, 0 if closed else amount)

    def VoidCommand(self, request):
        original = request.voided_request_id
        at = self.commands.get(original)
        self.log.append(Entry("command_voided"))  # a refusal takes it away again
        if original in self.tombstones or at is None:
            self.tombstones.add(original)
            return
        first, others = self.log[at], self.log[at + 1 : self.ends[original]]
        if first.type == "command_refused":
            return
        allowed = {
            "deposit_posted": set(),
            "premium_deducted": set(),
            "purchase_settled": {"share_paid"},
            "family_transfer_sent": {"family_transfer_received"},
        }
        no("NOT_VOIDABLE", first.type not in allowed)
        no("NOT_VOIDABLE", {other.type for other in others} - allowed[first.type])
        if at + 1 not in self.reversed:
            self.undo(at + 1)


def over(grant, moment):
    """Whether the time of a grant has run out."""
    return 0 < grant[2] <= moment


def amounts(source, eligible=None):
    """The sums that a purchase moves, or those of a message with the same fields."""
    if eligible is not None:
        return Counter(deductible=source.deductible, pooled=source.pooled, eligible=eligible)
    fields = "deductible", "pooled", "eligible", "visits", "admissions"
    return Counter({field: getattr(source, field) for field in fields})
