"""The fields of each kind. Adding one is one line here and one test."""

from lessons.domain.record import Kind
from lessons.domain.schema.fields import Field, Seen, Shape, Type, Weigh
from lessons.domain.text import N_

LONG = 40_000  # characters of one section; Python-Markdown is quadratic on hostile text

# --- asked of many kinds -------------------------------------------------------------------------
MARKING = Field(
    "marking", Type.CHOICE, N_("Marking"), vocabulary="marking", facet=True, param="marking",
    help=N_("OFFICIAL unless there is a reason for strict need to know."),
)  # fmt: skip
ACCESS = (
    MARKING,
    Field("groups", Type.NAMES, N_("Only these groups may read it"), seen=Seen.BY_KEEPERS),
    Field("restricted_because", Type.LINE, N_("Why it is restricted"), seen=Seen.BY_KEEPERS),
    Field("restricted_until", Type.DATE, N_("Restricted until"), seen=Seen.BY_KEEPERS),
    Field("author", Type.LINE, N_("Sent in by"), seen=Seen.BY_KEEPERS, stamped=True),
)
ORIGIN = (
    Field("example", Type.FLAG, N_("Example"), help=N_("Invented, to show how the service works.")),
    Field("source_id", Type.LINE, N_("Reference in the system it came from"), weigh=Weigh.BODY),
    Field("source", Type.LINE, N_("Where it came from"), limit=500),
)
FOUR_P = Field(
    "four_p", Type.CHOICES, N_("4P strand"), vocabulary="four_p", facet=True, param="four_p", most=4,
    help=N_("The main one first. SOC Prevent is not counter-terrorism Prevent."),
)  # fmt: skip
THREATS = Field(
    "threats",
    Type.CHOICES,
    N_("SOC threat"),
    vocabulary="threat",
    facet=True,
    param="threat",
    weigh=Weigh.BODY,
    most=8,
)
THREAT_KINDS = Field(
    "threat_kinds", Type.CHOICES, N_("Kind of threat record"), vocabulary="threat_kind",
    facet=True, param="threat_kind",
)  # fmt: skip
VULNERABILITIES = Field(
    "vulnerabilities", Type.CHOICES, N_("Vulnerability"), vocabulary="vulnerability",
    facet=True, param="vulnerability", weigh=Weigh.BODY,
)  # fmt: skip
TACTICS = Field(
    "tactics",
    Type.CHOICES,
    N_("Tactic"),
    vocabulary="tactic",
    facet=True,
    param="tactic",
    weigh=Weigh.BODY,
)
PARTNERS = Field(
    "partners",
    Type.CHOICES,
    N_("Partner"),
    vocabulary="partner",
    facet=True,
    param="partner",
    weigh=Weigh.BODY,
)
UNIT = Field(
    "unit", Type.LINE, N_("Unit or team"), facet=True, param="unit", weigh=Weigh.BODY, limit=80,
    help=N_("The team that the learning comes from, not a person."),
)  # fmt: skip
THEMES = Field(
    "themes",
    Type.CHOICES,
    N_("Theme"),
    vocabulary="theme",
    facet=True,
    param="theme",
    weigh=Weigh.BODY,
)
PLACE = Field("place_type", Type.CHOICE, N_("Kind of place"), vocabulary="place_type")
ELEMENTS = Field(
    "briefing_elements", Type.CHOICES, N_("Part of a briefing"), vocabulary="briefing_element"
)
WHAT_IT_IS_ABOUT = (FOUR_P, THREATS, THREAT_KINDS, VULNERABILITIES, TACTICS, PARTNERS, UNIT)


def section(name: str, label: str, help: str = "", *, required: bool = False) -> Field:
    return Field(name, Type.TEXT, label, help=help, required=required, weigh=Weigh.BODY, limit=LONG)


OCCURRED = Field(
    "occurred", Type.DATE, N_("When it happened"), required=True,
    help=N_("For a long operation, the day it ended."),
)  # fmt: skip

