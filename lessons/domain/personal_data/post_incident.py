"""Signs that a matter belongs to a post-incident procedure, and so must not be debriefed."""

import re
from collections.abc import Iterator

from lessons.domain.personal_data.found import Found, any_of, found

_OFFICER = any_of(
    r"police(?: officers?)?",
    r"(?:armed |firearms )?officers?",
    r"A[FR][OV]s?(?: crew)?",
    r"CTSFOs?",
    r"armed police",
    r"firearms team",
    r"marksm[ae]n",
)
_HARM = any_of(
    r"die[ds]|dying|death|dead|killed|fatal(?:ly)?",
    r"serious(?:ly)? injur\w+",
    r"life[- ](?:threatening|changing)(?: injur\w+)?",
    r"collapsed|unresponsive|heart attack|seizure|overdosed",
    r"stopped breathing|lost consciousness|cardiac arrest",
    r"passed away|suicide|hanged (?:him|her)self|took (?:his|her|their) own life",
    r"(?:fractured|broken|broke) (?:\w+ )?(?:skull|neck|back|spine|pelvis)",
)
_AFTER = any_of("while|whilst|in|after|during|following|under|upon|once|since")
_CONTACT = any_of(
    r"(?:police )?(?:custody|cells?|detention|restraint|pursuit)",
    r"police (?:contact|chase|car|vehicle|van|action|dog|baton)",
    r"contact with (?:the )?police",
    r"arrest(?:ed)?|detained|restrained|tasered|handcuffed|pursued",
    r"taser|pava|stopped by police",
    r"released? from (?:police )?(?:custody|detention)",
    r"(?:our |police |prisoner )?(?:van|vehicle|holding room|custody suite)",
)
_FORCE = any_of(
    r"pursuit|police chase|restraint|restrained|tasered|taser|baton round|police contact",
    r"detained by (?:police|officers)|handcuffed",
    r"(?:detained|arrested|handcuffed) (?:male|female|man|woman|person|boy|girl|youth|suspect)",
    r"detainee|police (?:car|vehicle|van|motorcycle|bike|dog) (?:\w+ )?"
    r"(?:struck|hit|collided|knocked|bit|ran)",
)
_HURT = any_of(
    r"died|(?:was|were|is) (?:later )?(?:killed|dead|fatally \w+|(?:left )?seriously injured)",
    r"stopped breathing|unresponsive|collapsed|lost consciousness|cardiac arrest|heart attack",
    r"pronounced (?:dead|life extinct)|life (?:was )?pronounced extinct",
    r"suffered (?:an? )?(?:serious|life|fatal|fractured|broken|head)",
    r"killed (?:a|the|one|him|her)|caus(?:ed|ing) (?:serious injur\w+|death)",
)
_OUR_ACT = any_of(
    r"(?:during|after|following|upon|on|as|when) (?:our|the|police|we|officers)(?: \w+){0,2}? "
    r"(?:entry|entered|entering|forced entry|warrant|raid|strike|arrests?|chase|approach(?:ed)?)",
)
_WELSH_HARM = any_of(
    r"[bf]u farw|wedi marw|marwolaeth|lladdwyd",
    r"anaf(?:wyd|iadau|u)?(?: yn)? dd?ifrifol",
)
_WELSH_CONTACT = any_of(
    r"y ddalfa|cyswllt â|cysylltiad â|ein swyddogion|swyddogion(?: yr heddlu)?|yr heddlu",
    r"arest\w*|erlid|ei erlid|ei hatal|taser",
)
_WEAPON = any_of(r"(?:weapon|firearm|rifle|pistol|carbine|shot|round|AEP|baton)s?")
_TARGET = any_of("him|her|man|woman|suspect|subject|driver|offender|vehicle|dog|male|female")
_OWN = any_of("an?|one|two|three|several|his|her|their|the|at")

