"""Reads for operators: how the exchange fares, what is stuck, where one message went, whom we exchange with.

Never what a message says.
"""

from emoit.exchange.front import fingerprint_of
from emoit.exchange.queries.door import may_operate, require_operator
from emoit.exchange.queries.messages import calls, decisions, find, message, steps, trace
from emoit.exchange.queries.partners import (
    certificate,
    certificate_remarks,
    own_code,
    own_key,
    own_keys,
    partner,
    partner_facts,
    partner_history,
    read_certificate,
)
from emoit.exchange.queries.queues import evidence_state, metered, partners, rejections
from emoit.exchange.queries.stuck import counted, stuck, stuck_groups, stuck_inbound
from emoit.exchange.rules.certificates import lacking, last_uses
from emoit.exchange.rules.profiles import document_of, profile_from, version_of
from emoit.exchange.rules.profiles import faults as profile_faults
from emoit.exchange.words import (
    FORMAT_WORDS,
    TRANSPORT_WORDS,
    USE_WORDS,
    change_words,
    check_words,
    error_words,
    loss_words,
    own_loss_words,
    partner_words,
    reason_words,
    revocation_words,
    standing_words,
    state_words,
    step_words,
    subject_words,
    verb_words,
    windows_words,
)

__all__ = [
    "FORMAT_WORDS",
    "TRANSPORT_WORDS",
    "USE_WORDS",
    "calls",
    "certificate",
    "certificate_remarks",
    "change_words",
    "check_words",
    "counted",
    "decisions",
    "document_of",
    "error_words",
    "evidence_state",
    "find",
    "fingerprint_of",
    "lacking",
    "last_uses",
    "loss_words",
    "may_operate",
    "message",
    "metered",
    "own_code",
    "own_key",
    "own_keys",
    "own_loss_words",
    "partner",
    "partner_facts",
    "partner_history",
    "partner_words",
    "partners",
    "profile_faults",
    "profile_from",
    "read_certificate",
    "reason_words",
    "rejections",
    "require_operator",
    "revocation_words",
    "standing_words",
    "state_words",
    "step_words",
    "steps",
    "stuck",
    "stuck_groups",
    "stuck_inbound",
    "subject_words",
    "trace",
    "verb_words",
    "version_of",
    "windows_words",
]