DEBRIEF = Shape(Kind.DEBRIEF, N_("Debrief"), N_("Debriefs"), (
    Field("title", Type.LINE, N_("Title"), weigh=Weigh.TITLE),
    Field("operation", Type.LINK, N_("Operation in the register"), to=(Kind.OPERATION,)),
    Field("operation_name", Type.LINE, N_("Operation or activity"), required=True, weigh=Weigh.BODY,
          limit=120, help=N_("Pick one from the list, or type a name or reference.")),
    OCCURRED,
    Field("debrief_type", Type.CHOICE, N_("Type of debrief"), vocabulary="debrief_type", required=True),
    Field("debrief_level", Type.CHOICE, N_("Level of debrief"), vocabulary="debrief_level"),
    *WHAT_IT_IS_ABOUT, PLACE, *ACCESS, *ORIGIN,
    section("planned", N_("What was planned?"), N_("The aim, and how it was meant to go.")),
    section("happened", N_("What happened?"), N_("A few sentences. Roles, not names."), required=True),
    section("well", N_("What went well?"), N_("What should the next team do again?")),
    section("surprised", N_("What surprised us?"), N_("Where it differed from what we expected, and why.")),
    section("purpose", N_("Purpose of the debrief"),
            N_("For example: to improve how we work, not to collect evidence.")),
    Field("accounts_first", Type.CHOICE, N_("Were notes and statements finished before the debrief?"),
          vocabulary="yes_no_unknown",
          help=N_("A debrief must not rehearse evidence. Accounts come first.")),
    Field("live_proceedings", Type.CHOICE, N_("Are there live proceedings?"), vocabulary="yes_no_unknown"),
    Field("facilitator", Type.LINE, N_("Facilitator"), seen=Seen.BY_KEEPERS, limit=120),
    Field("scribe", Type.LINE, N_("Scribe"), seen=Seen.BY_KEEPERS, limit=120),
    Field("attendees", Type.ROWS, N_("Who was there, by role"), seen=Seen.BY_KEEPERS,
          columns={"role": N_("Role"), "number": N_("How many")}),
    Field("readers", Type.NAMES, N_("Leads who may read it"), seen=Seen.BY_KEEPERS, stamped=True),
    Field("points", Type.ROWS, N_("Learning points as sent"), stamped=True, weigh=Weigh.BODY, columns={
        "lesson": N_("Lesson"), "learning": N_("Kind of learning"), "sentence": N_("Lesson in one sentence"),
        "scope": N_("Who should know"), "action": N_("Suggested action")}),
    Field("sent", Type.MOMENT, N_("Sent in"), stamped=True),
    Field("corrections", Type.ROWS, N_("Corrections"), stamped=True, columns={
        "at": N_("When"), "by": N_("By"), "text": N_("What is put right")}),
))  # fmt: skip

