"""The table of sensitive words, and of the detail that makes each a likely sign."""

import re
from typing import NamedTuple

from lessons.domain.personal_data.found import any_of


class Sign(NamedTuple):
    """Words that are a likely sign when `detail` stands near in the sentence, else a possible one.

    Without `detail` the words are likely by themselves. With `bare` false, they are no sign at all
    without detail. The flag covers the words alone, so that a name nearby keeps its own flag.
    """

    kind: str
    words: re.Pattern[str]
    detail: re.Pattern[str] | None = None
    bare: bool = True


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile(rf"\b{any_of(*patterns)}\b", re.IGNORECASE)


def _exact(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


_SAID = any_of(
    r"told|tells|said|says|report(?:ed|s)|stated|claimed|advised|met|meets|provided|gave|warned",
    r"identified|passed|named|overheard|heard|introduced|confirmed|revealed|disclosed",
)
_SOURCE_DETAIL = _any(
    _SAID,
    r"tasked|paid|payments?|reward|debriefed|recruited|registered|run by|handled|meeting|talking",
    r"close to|inside|embedded|lives?|living|works?|working|code-?named|pseudonym|nervous",
    r"(?:was|is) an?|relationship|compromised|exposed|girlfriend|wife|brother|cousin",
)
_UNDERCOVER_DETAIL = _any(
    r"met|b(?:ought|uy|uying)|purchase[ds]?|deployed|infiltrat\w+|pos(?:ed|ing)|introduced|legend",
    r"befriended|entered|spoke|chat(?:ted)?|embedded|arranged|agreed|wore|recorded|pseudonym",
    r"used the name|drank|stayed|inside|moved in|got into|rented|sold|cover story|profile",
    r"messag(?:e|es|ed|ing)",
)
_OBJECT = any_of(
    r"car|van|vehicle|bike|boat|lorry|truck|house|flat|premises|address|garage|container|parcel",
    r"package|lounge|kitchen|bedroom|room|office|unit|caravan|cell|arch|bumper|lock-up|shed",
)
_DEVICE_DETAIL = _any(
    r"deploy\w*|fit(?:ted|ting)?|install(?:ed|ing)|attach\w*|plant(?:ed|ing)|plac(?:ed|ing)",
    r"hid(?:den)?|conceal\w*|recover(?:ed|ing)?|retriev\w*|swap(?:ped)?|battery|magnet\w*",
    r"under(?:neath)?|went (?:on|in)|put (?:on|in|inside|under)",
    rf"(?:on|in|inside|from|behind) (?:the|his|her|their|an?) (?:\w+ ){{0,2}}{_OBJECT}",
)
_PLACE_DETAIL = _any(
    r"at|in|above|over|overlooking|opposite|across|near|inside|behind|beside|next to|dug",
    r"(?:from|on) the",
)
_WATCH_DETAIL = _any(
    r"follow(?:ed|ing)|plotted|parked|watch(?:ed|ing)|sat|positioned|tail(?:ed|ing)|housed",
    r"hid(?:den|ing)?|photographed|filmed|saw|seen|lost|picked (?:him|her|up)|stood out|spotted",
    r"overlooking|opposite|outside|from (?:the|a)|in the (?:flat|loft|van)",
)
_INTERCEPT_DETAIL = _any(
    r"show(?:ed|s)|reveal(?:ed|s)|told|pick(?:ed)? up|gave|(?:over)?heard|speaking|talking",
    r"his|her|their|lines?|product|calls?|phone|renewed",
)
_TIME = _any(
    r"tomorrow|tonight|this (?:week|weekend|evening|month)|next (?:week|weekend|month)",
    r"(?:next|on) (?:mon|tues|wednes|thurs|fri|satur|sun)day|in the next|in (?:two|three|a few)",
    r"(?:at|from) \d{1,2}[:.]?\d{0,2}|(?:on|for) (?:the )?\d{1,2}(?:st|nd|rd|th)?",
)
_NOT_PEOPLE = "".join(
    rf"(?<!\b{word} )" for word in ("open", "data", "news", "media", "power", "funding", "main")
)
_NOT_DEVICES = "".join(
    rf"(?<!\b{word} )"
    for word in (
        *("action", "actions", "lessons", "project", "task", "budget", "fitness", "benefits"),
        *("savings", "performance", "spreadsheet", "dog", "risk", "progress", "issue", "software"),
    )
)

SIGNS = (
    Sign(
        "source",
        _any(
            "chis|covert human intelligence sources?|human sources?|informers?",
            "(?:registered |police )?informants?|(?:covert|protected|registered) sources?",
        ),
        _SOURCE_DETAIL,
    ),
    Sign(
        "source",
        re.compile(
            rf"{_NOT_PEOPLE}\bsources?(?= (?:had |has |have |was |were |is |who |also |then |later "
            rf"|living ){{0,2}}(?:{_SAID}|tasked|paid|debriefed|code-?named|inside|within the|"
            r"close to|on the inside|to the (?:group|gang)|in the (?:group|gang|ocg)|handler)\b)"
            r"(?! said to be)",
            re.I,
        ),
    ),
    Sign(
        "source",
        _any(
            r"(?:tasked|paid|debriefed|met|protect(?:ed|ing)?|according to|(?:tip[ -]off )?from|"
            r"handled|recruited|exposed|compromised) (?:by )?(?:an?|our|the|another|one|his|her) "
            r"(?:registered |trusted |new |human |reliable |local )?(?:source|informant)\b(?! of)",
        ),
    ),
    Sign(
        "source",
        _any(
            r"(?:as|be|become|became|is|was|being) (?:an?|our|the|another) (?:\w+ )?"
            r"(?:source|informant)\b(?! (?:of|for)\b)"
        ),
        _SOURCE_DETAIL,
        bare=False,
    ),
    Sign(
        "source",
        _any(
            "source (?:handl(?:ers?|ing)|reporting|unit|pseudonym|debriefs?|payments?|coverage)",
            r"our sources?(?! (?:of|code|for)\b)|CHIS handlers?",
            "dedicated source units?|source handling units?|DSU",
        ),
        _any("met|paid|tasked|told|(?:their|his|her) source|reported|pseudonym"),
    ),
    Sign(
        "undercover",
        _any(
            "undercover(?: (?:online )?(?:officers?|operatives?|units?|work|deployment|team))?",
            "UCO(?:L|s|Ls)?|UC (?:officers?|operatives?)|test[- ]purchase (?:officer|operative)s?",
            "covert internet investigators?|cover officers?",
        ),
        _UNDERCOVER_DETAIL,
    ),
    Sign(
        "source",
        _any(
            "(?:passing|giving|feeding|gave|passed|fed|selling) (?:us|police|the police|officers) "
            "(?:information|intelligence|intel|details|tips)",
            "(?:talking|speaking) to (?:us|the police|police) (?:about|from inside)",
        ),
    ),
    Sign(
        "undercover",
        _any(
            "UC|legend(?= (?:of|as|was|held|broke))|backstop(?:s|ped|ping)?|cover stor(?:y|ies)",
            "decoy (?:profile|account|officer|buyer)s?",
            "(?:false|online|covert|fake) (?:persona|identity|profile)s?",
        ),
        _any("officers?|operatives?|we|our|deployed|police|cover|legend|buy|bought"),
        bare=False,
    ),
    Sign(
        "intercept",
        _any(
            "(?:lawful|live|phone|telephone) intercept(?:ion|s)?|the intercept",
            "TI (?:warrants?|product)",
            "intercept(?:ion)? (?:product|material|evidence|warrants?|intelligence|reporting)",
            "targeted interception(?: warrants?)?",
            "interception of (?:communications|calls|messages)",
            "(?:phone|wire|line|telephone)[ -]?tap(?:s|ped|ping)?",
        ),
        _INTERCEPT_DETAIL,
    ),
    Sign(
        "intercept",
        _any(
            r"intercepted (?:\w+ ){0,3}(?:calls?|messages?|texts?|comms|communications|"
            r"conversations?|emails?)",
            r"(?:calls?|messages?|phones?|phone line|conversations?|texts|comms) (?:was|were|are|"
            r"being|had been|been) (?:being )?(?:intercepted|tapped|listened to|monitored)",
            r"listen(?:ed|ing) (?:in )?(?:to|on) (?:his|her|their) (?:calls?|phones?|line)",
            r"(?:hear|heard|listening|picked up|came|talking) (?:\w+ ){0,3}(?:over|on) the "
            r"(?:wire|lines?)",
            r"lines? (?:was|were|is|are|went|came) up",
            r"up on (?:his|her|their|both|the) (?:\w+ )?(?:phones?|lines?|handsets?)",
        ),
    ),
    Sign(
        "technical_method",
        _any(
            "imsi[ -]?(?:catchers?|grabbers?)|cell[ -]site simulators?|stingrays?",
            "drop cams?|lamp ?post cam(?:era)?s?|body wires?|concealed (?:camera|microphone)s?",
            "bugged(?= (?:the|his|her|their|a))|(?:was|were|been) bugged",
        ),
    ),
    Sign(
        "technical_method",
        re.compile(
            rf"{_NOT_DEVICES}\b(?:trackers?|lumps?(?! sum)|probes?(?! thermom)|bugs?)\b", re.I
        ),
        _DEVICE_DETAIL,
        bare=False,
    ),
    Sign(
        "technical_method",
        _any(
            "(?:tracking|listening|eavesdropping) devices?|eavesdropping|audio probes?",
            "(?:covert |hidden )(?:listening |audio |recording |tracking )?"
            "(?:devices?|cameras?|microphones?|probes?|recorders?)",
            "(?:equipment|property) interference|TSU",
            "technical (?:deployments?|attack|surveillance|support unit|devices?)",
        ),
        _DEVICE_DETAIL,
    ),
    Sign(
        "covert",
        # In capitals and followed by a small word: "OP EXAMPLE" is an operation.
        _exact(
            r"(?<![\w-])OPs?(?= (?:was|is|were|in|at|on|above|inside|overlooking|opposite|had|"
            r"position|location|van|across|near|behind|saw|could|from|set|dug|next)\b)"
        ),
        _PLACE_DETAIL,
    ),
    Sign("covert", _any("observation (?:posts?|points?|positions?)"), _PLACE_DETAIL),
    Sign(
        "covert",
        _any(
            "(?:mobile |foot |covert |static |physical )?surveillance "
            "(?:teams?|officers?|operatives?|vans?|vehicles?|crews?|posts?)",
            "foot (?:team|follow)|CROPS?(?: officers?)?|the eyeball",
        ),
        _WATCH_DETAIL,
    ),
    Sign(
        "covert",
        _any("surveillance(?= (?:housed|followed|lost|picked|saw|plotted|put|watched|tracked))"),
    ),
    Sign("covert", _any("plot(?:ted)? up|under (?:covert )?surveillance"), _PLACE_DETAIL),
    Sign(
        "covert",
        _any(
            "(?:directed|intrusive|covert|foot|mobile|static) surveillance",
            "surveillance (?:authorit(?:y|ies)|authorisations?|logs?|tactics|subjects?)",
            "surveillance operations?|covert (?:tactics?|methods?|methodology|policing)",
            "covert (?:deployments?|activity|entry|search(?:es)?|vehicles?|assets?|imagery)",
        ),
        _WATCH_DETAIL,
    ),
    Sign("secret_marking", _exact(r"\b(?:UK )?TOP[ -]SECRET\b|\bUK EYES ONLY\b|\bSTRAP ?[1-3]\b")),
    Sign(
        "secret_marking",
        _any("(?:marked|classified|graded|marking:?) (?:as |at |is )?(?:top )?secret"),
    ),
    Sign(
        "secret_marking",
        _exact(r"\bUK SECRET\b|\bSECRET(?: ?//| ?-|:)|(?m:^\W{0,4}SECRET\W{0,4}$)"),
    ),
    Sign("secret_marking", _exact(r"(?<!TOP )\bSECRET\b"), _exact(r"\bUK\b")),
    Sign(
        "live_operation",
        _any(
            r"(?:(?:search |arrest )?warrants?|strike(?: day)?|arrest phase|arrests|day of action|"
            r"enforcement(?: day)?|(?:dawn )?raids?|searches|door knocks?)"
            r"(?= (?:\w+ ){0,3}?(?:will|is|are|goes?|due)\b)",
            r"(?:we|officers|teams?|they) (?:will|are going to|plan to|intend to) (?:\w+ ){0,2}"
            r"(?:arrest|raid|search|strike|execute|enter|hit)",
            r"we (?:go|move|strike|hit)",
        ),
        _TIME,
        bare=False,
    ),
    Sign(
        "live_operation",
        _any(
            r"(?:operation|op|job|investigation) (?:\w+ )?(?:is|remains) (?:still )?"
            r"(?:live|covert|running|ongoing)",
            r"(?:not yet|yet to be|still to be|not been) (?:arrested|charged|searched)",
            r"has(?: not|n't) (?:yet )?gone overt|remains? under surveillance",
            r"(?:remains?|(?:is|are) still) (?:outstanding|at large|unlocated|wanted)",
            r"(?:still|currently) under (?:\w+ )?surveillance",
            r"do(?:es)?(?: not|n't) (?:yet )?know (?:that )?we",
        ),
    ),
    Sign("live_operation", _any("(?:live|ongoing) (?:covert )?operations?"), _TIME),
)
