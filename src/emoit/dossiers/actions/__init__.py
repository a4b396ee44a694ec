"""The verbs of a dossier. Each is one atomic function: load and lock, decide by the rules, write, audit, publish."""

from emoit.dossiers.actions.approval import approve, return_for_rework
from emoit.dossiers.actions.assignment import assign, claim, release
from emoit.dossiers.actions.calendar import follow_calendar
from emoit.dossiers.actions.carrying import carry_over
from emoit.dossiers.actions.drafts import discard_draft, patch_answers, save_answers, start_draft
from emoit.dossiers.actions.examination import propose, request_supplement
from emoit.dossiers.actions.extension import extend
from emoit.dossiers.actions.fees import fee_paid
from emoit.dossiers.actions.inspections import (
    Plan,
    attach_evidence,
    plan_inspection,
    record_inspection,
    remove_evidence,
    replan_inspection,
)
from emoit.dossiers.actions.intake import receive, refuse_intake
from emoit.dossiers.actions.issue import issue_signed, signing_failed
from emoit.dossiers.actions.leaving import stop, withdraw
from emoit.dossiers.actions.lookups import fetch_from_register, look_up
from emoit.dossiers.actions.opinions import ask_opinions, close_opinions, give_opinion
from emoit.dossiers.actions.papers import attach_paper, remove_paper
from emoit.dossiers.actions.signature import answer_automatically, retry_signing, sign
from emoit.dossiers.actions.submission import submit
from emoit.dossiers.actions.supplement import supply
from emoit.dossiers.drafting import draft_of as draw_draft
from emoit.dossiers.slips import make as make_slip
from emoit.dossiers.slips import register as draw_register

__all__ = [
    "Plan",
    "answer_automatically",
    "approve",
    "ask_opinions",
    "assign",
    "attach_evidence",
    "attach_paper",
    "carry_over",
    "claim",
    "close_opinions",
    "discard_draft",
    "draw_draft",
    "draw_register",
    "extend",
    "fee_paid",
    "fetch_from_register",
    "follow_calendar",
    "give_opinion",
    "issue_signed",
    "look_up",
    "make_slip",
    "patch_answers",
    "plan_inspection",
    "propose",
    "receive",
    "record_inspection",
    "refuse_intake",
    "release",
    "remove_evidence",
    "remove_paper",
    "replan_inspection",
    "request_supplement",
    "retry_signing",
    "return_for_rework",
    "save_answers",
    "sign",
    "signing_failed",
    "start_draft",
    "stop",
    "submit",
    "supply",
    "withdraw",
]
