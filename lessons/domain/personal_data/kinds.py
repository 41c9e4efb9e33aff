"""The kinds of flag, and what people are told about each."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from lessons.domain.text import N_


@dataclass(frozen=True, slots=True)
class Flag:
    """One stretch of a text that a person must look at.

    `text` is exactly `source[start:end]`. `certainty` is "likely" or "possible". `why` says what
    it looks like and what to write instead, ready for translation.
    """

    kind: str
    start: int
    end: int
    text: str
    certainty: str
    why: str


@dataclass(frozen=True, slots=True)
class FlagKind:
    """What a kind is called, what is done about it, and its group: personal, sensitive or stop."""

    label: str
    help: str
    group: str


_PERSON = N_("A lesson is about the system, not the person. Write the role instead.")
_NUMBER = N_("A number that leads to one person or case stays in the case file, not here.")
_PLACE = N_("A place is written as a district, never as an address.")
_METHOD = N_("Say what was learned without showing how, where or on whom it was done.")
_SOURCE = N_("Nothing that could show who helps the police, or that anybody does, is kept here.")

_TOLD: tuple[tuple[str, str, str, str, str], ...] = (
    (
        "pip",
        "stop",
        N_("Post-incident procedure"),
        N_("A matter that may go to the IOPC or a coroner is not debriefed here."),
        N_(
            "This looks like a matter for a post-incident procedure. Stop here, and speak to the "
            "post-incident manager or Professional Standards."
        ),
    ),
    (
        "secret_marking",
        "sensitive",
        N_("Marking above OFFICIAL"),
        N_("This system holds OFFICIAL and OFFICIAL-SENSITIVE only."),
        N_(
            "This looks like a marking above OFFICIAL. Do not enter that material here; write "
            "only what is OFFICIAL-SENSITIVE or below."
        ),
    ),
    (
        "source",
        "sensitive",
        N_("Human source"),
        _SOURCE,
        N_(
            "This may show that a person gave information to the police. Write “intelligence "
            "suggested” instead, with nothing about where it came from."
        ),
    ),
    (
        "undercover",
        "sensitive",
        N_("Undercover work"),
        _SOURCE,
        N_(
            "This may reveal undercover work. Leave out the deployment and write only what the "
            "team should do next time."
        ),
    ),
    (
        "intercept",
        "sensitive",
        N_("Interception"),
        N_("Nothing may suggest that a communication was or was not intercepted."),
        N_("This may refer to interception. Remove it altogether; do not put it in other words."),
    ),
    (
        "technical_method",
        "sensitive",
        N_("Technical method"),
        _METHOD,
        N_("This may reveal a technical method. Write “a covert tactic” and leave out how."),
    ),
    (
        "covert",
        "sensitive",
        N_("Covert tactic"),
        _METHOD,
        N_(
            "This may reveal how or where people were watched. Leave out the position and the "
            "method; keep what was learned about planning or command."
        ),
    ),
    (
        "live_operation",
        "sensitive",
        N_("Live operation"),
        N_("Detail of what is still to come waits until it is over."),
        N_(
            "This looks like detail of an operation that is still running. Wait until it is over, "
            "or write the point without the plan."
        ),
    ),
    (
        "name",
        "personal",
        N_("Name"),
        _PERSON,
        N_("This looks like a person's name. Write the role instead, such as “the SIO”."),
    ),
    (
        "birth_date",
        "personal",
        N_("Date of birth"),
        _PERSON,
        N_("This looks like a date of birth. Write an age band instead, such as “in his teens”."),
    ),
    (
        "phone",
        "personal",
        N_("Phone number"),
        _NUMBER,
        N_("This looks like a phone number. Write whose it was by role, such as “a deal line”."),
    ),
    (
        "email",
        "personal",
        N_("Email address"),
        _NUMBER,
        N_("This looks like an email address. Write the team or the role instead."),
    ),
    (
        "social_handle",
        "personal",
        N_("Social media account"),
        _NUMBER,
        N_("This looks like a social media account. Write “a social media account” instead."),
    ),
    (
        "postcode",
        "personal",
        N_("Postcode"),
        _PLACE,
        N_("This looks like a full postcode. Write the town or district instead."),
    ),
    (
        "address",
        "personal",
        N_("Address"),
        _PLACE,
        N_("This looks like an address. Write “a home”, “a lock-up” or the district instead."),
    ),
    (
        "location",
        "personal",
        N_("Exact location"),
        _PLACE,
        N_("This looks like an exact location. Write the town or district instead."),
    ),
    (
        "vehicle",
        "personal",
        N_("Vehicle registration"),
        _NUMBER,
        N_("This looks like a registration mark. Write the sort of vehicle, such as “a van”."),
    ),
    (
        "collar",
        "personal",
        N_("Collar or warrant number"),
        _PERSON,
        N_("This looks like a collar or warrant number. Write the role instead."),
    ),
    (
        "national_insurance",
        "personal",
        N_("National Insurance number"),
        _NUMBER,
        N_("This looks like a National Insurance number. Remove it."),
    ),
    (
        "nhs_number",
        "personal",
        N_("NHS number"),
        _NUMBER,
        N_("This looks like an NHS number. Remove it."),
    ),
    (
        "passport",
        "personal",
        N_("Passport number"),
        _NUMBER,
        N_("This looks like a passport number. Remove it."),
    ),
    (
        "driving_licence",
        "personal",
        N_("Driving licence number"),
        _NUMBER,
        N_("This looks like a driving licence number. Remove it."),
    ),
    (
        "prison_number",
        "personal",
        N_("Prison number"),
        _NUMBER,
        N_("This looks like a prison number. Write “a serving prisoner” instead."),
    ),
    (
        "pnc",
        "personal",
        N_("PNC or CRO number"),
        _NUMBER,
        N_("This looks like a PNC or CRO number. Remove it."),
    ),
    (
        "custody_ref",
        "personal",
        N_("Custody record number"),
        _NUMBER,
        N_("This looks like a custody record number. Remove it."),
    ),
    (
        "crime_ref",
        "personal",
        N_("Crime or incident number"),
        _NUMBER,
        N_("This looks like a crime or incident number. Name the operation instead."),
    ),
    (
        "imei",
        "personal",
        N_("Handset or SIM number"),
        _NUMBER,
        N_("This looks like a handset or SIM number. Write “a handset” instead."),
    ),
    (
        "payment_card",
        "personal",
        N_("Payment card number"),
        _NUMBER,
        N_("This looks like a payment card number. Remove it."),
    ),
    (
        "bank",
        "personal",
        N_("Bank details"),
        _NUMBER,
        N_("This looks like bank details. Write “a bank account” instead."),
    ),
    (
        "crypto_wallet",
        "personal",
        N_("Cryptoasset wallet"),
        _NUMBER,
        N_("This looks like a cryptoasset wallet. Write “a cryptoasset wallet” instead."),
    ),
    (
        "ip_address",
        "personal",
        N_("Network address"),
        _NUMBER,
        N_("This looks like a network address. Write “an internet connection” instead."),
    ),
)

KINDS: Mapping[str, FlagKind] = MappingProxyType(
    {key: FlagKind(label, help_, group) for key, group, label, help_, _ in _TOLD}
)
WHY: Mapping[str, str] = MappingProxyType({key: why for key, *_, why in _TOLD})
# Between two candidates of the same weight, the kind told of first wins.
ORDER: Mapping[str, int] = MappingProxyType({key: at for at, key in enumerate(KINDS)})