LESSON = Shape(Kind.LESSON, N_("Lesson"), N_("Lessons"), (
    Field("title", Type.LINE, N_("Lesson in one sentence"), required=True, weigh=Weigh.TITLE, limit=500,
          help=N_("When…, do…, because…")),
    Field("learning", Type.CHOICE, N_("Kind of learning"), vocabulary="learning", required=True,
          facet=True, param="learning"),
    Field("state", Type.CHOICE, N_("State"), vocabulary="state", facet=True, param="state", stamped=True),
    OCCURRED,
    Field("scope", Type.CHOICE, N_("Who should know"), vocabulary="scope"),
    THEMES, *WHAT_IT_IS_ABOUT, PLACE, ELEMENTS, *ACCESS,
    Field("partner_safe", Type.FLAG, N_("Partners may read it")),
    section("summary", N_("In short")),
    section("happened", N_("What happened")),
    section("lesson", N_("What we learned")),
    section("action", N_("What to do"), N_("One thing that somebody could do. Start with a verb.")),
    section("evidence", N_("Evidence that it lasts")),
    section("detail", N_("More detail")),
    Field("debrief", Type.LINK, N_("From debrief"), to=(Kind.DEBRIEF,)),
    Field("evaluation", Type.LINK, N_("From evaluation"), to=(Kind.EVALUATION,)),
    Field("operation", Type.LINK, N_("From operation"), to=(Kind.OPERATION,)),
    Field("owner", Type.LINE, N_("Owner"), limit=120),
    Field("life", Type.CHOICE, N_("When to check it is still true"), vocabulary="life"),
    Field("check_by", Type.DATE, N_("Check by")),
    Field("recheck", Type.LINE, N_("Why it is to be checked again"), limit=500),
    Field("reason", Type.CHOICE, N_("Reason for the decision"), vocabulary="reject", seen=Seen.BY_KEEPERS),
    Field("decision", Type.LINE, N_("Decision in a sentence"), seen=Seen.BY_KEEPERS, limit=500),
    Field("replaced_by", Type.LINK, N_("Replaced by"), to=(Kind.LESSON,)),
    Field("merged", Type.LINKS, N_("Merged from"), to=(Kind.LESSON,), stamped=True),
    Field("seen_before", Type.LINKS, N_("Happened again after"), to=(Kind.LESSON,)),
    Field("recurrence", Type.CHOICE, N_("Happened again"), vocabulary="recurrence", facet=True, param="again",
          stamped=True),
    Field("recurrence_why", Type.LINE, N_("What showed that the change did not last"), seen=Seen.BY_KEEPERS,
          limit=400, stamped=True),
    Field("reviewer", Type.LINE, N_("Reviewer"), seen=Seen.BY_KEEPERS, limit=120, stamped=True),
    Field("first_eyes", Type.LINE, N_("Accepted first by"), seen=Seen.BY_KEEPERS, limit=120, stamped=True),
    Field("cleared", Type.ROWS, N_("May stay in the text"), seen=Seen.BY_KEEPERS, most=200, stamped=True, columns={
        "flag": N_("Mark"), "kind": N_("What it looks like"), "why": N_("Why it may stay"), "by": N_("By")}),
    Field("done_by", Type.LINE, N_("Said to be done by"), seen=Seen.BY_KEEPERS, limit=120, stamped=True),
    Field("checked_by", Type.LINE, N_("Checked by"), seen=Seen.BY_KEEPERS, limit=120, stamped=True),
    Field("pushed", Type.MOMENT, N_("Pushed out as a warning"), stamped=True),
    Field("answered", Type.MOMENT, N_("First answered"), stamped=True),
    Field("identified", Type.MOMENT, N_("Identified"), stamped=True),
    Field("learned", Type.MOMENT, N_("Learned"), stamped=True),
    Field("sent", Type.MOMENT, N_("Sent in"), stamped=True),
    *ORIGIN,
))  # fmt: skip

