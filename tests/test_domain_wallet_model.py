"""Random lives of two ledgers with transfers between and inside them, beside a small model of where each fen is."""

from __future__ import annotations

import random

import pytest

from ledger.domain.refusal import Refusal
from ledger.v1 import types_pb2 as t
from tests.test_domain_ledger import CODE, DAY, NOW, OTHER_CODE, Ledger, account, content, kinds, person, reason_name

PEOPLE = {CODE: "ABC", OTHER_CODE: "DEF"}
START = 1_000
HOUR = DAY // 24


class Model:
    """Where the money is, by the rules as a person would tell them."""

    def __init__(self):
        self.balance = {(code, who): START for code in PEOPLE for who in PEOPLE[code]}
        self.owed = dict.fromkeys(self.balance, 0)
        self.frozen, self.closed = set(), set()
        self.transfers, self.days = {}, {}
        self.paid_out = 0

    def give(self, where, amount):
        (self.owed if where in self.closed else self.balance)[where] += amount

    def send(self, id_, sender, receiver, amount, now):
        day, hour = (now + 8 * HOUR) // DAY, (now + 8 * HOUR) // HOUR % 24
        inside = sender[0] == receiver[0]
        for reason, wrong in (
            ("ACCOUNT_CLOSED", sender in self.closed or (inside and receiver in self.closed)),
            ("ACCOUNT_FROZEN", sender in self.frozen),
            ("TRANSFER_WINDOW_CLOSED", not 6 <= hour < 22),
            ("TRANSFER_COUNT_EXCEEDED", self.days.get((sender, day), 0) >= 3),
            ("INSUFFICIENT_BALANCE", amount > self.balance[sender]),
            ("DUPLICATE_TRANSFER_ID", (sender[0], id_) in self.transfers),
        ):
            if wrong:
                return reason
        self.balance[sender] -= amount
        self.days[sender, day] = self.days.get((sender, day), 0) + 1
        ends = (day + 1) * DAY - 8 * HOUR + 6 * HOUR
        self.transfers[sender[0], id_] = ["pending", sender, receiver, amount, day, ends]
        return ""

    def end(self, key, how, now):
        """Accept, return (cancelled, expired) or void."""
        found = self.transfers.get(key)
        if found is None:
            return "" if how == "void" else "TRANSFER_NOT_FOUND"
        state, sender, _, amount, day, ends = found
        if state == "returned":
            return "" if how == "void" else "TRANSFER_ALREADY_RETURNED"
        if state != "pending":
            return "TRANSFER_ALREADY_ACCEPTED"
        if how == "accept" and now >= ends:
            return "TRANSFER_EXPIRED"
        if how == "expired" and now < ends:
            return "TRANSFER_NOT_EXPIRED"
        found[0] = "accepted" if how == "accept" else "returned"
        if how != "accept":
            self.give(sender, amount)
        if how == "void":
            self.days[sender, day] -= 1
        return ""

    def credit(self, key):
        found = self.transfers[key]
        if found[0] == "credited":
            return "TRANSFER_ALREADY_CREDITED"
        found[0] = "credited"
        self.give(found[2], found[3])
        return ""

    def total(self):
        flying = sum(each[3] for each in self.transfers.values() if each[0] in ("pending", "accepted"))
        return sum(self.balance.values()) + sum(self.owed.values()) + flying + self.paid_out


