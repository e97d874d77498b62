"""Every reason is worded in two languages and carries what a program needs."""

from __future__ import annotations

import grpc
import pytest
from google.rpc import error_details_pb2 as details
from google.rpc.status_pb2 import Status

from ledger.api import answers, errors
from ledger.api.errors import CHINESE, ENGLISH, Violation, language_of, meaning, status
from ledger.api.reading import read_any
from ledger.log.outcome import Failed, Refused
from ledger.v1 import reasons_pb2 as reasons
from ledger.v1.command_service_pb2 import RecordDepositRequest
from ledger.v1.reasons_pb2 import RefusalReason

REASONS = [number for number in RefusalReason.values() if number]


def unpack(answer: Status, kind):
    """The one detail of a type, or None."""
    found = [detail for detail in answer.details if detail.Is(kind.DESCRIPTOR)]
    assert len(found) <= 1
    message = kind()
    return message if found and found[0].Unpack(message) else None


@pytest.mark.parametrize("reason", REASONS)
@pytest.mark.parametrize("language", [CHINESE, ENGLISH])
def test_every_reason_is_worded(reason, language):
    """A status code that is an error, a reason without its prefix, and a whole sentence."""
    answer = status(reason, {}, language)
    info = unpack(answer, details.ErrorInfo)
    spoken = unpack(answer, details.LocalizedMessage)
    assert errors.code_of(answer) is not grpc.StatusCode.OK
    assert f"REFUSAL_REASON_{info.reason}" == RefusalReason.Name(reason)
    assert info.domain == "ledger.v1"
    assert spoken.locale == language
    assert spoken.message.endswith("。" if language == CHINESE else ".")
    assert answer.message == errors.sentence(reason, {}, ENGLISH)


def test_sentences_name_their_values():
    """The metadata holds every dynamic part of the sentence."""
    answer = status(reasons.REFUSAL_REASON_LEDGER_NOT_FOUND, {"ledger": "9"}, CHINESE)
    assert answer.code == grpc.StatusCode.NOT_FOUND.value[0]
    assert unpack(answer, details.LocalizedMessage).message == "没有您可以使用的账本 9。"
    assert unpack(answer, details.ErrorInfo).metadata == {"ledger": "9"}
    assert "?" in status(reasons.REFUSAL_REASON_LEDGER_NOT_FOUND, {}, ENGLISH).message


def test_a_shape_error_names_its_fields():
    """BadRequest is for programs, the message for whoever reads a log."""
    answer = status(reasons.REFUSAL_REASON_INVALID_REQUEST, {}, ENGLISH, [Violation("a.b", "is required")])
    [found] = unpack(answer, details.BadRequest).field_violations
    assert (found.field, found.description) == ("a.b", "is required")
    assert answer.message.endswith("a.b: is required")


def test_a_message_says_how_many_faults_it_leaves_out():
    """Whoever mends what the message names must not take the rest for well formed."""
    faults = [Violation(name, "is required") for name in "abcde"]
    for count, end in ((3, "c: is required"), (5, "c: is required; and 2 more, in the details")):
        answer = status(reasons.REFUSAL_REASON_INVALID_REQUEST, {}, ENGLISH, faults[:count])
        assert answer.message.endswith(end)
        assert len(unpack(answer, details.BadRequest).field_violations) == count


def test_bytes_that_are_no_request_are_named_as_such():
    """No field is at fault, so none is named, and the words say what was awaited."""
    with pytest.raises(errors.InvalidRequest) as refused:
        read_any(RecordDepositRequest, b"\xff\xfe")
    said = refused.value.status(ENGLISH).message
    assert said == "The request is not well formed. Its bytes cannot be read as a ledger.v1.RecordDepositRequest"


def test_overload_says_when_to_come_back():
    """And only overload does."""
    for reason in REASONS:
        told = unpack(status(reason, {}, ENGLISH), details.RetryInfo)
        if reason in {reasons.REFUSAL_REASON_OVERLOADED, reasons.REFUSAL_REASON_TOO_MANY_REFUSALS}:
            assert told.retry_delay.ToMilliseconds() == errors.RETRY_MS
        else:
            assert told is None


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("", CHINESE),
        ("en", ENGLISH),
        ("en-GB,en;q=0.9", ENGLISH),
        ("zh-TW", CHINESE),
        ("fr, en;q=0.5, zh;q=0.4", ENGLISH),
        ("en;q=0.2, zh;q=0.8", CHINESE),
        ("en;q=0", CHINESE),
        ("de", CHINESE),
        ("en;q=nonsense", ENGLISH),
        ("*", CHINESE),
    ],
)
def test_the_language_is_chosen(accepted, language):
    """Chinese unless English is wanted more."""
    assert language_of(accepted) == language


def test_a_reason_of_a_newer_version_is_not_guessed():
    """Its meaning is not known here."""
    assert meaning(9_999) == meaning(reasons.REFUSAL_REASON_INTERNAL)
    assert meaning(0) == meaning(reasons.REFUSAL_REASON_INTERNAL)


def test_a_recorded_refusal_says_where_it_is():
    """The position is the proof that the answer will be the same next time."""
    refused = Refused(reasons.REFUSAL_REASON_ACCOUNT_FROZEN, {}, 41, item=2, replayed=True)
    info = unpack(answers.refusal(refused, ENGLISH), details.ErrorInfo)
    assert info.metadata == {"position": "41", "item": "2", "replayed": "true"}
    failed = Failed(reasons.REFUSAL_REASON_IDEMPOTENCY_CONFLICT, {"field": "deposit.amount"})
    info = unpack(answers.refusal(failed, ENGLISH), details.ErrorInfo)
    assert info.metadata == {"field": "deposit.amount"}