EVALUATION = Shape(Kind.EVALUATION, N_("Evaluation"), N_("Evaluations"), (
    Field("title", Type.LINE, N_("What was evaluated"), required=True, weigh=Weigh.TITLE),
    Field("activity", Type.LINK, N_("Activity in the register"), to=(Kind.OPERATION,)),
    Field("due", Type.DATE, N_("Due")),
    Field("done", Type.DATE, N_("Finished")),
    Field("not_needed", Type.LINE, N_("Not needed because"), limit=500),
    Field("why_late", Type.LINE, N_("Why it is late"), limit=500),
    Field("owner", Type.LINE, N_("Owner"), limit=120,
          help=N_("Who sees that it is made: a person, or a role written as “role: prevention manager”.")),
    *WHAT_IT_IS_ABOUT, THEMES, *ACCESS,
    section("objective", N_("Objective"), N_("What should have changed, for whom, by when?")),
    section("problem", N_("What shows that there is a problem"),
            N_("Counts, reports or what people say, and where they come from.")),
    section("theory", N_("How it was meant to work"),
            N_("“If we do this, then that changes, because…” One or two sentences.")),
    section("target", N_("Who it was for"), N_("Who could take part, and who could not. Roles and groups, not names.")),
    Field("reached", Type.NUMBER, N_("Reached"), help=N_("How many people, homes or places had it.")),
    Field("eligible", Type.NUMBER, N_("Eligible"), help=N_("How many could have had it, those reached among them.")),
    Field("reach_unknown", Type.LINE, N_("Why these are not known"), limit=500,
          help=N_("Only where a number is missing. “Nobody counted who said no” is an honest answer.")),
    Field("began", Type.DATE, N_("Delivered from"), help=N_("The day on which the first of them had it.")),
    Field("finished", Type.DATE, N_("Delivered until"), help=N_("Leave empty if it still goes on.")),
    section("dose", N_("How much of it people had"),
            N_("How often, how long and over what time. “Six visits of an hour in three months.”")),
    section("partners_part", N_("What each partner did"), N_("Those who gave time, money, places or data.")),
    section("delivered", N_("What was delivered, and how far as planned"),
            N_("What was left out, added or done another way, and why.")),
    Field("measures", Type.ROWS, N_("Outcome measures"), most=12,
          help=N_("The main one first. Write “64 of 612”, so that a reader sees how many people stand behind it. "
                  "Write periods as “October 2024 to March 2025”."),
          columns={
              "measure": N_("Measure"), "baseline": N_("Before"), "baseline_period": N_("Period before"),
              "follow_up": N_("After"), "follow_up_period": N_("Period after"),
              "comparison": N_("Comparison group")}),
    Field("design", Type.CHOICE, N_("How the effect was compared"), vocabulary="design",
          help=N_("Strongest first. “No comparison” is an honest answer.")),
    section("compared", N_("Who or what it was compared with"),
            N_("How they were chosen, and how they differ from those who had it.")),
    section("result", N_("Result"), N_("What was found, in words that a busy colleague understands at once.")),
    Field("direction", Type.CHOICE, N_("Which way it went"), vocabulary="direction",
          help=N_("For the people it was for, whether the number went up or down.")),
    Field("size", Type.LINE, N_("How large the difference is"),
          help=N_("“About half”, or “five fewer in every hundred people”.")),
    Field("confidence", Type.CHOICE, N_("How sure you are"), vocabulary="confidence",
          help=N_("Of the result, all things considered.")),
    section("unintended", N_("Unintended effects"),
            N_("Did harm move elsewhere? Did it fall on one group of people more than on others?")),
    section("cost", N_("Cost and time"),
            N_("Money and hours, ours and those of partners; for each person if you can.")),
    section("voices", N_("What people said"), N_("Those it was for, and those who did the work. Roles, not names.")),
    section("change", N_("What we would change"), N_("What should the next team do another way?")),
    Field("stage", Type.CHOICE, N_("Evaluation stage"), vocabulary="stage",
          help=N_("How far the judging has come.")),
    Field("verdict", Type.CHOICE, N_("Verdict"), vocabulary="verdict", facet=True, param="verdict",
          help=N_("What the evidence allows us to say.")),
    Field("stronger_because", Type.LINE, N_("Why the verdict says more than the figures"), limit=500,
          help=N_("Only where it does. What else do you know, and how?")),
    Field("next_step", Type.CHOICE, N_("What happens to the activity"), vocabulary="decision",
          help=N_("Stopping what does not work is as good a decision as growing what does.")),
    section("decision", N_("Decision"), N_("What was decided, by which role, and why.")),
    Field("evaluator", Type.LINE, N_("Evaluator"), limit=120,
          help=N_("Who judged it: a role, a unit or an organisation.")),
    Field("independent", Type.CHOICE, N_("Did the evaluator have no part in the activity?"),
          vocabulary="yes_no_unknown",
          help=N_("Whoever planned it, ran it or paid for it had a part.")),
    Field("independence", Type.LINE, N_("Independence of the evaluator"),
          help=N_("Who asked for the evaluation, and who paid for it?")),
    Field("review", Type.DATE, N_("Next review"),
          help=N_("When somebody should look again at whether it still holds.")),
    Field("reopened", Type.LINE, N_("Why it was opened again"), limit=500, stamped=True),
    *ORIGIN,
))  # fmt: skip