class Pair:
    """The ledgers themselves, and the random choices."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.model = Model()
        self.books = {CODE: Ledger(), OTHER_CODE: Ledger()}
        self.now = NOW
        for code, book in self.books.items():
            book.ledger = code
            book.now = NOW - DAY
            for who in PEOPLE[code]:
                book.open(who, START)
            for who in PEOPLE[code]:
                for other, others in PEOPLE.items():
                    for to in others.replace(who, ""):
                        grant = content.ShareGrant(beneficiary=person(to, other), relation=t.RELATION_CHILD)
                        book.run(kinds.GRANT_SHARE, grant, who)

    def asked(self, code, kind, message, who="", request_id=b""):
        """Empty when it was recorded, else the reason."""
        book = self.books[code]
        book.now = self.now
        try:
            book.run(kind, message, who, request_id=request_id)
        except Refusal as refusal:
            return reason_name(refusal.reason)
        return ""

    def step(self):
        draw, model = self.random.choice, self.model
        self.now += self.random.choice((0, HOUR // 60, HOUR, 5 * HOUR))
        code = draw((CODE, OTHER_CODE))
        who, id_ = draw(PEOPLE[code]), bytes([self.random.randrange(1, 60)]) * 16
        action = draw(
            ("send",) * 4 + ("accept",) * 3 + ("cancel", "expired", "void", "credit", "credit", "card", "close")
        )
        key = (code, id_)
        if action == "send":
            there = draw((CODE, OTHER_CODE))
            to = draw(PEOPLE[there].replace(who, ""))
            amount = self.random.randint(1, 400)
            message = content.WalletTransfer(receiver=account(to, there), amount=amount, transfer_id=id_)
            said = self.asked(code, kinds.INITIATE_TRANSFER, message, who, b"" if key in model.transfers else id_)
            return action, said, model.send(id_, (code, who), (there, to), amount, self.now)
        if action == "credit":
            ready = [each for each, found in model.transfers.items() if found[0] in ("accepted", "credited")]
            if not ready:
                return action, "", ""
            key = draw(sorted(ready))
            _, sender, receiver, amount, *_ = model.transfers[key]
            message = content.TransferCredit(transfer_id=key[1], sender=account(sender[1], key[0]), amount=amount)
            return action, self.asked(receiver[0], kinds.CREDIT_TRANSFER, message, receiver[1]), model.credit(key)
        if action == "card":
            return self.card(code, who)
        if action == "close":
            return self.close(code, who) if self.random.random() < 0.1 else (action, "", "")
        if action == "void":
            said = self.asked(code, kinds.VOID_COMMAND, content.VoidedCommand(request_id=id_))
        elif action == "accept":
            receiver = model.transfers[key][2] if key in model.transfers else (code, who)
            message = content.TransferAcceptance(transfer_id=id_, receiver=account(receiver[1], receiver[0]))
            said = self.asked(code, kinds.ACCEPT_TRANSFER, message)
        else:
            reason = {"cancel": t.TRANSFER_RETURN_REASON_CANCELLED, "expired": t.TRANSFER_RETURN_REASON_EXPIRED}[action]
            said = self.asked(code, kinds.RETURN_TRANSFER, content.TransferReturn(transfer_id=id_, reason=reason))
        return action, said, model.end(key, action, self.now)

    def card(self, code, who):
        """Lost or found again."""
        where, model = (code, who), self.model
        if where in model.closed:
            return "card", "", ""
        book = self.books[code]
        (book.lift_loss if where in model.frozen else book.report_loss)(who)
        model.frozen ^= {where}
        return "card", "", ""

    def close(self, code, who):
        where, model = (code, who), self.model
        if where not in model.closed:
            self.books[code].close(who)
            model.closed.add(where)
            model.frozen.discard(where)
            model.paid_out += model.balance[where]
            model.balance[where] = 0
        return "close", "", ""


@pytest.mark.parametrize("seed", range(40))
def test_random_lives_agree_with_the_model(seed):
    pair = Pair(seed)
    model, total = pair.model, pair.model.total()
    for number in range(150):
        action, said, expected = pair.step()
        assert said == expected, (seed, number, action)
        assert model.total() == total
        for (code, who), balance in model.balance.items():
            found = pair.books[code][who]
            flying = [each for each in model.transfers.values() if each[:2] == ["pending", (code, who)]]
            assert (found.balance, found.payable_after_close) == (balance, model.owed[code, who])
            assert sum(sent.amount for sent in found.wallet.in_flight.values()) == sum(each[3] for each in flying)


def test_the_lives_are_full():
    """Every way in which a transfer can go is met, and every refusal that the model knows."""
    states, reasons = set(), set()
    for seed in range(40):
        pair = Pair(seed)
        for _ in range(150):
            reasons.add(pair.step()[1])
            states |= {each[0] for each in pair.model.transfers.values()}
    assert states == {"pending", "accepted", "returned", "credited"}
    assert {"", "TRANSFER_EXPIRED", "TRANSFER_NOT_EXPIRED", "TRANSFER_COUNT_EXCEEDED", "ACCOUNT_FROZEN"} <= reasons
    assert {"TRANSFER_ALREADY_CREDITED", "TRANSFER_ALREADY_RETURNED", "TRANSFER_ALREADY_ACCEPTED"} <= reasons
