"""What each event changes in a person besides balance, version and position. Called by `evolve`
with a fresh copy.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ledger.domain import claims, insurance, losses, mandates, names, sanctions
from ledger.domain import entry_types as types
from ledger.domain.filings import ended, filed
from ledger.domain.flags import flags_after
from ledger.domain.values import ACTIVE, CLOSED, FROZEN, PENDING, EvolveError, Grant, InFlight, Sums, Wallet
from ledger.v1 import types_pb2

if TYPE_CHECKING:
    from collections.abc import Callable

    from ledger.domain.person import Person
    from ledger.domain.recorded import Recorded


def _registered(after: Person, recorded: Recorded, asked: Any) -> None:
    after.registered = True
    after.scheme = asked.scheme
    after.person_type = asked.person_type
    after.insurance = after.insurance._replace(kinds={})  # the kind is stated anew
    claimed = [key.hash for key in recorded.keys if key.kind == types_pb2.UNIQUE_KEY_KIND_PERSON and not key.released]
    if claimed:
        after.number_keys = after.number_keys.union(claimed)


def _person_registered(after: Person, recorded: Recorded, event: Any) -> None:
    _registered(after, recorded, event.registration)


def _account_opened(after: Person, recorded: Recorded, event: Any) -> None:
    _registered(after, recorded, event.opening)
    after.state = PENDING


def _opening_imported(after: Person, recorded: Recorded, event: Any) -> None:
    opening = event.opening
    _registered(after, recorded, opening)
    after.imported = True
    after.activated = opening.HasField("activated_time")
    after.state = ACTIVE if after.activated else PENDING
    sums = dict(after.accumulators)
    for taken in opening.accumulators:
        # Added to what this ledger settled before, so that reversing one of those purchases cannot
        # go below zero.
        before = sums.get((taken.year, taken.benefit), Sums())
        sums[taken.year, taken.benefit] = Sums(*map(sum, zip(before, _sums(taken), strict=True)))
    after.accumulators = sums


def _person_type_changed(after: Person, _recorded: Recorded, event: Any) -> None:
    after.insurance = insurance.changed(after.insurance, event.change)


def _coverage_suspended(after: Person, recorded: Recorded, event: Any) -> None:
    after.insurance = insurance.suspended(after.insurance, recorded.position, event.suspension)


def _coverage_restored(after: Person, _recorded: Recorded, event: Any) -> None:
    after.insurance = insurance.restored(after.insurance, event)


def _holder_info_changed(after: Person, recorded: Recorded, _event: Any) -> None:
    moved = [key for key in recorded.keys if key.kind == types_pb2.UNIQUE_KEY_KIND_PERSON]
    released = {key.hash for key in moved if key.released}
    after.number_keys = (after.number_keys - released) | {key.hash for key in moved if not key.released}


def _account_activated(after: Person, _recorded: Recorded, _event: Any) -> None:
    after.activated = True
    after.state = ACTIVE


def _account_frozen(after: Person, _recorded: Recorded, event: Any) -> None:
    after.freeze_causes |= {event.cause}
    after.state = FROZEN


def _account_unfrozen(after: Person, _recorded: Recorded, event: Any) -> None:
    after.freeze_causes -= {event.cause}
    if not after.freeze_causes and after.state == FROZEN:
        after.state = ACTIVE if after.activated else PENDING


def _account_closed(after: Person, _recorded: Recorded, _event: Any) -> None:
    after.state = CLOSED


def _reversed(after: Person, recorded: Recorded) -> None:
    if not recorded.reverses or recorded.reverses in after.reversed:
        raise EvolveError(
            f"entry {recorded.position} reverses {recorded.reverses}: that is no entry, or one that was reversed before"
        )
    after.reversed |= {recorded.reverses}


def _deposit_reversed(after: Person, recorded: Recorded, _event: Any) -> None:
    _reversed(after, recorded)


def _purchase_settled(after: Person, recorded: Recorded, event: Any) -> None:
    sums = event.accumulator
    of = (sums.year, sums.benefit)
    after.accumulators = {**after.accumulators, of: _sums(sums)}
    after.standing = {**after.standing, of: (*after.standing.get(of, ()), recorded.position)}


def _purchase_reversed(after: Person, recorded: Recorded, event: Any) -> None:
    _reversed(after, recorded)
    sums = event.accumulator
    of = (sums.year, sums.benefit)
    after.accumulators = {**after.accumulators, of: _sums(sums)}
    standing = tuple(position for position in after.standing.get(of, ()) if position != recorded.reverses)
    after.standing = {**after.standing, of: standing}
    after.payable_after_close += event.payable_after_close


def _share_paid(after: Person, _recorded: Recorded, event: Any) -> None:
    use = (event.beneficiary, event.year)
    after.grant_use = {**after.grant_use, use: after.grant_use.get(use, 0) + event.amount}


def _share_refunded(after: Person, recorded: Recorded, event: Any) -> None:
    _reversed(after, recorded)
    use = (event.beneficiary, event.year)
    rest = after.grant_use.get(use, 0) - event.amount
    if rest < 0:
        raise EvolveError(f"entry {recorded.position} refunds more than the share paid in {event.year}")
    after.grant_use = {**after.grant_use, use: rest}
    after.payable_after_close += event.payable_after_close


def _money_came_back(after: Person, recorded: Recorded, event: Any) -> None:
    _reversed(after, recorded)
    after.payable_after_close += event.payable_after_close


def _adjusted(after: Person, _recorded: Recorded, event: Any) -> None:
    after.payable_after_close += event.payable_after_close


def _transfer_initiated(after: Person, recorded: Recorded, event: Any) -> None:
    asked, date = event.transfer, event.counted_on
    day = date.year * 10_000 + date.month * 100 + date.day
    sent = InFlight(asked.transfer_id, asked.amount, day, event.return_time)
    wallet = after.wallet
    after.wallet = Wallet(
        {**wallet.in_flight, recorded.position: sent}, {**wallet.days, day: wallet.days.get(day, 0) + 1}
    )


def _landed(after: Person, recorded: Recorded, event: Any) -> InFlight:
    """Take a transfer out of those in flight: it is accepted or returned, once."""
    wallet = after.wallet
    sent = wallet.in_flight.get(event.initiated_position)
    if sent is None or sent.amount != event.amount:
        raise EvolveError(
            f"entry {recorded.position} ends a transfer of {event.amount} fen from {event.initiated_position}, which "
            f"is {'not pending' if sent is None else f'one of {sent.amount} fen'}"
        )
    rest = {position: each for position, each in wallet.in_flight.items() if position != event.initiated_position}
    after.wallet = Wallet(rest, wallet.days)
    return sent


def _transfer_accepted(after: Person, recorded: Recorded, event: Any) -> None:
    _landed(after, recorded, event)


def _transfer_returned(after: Person, recorded: Recorded, event: Any) -> None:
    sent = _landed(after, recorded, event)
    _reversed(after, recorded)
    after.payable_after_close += event.payable_after_close
    if event.reason == types_pb2.TRANSFER_RETURN_REASON_VOIDED:
        # It never took place, so the day has room for another one.
        days = after.wallet.days
        after.wallet = Wallet(after.wallet.in_flight, {**days, sent.counted_on: days[sent.counted_on] - 1})


def _transfer_credited(after: Person, _recorded: Recorded, event: Any) -> None:
    after.payable_after_close += event.payable_after_close


def _share_granted(after: Person, recorded: Recorded, event: Any) -> None:
    grant = event.grant
    expires = grant.expire_time
    kept = Grant(
        grant.beneficiary,
        grant.relation,
        grant.purchase_limit,
        grant.year_limit,
        expires.seconds * 1_000_000 + expires.nanos // 1_000,
        recorded.effective_time,
    )
    after.grants = {**after.grants, names.parse_person(grant.beneficiary)[1]: kept}


def _share_revoked(after: Person, _recorded: Recorded, event: Any) -> None:
    beneficiary = event.beneficiary or names.parse_person(event.revocation.beneficiary)[1]
    after.grants = {of: grant for of, grant in after.grants.items() if of != beneficiary}


def _payer_bound(after: Person, _recorded: Recorded, event: Any) -> None:
    # A payer whose earlier grant has ended may still be in the list.
    after.payers = (*(payer for payer in after.payers if payer != event.payer), event.payer)
    after.payer_ends = {**after.payer_ends, event.payer: event.expire_time}


def _payer_unbound(after: Person, _recorded: Recorded, event: Any) -> None:
    after.payers = tuple(payer for payer in after.payers if payer != event.payer)
    after.payer_ends = {payer: end for payer, end in after.payer_ends.items() if payer != event.payer}


def _payers_ordered(after: Person, recorded: Recorded, event: Any) -> None:
    if sorted(event.payers) != sorted(after.payers):
        raise EvolveError(f"entry {recorded.position} orders other payers than those who are bound")
    after.payers = tuple(event.payers)


def _loss_reported(after: Person, recorded: Recorded, _event: Any) -> None:
    losses.reported(after, recorded)


def _loss_lifted(after: Person, _recorded: Recorded, _event: Any) -> None:
    losses.ended(after)


def _loss_lapsed(after: Person, _recorded: Recorded, event: Any) -> None:
    if event.loss_position == after.card.loss_position:  # else it was reported again by the same command
        losses.ended(after)


def _reissue_requested(after: Person, recorded: Recorded, event: Any) -> None:
    date = event.due_date
    due = (date.year, date.month, date.day)
    expedited = event.request.expedited
    after.card = after.card._replace(request_position=recorded.position, expedited=expedited, due=due)


def _card_issued(after: Person, _recorded: Recorded, _event: Any) -> None:
    losses.issued(after)


def _sanction_imposed(after: Person, recorded: Recorded, _event: Any) -> None:
    sanctions.imposed(after, recorded)


def _sanction_lifted(after: Person, recorded: Recorded, _event: Any) -> None:
    sanctions.lifted(after, recorded)


def _mandated(after: Person, recorded: Recorded, _event: Any) -> None:
    after.mandates = mandates.granted(after.mandates, recorded)


def _mandate_revoked(after: Person, _recorded: Recorded, event: Any) -> None:
    after.mandates = {at: each for at, each in after.mandates.items() if at != event.granted_position}


def _flagged(after: Person, recorded: Recorded, _event: Any) -> None:
    after.flags = flags_after(after.flags, recorded)


def _interest_posted(after: Person, _recorded: Recorded, event: Any) -> None:
    after.interest_to = insurance.civil(event.posting.to_date)


def _payable_settled(after: Person, recorded: Recorded, event: Any) -> None:
    after.payable_after_close -= event.settlement.amount
    if after.payable_after_close < 0 or after.payable_after_close != event.remaining:
        raise EvolveError(
            f"entry {recorded.position} leaves {after.payable_after_close} fen owed, not {event.remaining}"
        )


def _accounts_merged(after: Person, _recorded: Recorded, event: Any) -> None:
    moved = {(sums.year, sums.benefit): _sums(sums) for sums in event.accumulators}
    after.accumulators = {**after.accumulators, **moved}


def _claim_filed(after: Person, recorded: Recorded, _event: Any) -> None:
    after.claims = {**after.claims, recorded.position: claims.filed(recorded)}


def _claim_decided(after: Person, recorded: Recorded, event: Any) -> None:
    at = event.claim_position
    after.claims = {**after.claims, at: claims.decided(after.claims[at], recorded)}
    if event.HasField("accumulator"):
        sums = event.accumulator
        after.accumulators = {**after.accumulators, (sums.year, sums.benefit): _sums(sums)}


def _claim_paid(after: Person, recorded: Recorded, event: Any) -> None:
    at = event.claim_position
    after.claims = {**after.claims, at: after.claims[at]._replace(state=claims.PAID, paid=recorded.position)}


def _cross_region_filed(after: Person, recorded: Recorded, event: Any) -> None:
    year = event.filing.effective_from.year  # a change counts in the year in which it begins
    after.filings = filed(after.filings, recorded.position, event.filing)
    after.filing_changes = {**after.filing_changes, year: event.changes_in_year}


def _cross_region_filing_ended(after: Person, _recorded: Recorded, event: Any) -> None:
    last = event.end.effective_to
    after.filings = ended(after.filings, event.filed_position, (last.year, last.month, last.day))


_tuple = tuple.__new__  # a named tuple's own constructor costs three times as much


def _sums(sums: Any) -> Sums:
    return _tuple(Sums, (sums.deductible, sums.pooled, sums.eligible, sums.visits, sums.admissions))


# None: nothing changes but balance, version and position.
CHANGES: dict[int, Callable[[Person, Recorded, Any], None] | None] = {
    types.PERSON_REGISTERED: _person_registered,
    types.ACCOUNT_OPENED: _account_opened,
    types.ACCOUNT_ACTIVATED: _account_activated,
    types.OPENING_IMPORTED: _opening_imported,
    types.ACCOUNT_FROZEN: _account_frozen,
    types.ACCOUNT_UNFROZEN: _account_unfrozen,
    types.ACCOUNT_CLOSED: _account_closed,
    types.BALANCE_PAID_OUT: None,
    types.KEY_DESTRUCTION_APPROVED: None,
    types.KEY_DESTROYED: None,
    types.PERSON_TYPE_CHANGED: _person_type_changed,
    types.COVERAGE_SUSPENDED: _coverage_suspended,
    types.COVERAGE_RESTORED: _coverage_restored,
    types.HOLDER_INFO_CHANGED: _holder_info_changed,
    types.CREDENTIAL_EVENT_RECORDED: None,
    types.DEPOSIT_POSTED: None,
    types.DEPOSIT_REVERSED: _deposit_reversed,
    types.ADJUSTMENT_POSTED: _adjusted,
    types.PREMIUM_DEDUCTED: None,
    types.PREMIUM_REVERSED: _money_came_back,
    types.PURCHASE_SETTLED: _purchase_settled,
    types.PURCHASE_REVERSED: _purchase_reversed,
    types.PURCHASE_AMENDED: None,
    types.SHARE_PAID: _share_paid,
    types.SHARE_REFUNDED: _share_refunded,
    types.SHARE_GRANTED: _share_granted,
    types.PAYER_BOUND: _payer_bound,
    types.SHARE_REVOKED: _share_revoked,
    types.PAYER_UNBOUND: _payer_unbound,
    types.PAYERS_ORDERED: _payers_ordered,
    types.FAMILY_TRANSFER_SENT: None,
    types.FAMILY_TRANSFER_RECEIVED: None,
    types.FAMILY_TRANSFER_REVERSED: _money_came_back,
    types.TRANSFER_INITIATED: _transfer_initiated,
    types.TRANSFER_ACCEPTED: _transfer_accepted,
    types.TRANSFER_RETURNED: _transfer_returned,
    types.TRANSFER_CREDITED: _transfer_credited,
    types.TRANSFER_SETTLED: None,
    types.CLAIM_FILED: _claim_filed,
    types.CLAIM_DECIDED: _claim_decided,
    types.CLAIM_PAID: _claim_paid,
    types.INTEREST_POSTED: _interest_posted,
    types.PAYABLE_SETTLED: _payable_settled,
    types.PAYOUT_APPROVED: None,
    types.ACCOUNTS_MERGED: _accounts_merged,
    types.ACCOUNT_ABSORBED: None,
    types.LOSS_REPORTED: _loss_reported,
    types.LOSS_LIFTED: _loss_lifted,
    types.LOSS_LAPSED: _loss_lapsed,
    types.REISSUE_REQUESTED: _reissue_requested,
    types.CARD_ISSUED: _card_issued,
    types.SANCTION_IMPOSED: _sanction_imposed,
    types.SANCTION_LIFTED: _sanction_lifted,
    types.CROSS_REGION_FILED: _cross_region_filed,
    types.CROSS_REGION_FILING_ENDED: _cross_region_filing_ended,
    types.MANDATE_GRANTED: _mandated,
    types.MANDATE_REVOKED: _mandate_revoked,
    types.RISK_FLAG_RAISED: _flagged,
    types.RISK_FLAG_CLEARED: _flagged,
}