OPERATION = Shape(Kind.OPERATION, N_("Operation"), N_("Operations"), (
    Field("title", Type.LINE, N_("Name or reference"), required=True, weigh=Weigh.TITLE, limit=120),
    Field("operation_kind", Type.CHOICE, N_("Kind of operation"), vocabulary="operation_kind", required=True,
          facet=True, param="operation_kind", help=N_("It decides whether a debrief or an evaluation falls due.")),
    Field("order", Type.CHOICE, N_("Order or licence"), vocabulary="order"),
    *WHAT_IT_IS_ABOUT, PLACE,
    Field("started", Type.DATE, N_("Started")),
    Field("ended", Type.DATE, N_("Ended")),
    Field("sio", Type.LINE, N_("SIO"), limit=120, help=N_("Who leads the investigation.")),
    Field("lro", Type.LINE, N_("LRO"), limit=120, help=N_("Who owns the response: prevent, protect and prepare.")),
    Field("plan_owner", Type.LINE, N_("Plan owner"), limit=120),
    Field("references", Type.ROWS, N_("References elsewhere"), columns={
        "system": N_("System"), "reference": N_("Reference")}),
    Field("debrief_due", Type.DATE, N_("Debrief due"),
          help=N_("Leave empty for the usual time after it ends.")),
    Field("debriefed", Type.DATE, N_("Debriefed"), stamped=True),
    Field("no_debrief", Type.LINE, N_("No debrief is needed because"), limit=500),
    Field("why_late", Type.LINE, N_("Why it is late"), limit=500),
    section("summary", N_("What it is for")),
    *ACCESS, *ORIGIN,
))  # fmt: skip

ACTION = Shape(Kind.ACTION, N_("Action"), N_("Actions"), (
    Field("title", Type.LINE, N_("What will be done"), required=True, weigh=Weigh.TITLE),
    Field("of", Type.LINKS, N_("Comes from"),
          to=(Kind.LESSON, Kind.DEBRIEF, Kind.EVALUATION, Kind.FINDING)),
    Field("owner", Type.LINE, N_("Owner"), required=True, limit=120),
    Field("due", Type.DATE, N_("Due")),
    Field("strength", Type.CHOICE, N_("Type of action"), vocabulary="action_strength"),
    Field("action_state", Type.CHOICE, N_("State"), vocabulary="action_state"),
    Field("lead", Type.LINE, N_("Who hears when it is late"), limit=120,
          help=N_("Somebody with an account. Leave empty for whoever agreed it.")),
    Field("agreed", Type.DATE, N_("Agreed"), stamped=True),
    Field("done_by", Type.LINE, N_("Said to be done by"), limit=120, stamped=True),
    Field("done_on", Type.DATE, N_("Said to be done on"), stamped=True),
    Field("verified_by", Type.LINE, N_("Checked by"), limit=120),
    Field("verified_on", Type.DATE, N_("Checked on"), stamped=True),
    Field("decision", Type.LINE, N_("Decision in a sentence"), limit=500, stamped=True),
    section("progress", N_("Progress")),
    section("evidence", N_("Evidence")),
    Field("files", Type.ROWS, N_("Files"), stamped=True, most=20, columns={
        "name": N_("File"), "type": N_("Kind of file"), "size": N_("Bytes"), "sha256": N_("Sum"), "by": N_("By"),
        "at": N_("When")}),
    Field("moved", Type.ROWS, N_("How the due date moved"), stamped=True, most=100, columns={
        "on": N_("When"), "was": N_("From"), "now": N_("To"), "why": N_("Why")}),
    UNIT, *ACCESS, *ORIGIN,
))  # fmt: skip

FINDING = Shape(Kind.FINDING, N_("Finding"), N_("Findings"), (
    Field("title", Type.LINE, N_("Finding"), required=True, weigh=Weigh.TITLE, limit=500,
          help=N_("One finding, in the words of the inspectors or close to them.")),
    Field("finding_type", Type.CHOICE, N_("Type of finding"), vocabulary="finding_type"),
    Field("body", Type.LINE, N_("Inspecting body"), limit=120),
    Field("published", Type.DATE, N_("Published")),
    Field("heading", Type.CHOICE, N_("Inspection heading"), vocabulary="inspection_heading"),
    Field("grade", Type.LINE, N_("Grade"), limit=80),
    Field("reference", Type.LINE, N_("Reference or address of the report"), limit=500, weigh=Weigh.BODY,
          help=N_("Kept as words, such as a paragraph of the report or the address of a page.")),
    Field("owner", Type.LINE, N_("Owner"), limit=120),
    Field("finding_status", Type.CHOICE, N_("Status"), vocabulary="finding_status"),
    Field("status_why", Type.LINE, N_("Why this status, although there are gaps"), limit=500),
    Field("responded", Type.DATE, N_("Comments published"),
          help=N_("The day on which the policing body published its comments on the report.")),
    Field("no_response", Type.LINE, N_("No comments are due because"), limit=500,
          help=N_("For example, as it is a finding about another force.")),
    Field("links", Type.LINKS, N_("Linked records"),
          to=(Kind.LESSON, Kind.ACTION, Kind.EVALUATION, Kind.OPERATION)),
    section("text", N_("What the inspectors said")),
    section("progress", N_("Progress")),
    THEMES, *ACCESS, *ORIGIN,
))  # fmt: skip