_LIKELY = tuple(
    re.compile(rf"\b(?:{pattern})\b", re.I)
    for pattern in (
        # The procedure itself, spoken of as under way.
        r"post[- ]incident (?:procedures?|managers?|process|investigations?)"
        r"(?! (?:training|course|guidance|policy|exercise|lead|plan))",
        r"PI[PM](?= (?:was |were |has been |had been |is )?(?:declared|initiated|started|called|"
        r"opened|invoked|appointed|attended|suite|running|under ?way)\b)",
        r"(?:declared|initiated|invoked|called|opened|started) (?:as )?(?:(?:a|the) )?PI[PM]\b"
        r"(?! ?\d)",
        r"IOPC(?: \w+){0,3}? (?:referral|investigat(?:ion|ors?|ing)|notified|informed|interview\w*|"
        r"declared|called|took over|taken over|have)",
        r"(?:(?:self-)?referr(?:ed|al|ing)|refer|notified|reported)(?: \w+){0,4}? "
        r"(?:IOPC|Independent Office for Police Conduct)",
        r"mandatory referral|death or serious injury|DSI (?:referral|incident|matter)",
        # Somebody dead or badly hurt in or after police contact, said in either order.
        rf"{_HARM}(?: \w+){{0,3}}? {_AFTER}(?: \w+){{0,2}}? {_CONTACT}",
        rf"{_FORCE}(?:,? \w+){{0,9}}? {_HURT}",
        rf"{_OUR_ACT}(?:,? \w+){{0,9}}? {_HURT}",
        rf"{_WELSH_HARM}(?:,? [\w'’]+){{0,9}}? {_WELSH_CONTACT}",
        rf"{_WELSH_CONTACT}(?:,? [\w'’]+){{0,9}}? {_WELSH_HARM}",
        r"(?:cyfeiriwyd|atgyfeiri\w+|hysbyswyd)(?: [\w'’]+){0,5}? (?:IOPC|SAYH)",
        r"fatal (?:police )?(?:pursuit|restraint|shooting by police)|(?:fatal )?police shooting",
        # A police weapon fired; shots between criminals are another matter.
        r"(?:negligent|unintentional|accidental|unintended|unplanned) discharges?",
        r"discharge of (?:an? |his |her |their |the )?(?:police|service|force|officer's) "
        + _WEAPON,
        rf"police(?:[- ]issue)? {_WEAPON} (?:was |were |had been )?(?:discharged?|fired)",
        rf"{_WEAPON} (?:was |were |had been )?(?:fired|discharged) by (?:\w+ ){{0,2}}?{_OFFICER}",
        rf"shot (?:dead )?by (?:\w+ ){{0,2}}?{_OFFICER}",
        rf"{_OFFICER} (?:(?!were|was|been|being)\w+ ){{0,3}}?(?:opened fire|(?:fired|discharged) "
        rf"(?:{_OWN} ){{1,2}}(?:\w+ ){{0,2}}?(?:{_WEAPON}|{_TARGET}))",
        rf"{_OFFICER} (?:(?!were|was|been|being)\w+ ){{0,3}}?shot (?:and (?:killed|injured|"
        rf"wounded) )?(?:(?:an?|the|one) )?(?:\w+ )?{_TARGET}",
    )
)
_POSSIBLE = re.compile(
    r"\b(?:IOPC|Independent Office for Police Conduct|(?i:deaths?|died) in (?:police )?custody|"
    r"(?i:post[- ]incident (?:procedures?|managers?))|"
    r"PIP(?! ?(?:\d|[Ll]evel|accredit|train|qualif|course|portfolio)))\b"
)


def find(text: str) -> Iterator[Found]:
    """Death or serious injury after police contact, a police weapon fired, an IOPC referral."""
    for pattern in _LIKELY:
        for hit in pattern.finditer(text):
            yield found("pip", *hit.span(), True)
    for hit in _POSSIBLE.finditer(text):
        yield found("pip", *hit.span(), False)
