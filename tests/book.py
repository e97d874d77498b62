"""A world with policies: versions are published by four eyes, institutions designated, treatment elsewhere filed."""

from __future__ import annotations

import datetime as dt

from ledger.policy import seeds
from ledger.v1 import command_service_pb2 as pb
from ledger.v1 import commands_pb2 as c
from ledger.v1 import types_pb2 as t
from tests.world import World

NEW_YEAR = t.CivilDate(year=2025, month=1, day=1)


def day(text):
    """A date as the API writes it."""
    date = dt.date.fromisoformat(text)
    return t.CivilDate(year=date.year, month=date.month, day=date.day)


def as_actor(name):
    """Metadata by which a caller of the profile dev acts as somebody."""
    return {"metadata": (("x-dev-actor", name),)}


def shipped(name_, /, **changes):
    """A document that ships, by the name of its version, with some fields changed."""
    for name in seeds.region_files():
        for told in seeds.shipped(name):
            if told["policy"] == name_:
                return {**told, **changes}
    raise LookupError(name_)


class Book(World):
    """Institutions `H1` (tertiary, of the region) and `P1` (a pharmacy) are there from the first policy on."""

    region = "340100"

    def policy(self, name):
        return f"{self.ledger}/policies/{name}"

    def propose_policy(self, document, replaces="", **common):
        draft = seeds.draft(self.code, document, replaces)
        return pb.ProposePolicyRequest(ledger=self.ledger, draft=draft, **self.common(**common))

    def publish(self, document, replaces=""):
        """Propose as one actor and approve as another; the position of the publication."""
        proposed = self.done(self.propose_policy(document, replaces), **as_actor("ann"))
        return self.done(self.review(proposed.first_position), **as_actor("bea")).last_position

    def propose_withdrawal(self, name, **common):
        content = c.PolicyWithdrawal(policy=self.policy(name), reason="WRONG")
        return pb.WithdrawPolicyRequest(ledger=self.ledger, withdrawal=content, **self.common(**common))

    def withdraw(self, name):
        """Propose as one actor and approve as another; the position of the withdrawal."""
        proposed = self.done(self.propose_withdrawal(name), **as_actor("ann"))
        return self.done(self.review(proposed.first_position), **as_actor("bea")).last_position

    def designate(self, code, level=t.INSTITUTION_LEVEL_TERTIARY, *, since=NEW_YEAR, until=None, **fields):
        common = {key: fields.pop(key) for key in {"request_id", "version"} & fields.keys()}
        content = c.InstitutionDesignation(
            institution=code,
            kind=t.INSTITUTION_KIND_HOSPITAL,
            level=level,
            effective_from=since,
            effective_to=until,
            **{"region": self.region, **fields},
        )
        return pb.DesignateInstitutionRequest(
            institution=f"{self.ledger}/institutions/{code}", designation=content, **self.common(**common)
        )

    def revoke_designation(self, code, since=NEW_YEAR, **common):
        content = c.DesignationRevocation(effective_from=since, reason="FRAUD")
        return pb.RevokeDesignationRequest(
            institution=f"{self.ledger}/institutions/{code}", designation_revocation=content, **self.common(**common)
        )

    def file(self, who, region="310000", institutions=(), since=NEW_YEAR, until=None, *, kind="TEMPORARY", **common):
        content = c.CrossRegionFiling(
            kind=f"FILING_KIND_{kind}",
            region=region,
            institutions=institutions,
            effective_from=since,
            effective_to=until,
        )
        return pb.FileCrossRegionRequest(filing=content, **self.common(who, "person", **common))

    def end_filing(self, who, position, until=NEW_YEAR, **common):
        content = c.FilingEnd(filing=f"{self.ledger}/entries/{position}", effective_to=until)
        return pb.EndCrossRegionFilingRequest(end=content, **self.common(who, "person", **common))

    def computed(self, who, total=100_000, *, date="2025-03-03", **fields):
        """A purchase that the service computes; in scope as a whole unless said otherwise."""
        values = {"category": t.CATEGORY_OUTPATIENT, "service_date": day(date)} | fields
        return self.purchase(who, total, upstream=values.pop("upstream", None), **values)

    def quote(self, request):
        """What a purchase would be settled as."""
        return self.send(pb.QuotePurchaseRequest(person=request.person, purchase=request.purchase))