BRIEFING = Shape(Kind.BRIEFING, N_("Briefing"), N_("Briefings"), (
    Field("title", Type.LINE, N_("Briefing for"), required=True, weigh=Weigh.TITLE, limit=160,
          help=N_("The operation, and which part of it if there are several.")),
    Field("operation", Type.LINK, N_("Operation"), to=(Kind.OPERATION,)),
    Field("version", Type.NUMBER, N_("Version"), stamped=True),
    Field("issued", Type.MOMENT, N_("Issued"), stamped=True),
    *WHAT_IT_IS_ABOUT, PLACE,
    section("plan", N_("The plan"), N_("A few sentences: what will be done, where, with whom. Roles, not names.")),
    section("note", N_("Note"), N_("What everybody who is briefed should know besides.")),
    Field("lessons", Type.ROWS, N_("Lessons in the pack"), stamped=True, most=100, columns={
        "lesson": N_("Lesson"), "revision": N_("Revision"), "element": N_("Part of a briefing"),
        "why": N_("Why it is in"), "note": N_("Note")}),
    Field("answers", Type.ROWS, N_("Answers"), stamped=True, most=300, columns={
        "lesson": N_("Lesson"), "role": N_("Role"), "answer": N_("Answer"), "how": N_("How or why"),
        "outcome": N_("Outcome")}),
    Field("checks", Type.ROWS, N_("Questions about the plan"), stamped=True, most=20, columns={
        "check": N_("Question"), "answer": N_("Answer"), "note": N_("Note")}),
    *ACCESS, *ORIGIN,
))  # fmt: skip

THEME = Shape(Kind.THEME, N_("Theme"), N_("Themes"), (
    Field("label", Type.LINE, N_("Theme"), required=True, weigh=Weigh.TITLE, limit=80),
    Field("label_cy", Type.LINE, N_("Theme in Welsh"), limit=80),
    Field("help", Type.LINE, N_("Help"), weigh=Weigh.BODY),
    Field("synonyms", Type.NAMES, N_("Also called"), weigh=Weigh.BODY),
    Field("broader", Type.CHOICE, N_("Broader theme"), vocabulary="theme"),
    Field("owner", Type.LINE, N_("Owner"), limit=120),
    Field("theme_state", Type.CHOICE, N_("State"), vocabulary="theme_state"),
    Field("merged_into", Type.CHOICE, N_("Merged into"), vocabulary="theme"),
    Field("split_into", Type.CHOICES, N_("Split into"), vocabulary="theme", stamped=True),
    Field("asked_by", Type.LINE, N_("Asked for by"), seen=Seen.BY_KEEPERS, limit=120, stamped=True),
    Field("asked_on", Type.LINKS, N_("Asked for on"), to=(Kind.LESSON,), seen=Seen.BY_KEEPERS, stamped=True),
    Field("decision", Type.LINE, N_("Decision in a sentence"), limit=500, stamped=True),
    section("insight", N_("What these lessons say together")),
    Field("insight_on", Type.DATE, N_("Insight written"), stamped=True),
    Field("insight_from", Type.LINKS, N_("Written from"), to=(Kind.LESSON,), seen=Seen.BY_KEEPERS, most=500,
          stamped=True),
    *ACCESS, *ORIGIN,
))  # fmt: skip

SHAPES = {
    shape.kind: shape
    for shape in (DEBRIEF, LESSON, EVALUATION, OPERATION, ACTION, FINDING, BRIEFING, THEME)
}
