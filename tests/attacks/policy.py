"""Who may open and post what: one row for each address of the portal, the desk and the pages of the API.

The operations of the API know no sessions: tests/api tries each with and without its scope.

Columns: nobody, a citizen, the dossier's enterprise, another enterprise, the specialist of the handling unit, one of
another unit, the auditor, the administrator. Posts bear an item and its version and nothing else, so 422 and 409 mean
"may do it, but not like this". `in`: is sent to the sign-in page; 401: the sign-in page itself, with what was posted;
`go`: is sent on within the site; 404: learns nothing; 405: the method is not known there.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """`state` is the builder of tests/support/world.py that makes the dossier that the address is about."""

    name: str
    state: str
    get: str
    post: str


# fmt: off
POLICY = [
    Row("language",              "in_examination", "405 405 405 405 405 405 405 405", "go  go  go  go  go  go  go  go "),
    Row("portal:front",          "in_examination", "200 200 200 200 200 200 200 200", "200 200 200 200 200 200 200 200"),
    Row("portal:catalogue",      "in_examination", "200 200 200 200 200 200 200 200", "200 200 200 200 200 200 200 200"),
    Row("portal:procedure",      "in_examination", "200 200 200 200 200 200 200 200", "200 200 200 200 200 200 200 200"),
    Row("portal:start",          "in_examination", "405 405 405 405 405 405 405 405", "401 go  go  go  403 403 403 403"),
    Row("portal:sign-in",        "in_examination", "200 go  go  go  go  go  go  go ", "422 422 422 422 422 422 422 422"),
    Row("portal:sign-out",       "in_examination", "405 405 405 405 405 405 405 405", "go  go  go  go  go  go  go  go "),
    Row("portal:second-step",    "in_examination", "go  go  go  go  go  go  go  go ", "go  go  go  go  go  go  go  go "),
    Row("portal:account",        "in_examination", "in  200 200 200 200 200 200 200", "401 200 200 200 200 200 200 200"),
    Row("portal:sign-ins",       "in_examination", "in  200 200 200 200 200 200 200", "401 200 200 200 200 200 200 200"),
    Row("portal:password",       "in_examination", "in  200 200 200 200 200 200 200", "401 422 422 422 422 422 422 422"),
    Row("portal:password-link",  "in_examination", "404 404 404 404 404 404 404 404", "404 404 404 404 404 404 404 404"),
    Row("portal:sessions",       "in_examination", "in  200 200 200 200 200 200 200", "401 200 200 200 200 200 200 200"),
    Row("portal:end-session",    "in_examination", "405 405 405 405 405 405 405 405", "401 404 404 404 404 404 404 404"),
    Row("portal:end-other-sessions", "in_examination", "405 405 405 405 405 405 405 405", "401 go  go  go  go  go  go  go "),
    Row("portal:second-factor",  "in_examination", "in  200 200 200 200 200 200 200", "401 200 200 200 200 200 200 200"),
    Row("portal:recovery-codes", "in_examination", "405 405 405 405 405 405 405 405", "401 422 422 422 422 422 422 422"),
    Row("portal:remove-second-factor", "in_examination", "405 405 405 405 405 405 405 405", "401 422 422 422 422 422 422 422"),
    Row("portal:dossiers",       "in_examination", "in  200 200 200 403 403 403 403", "401 200 200 200 403 403 403 403"),
    Row("portal:dossier",        "in_examination", "in  404 200 404 403 403 403 403", "401 404 200 404 403 403 403 403"),
    Row("portal:declare",        "draft",          "in  404 200 404 403 403 403 403", "401 404 422 404 403 403 403 403"),
    Row("portal:papers",         "draft",          "in  404 200 404 403 403 403 403", "401 404 go  404 403 403 403 403"),
    Row("portal:remove-paper",   "draft",          "405 405 405 405 405 405 405 405", "401 404 go  404 403 403 403 403"),
    Row("portal:check",          "draft",          "in  404 200 404 403 403 403 403", "401 404 go  404 403 403 403 403"),
    Row("portal:discard",        "draft",          "in  404 200 404 403 403 403 403", "401 404 go  404 403 403 403 403"),
    Row("portal:confirmation",   "submitted",      "in  404 200 404 403 403 403 403", "401 404 200 404 403 403 403 403"),
    Row("portal:supplement",     "awaiting",       "in  404 200 404 403 403 403 403", "401 404 200 404 403 403 403 403"),
    Row("portal:withdraw",       "submitted",      "in  404 200 404 403 403 403 403", "401 404 422 404 403 403 403 403"),
    Row("portal:file",           "in_examination", "in  404 200 404 200 404 200 404", "401 404 200 404 200 404 200 404"),
    Row("portal:results",        "signed",         "in  200 200 200 403 403 403 403", "401 200 200 200 403 403 403 403"),
    Row("portal:result",         "signed",         "in  404 200 404 403 403 403 403", "401 404 200 404 403 403 403 403"),
    Row("portal:track",          "in_examination", "200 200 200 200 200 200 200 200", "422 422 422 422 422 422 422 422"),
    Row("portal:verify",         "in_examination", "200 200 200 200 200 200 200 200", "422 422 422 422 422 422 422 422"),
    Row("portal:verify-result",  "signed",         "200 200 200 200 200 200 200 200", "200 200 200 200 200 200 200 200"),
    Row("api:operations",        "in_examination", "200 200 200 200 200 200 200 200", "405 405 405 405 405 405 405 405"),
    Row("api:openapi",           "in_examination", "200 200 200 200 200 200 200 200", "405 405 405 405 405 405 405 405"),
    Row("api:errors",            "in_examination", "200 200 200 200 200 200 200 200", "405 405 405 405 405 405 405 405"),
    Row("api:changes",           "in_examination", "200 200 200 200 200 200 200 200", "405 405 405 405 405 405 405 405"),
    Row("api-keys:list",         "in_examination", "in  200 200 200 403 403 403 403", "in  422 422 422 403 403 403 403"),
    Row("api-keys:test",         "in_examination", "405 405 405 405 405 405 405 405", "in  201 201 201 403 403 403 403"),
    Row("api-keys:revoke",       "in_examination", "in  404 200 404 403 403 403 403", "in  404 go  404 403 403 403 403"),
    Row("desk:inbox",            "in_examination", "in  403 403 403 200 200 200 200", "in  403 403 403 200 200 200 200"),
    Row("desk:bulk-claim",       "in_examination", "in  403 403 403 405 405 405 405", "in  403 403 403 422 422 422 422"),
    Row("desk:bulk-assign",      "in_examination", "in  403 403 403 405 405 405 405", "in  403 403 403 422 422 422 422"),
    Row("desk:bulk-release",     "in_examination", "in  403 403 403 405 405 405 405", "in  403 403 403 422 422 422 422"),
    Row("desk:dossiers",         "in_examination", "in  403 403 403 200 200 200 200", "in  403 403 403 200 200 200 200"),
    Row("desk:dossier",          "in_examination", "in  403 403 403 200 404 200 404", "in  403 403 403 200 404 200 404"),
    Row("desk:receive",          "submitted",      "in  403 403 403 404 404 404 404", "in  403 403 403 404 404 404 404"),
    Row("desk:claim",            "in_examination", "in  403 403 403 200 404 404 404", "in  403 403 403 409 404 409 404"),
    Row("desk:assign",           "in_examination", "in  403 403 403 403 404 404 404", "in  403 403 403 403 404 422 404"),
    Row("desk:release",          "in_examination", "in  403 403 403 200 404 404 404", "in  403 403 403 go  404 409 404"),
    Row("desk:supplement",       "in_examination", "in  403 403 403 200 404 404 404", "in  403 403 403 422 404 404 404"),
    Row("desk:propose",          "in_examination", "in  403 403 403 200 404 404 404", "in  403 403 403 422 404 404 404"),
    Row("desk:ask-opinions",    "in_examination", "in  403 403 403 200 404 404 404", "in  403 403 403 422 404 404 404"),
    Row("desk:give-opinion",    "in_examination", "in  403 403 403 404 404 404 404", "in  403 403 403 409 404 404 404"),
    Row("desk:close-opinions",  "in_examination", "in  403 403 403 404 404 404 404", "in  403 403 403 409 404 404 404"),
    Row("desk:plan-inspection", "in_examination", "in  403 403 403 404 404 404 404", "in  403 403 403 409 404 404 404"),
    Row("desk:replan-inspection","in_examination", "in  403 403 403 200 404 404 404", "in  403 403 403 422 404 404 404"),
    Row("desk:record-inspection","in_examination", "in  403 403 403 404 404 404 404", "in  403 403 403 409 404 404 404"),
    Row("desk:approve",          "proposed",       "in  403 403 403 403 404 404 404", "in  403 403 403 403 404 404 404"),
    Row("desk:sign",             "approved",       "in  403 403 403 404 404 404 404", "in  403 403 403 404 404 404 404"),
    Row("desk:retry",            "being_signed",   "in  403 403 403 403 404 403 404", "in  403 403 403 403 404 403 404"),
    Row("desk:decision",         "being_signed",   "in  403 403 403 200 404 200 404", "in  403 403 403 200 404 200 404"),
    Row("desk:extend",           "in_examination", "in  403 403 403 403 404 403 404", "in  403 403 403 403 404 403 404"),
    Row("desk:stop",             "in_examination", "in  403 403 403 403 404 403 404", "in  403 403 403 403 404 403 404"),
    Row("desk:control-slip",     "in_examination", "405 405 405 405 405 405 405 405", "in  403 403 403 go  404 403 404"),
    Row("desk:fee",              "in_examination", "in  403 403 403 403 404 403 404", "in  403 403 403 403 404 403 404"),
    Row("desk:result",           "signed",         "in  403 403 403 200 404 200 404", "in  403 403 403 200 404 200 404"),
    Row("desk:revoke",           "signed",         "in  403 403 403 403 404 403 404", "in  403 403 403 403 404 403 404"),
    Row("desk:signing",          "in_examination", "in  403 403 403 403 403 403 200", "in  403 403 403 403 403 403 200"),
    Row("desk:bulk-sign",        "in_examination", "405 405 405 405 405 405 405 405", "in  403 403 403 403 403 403 403"),
    Row("desk:register",         "in_examination", "in  403 403 403 200 200 200 200", "in  403 403 403 200 200 200 200"),
    Row("desk:register-pdf",     "in_examination", "in  403 403 403 200 409 200 409", "in  403 403 403 200 409 200 409"),
    Row("desk:calendar",         "in_examination", "in  403 403 403 200 200 200 200", "in  403 403 403 200 200 200 200"),
    Row("desk:calendar-edit",    "in_examination", "in  403 403 403 403 403 403 200", "in  403 403 403 403 403 403 422"),
    Row("desk:catalogue",                 "edited", "in  403 403 403 403 403 200 200", "in  403 403 403 403 403 200 200"),
    Row("desk:catalogue-export",          "edited", "in  403 403 403 403 403 200 200", "in  403 403 403 403 403 200 200"),
    Row("desk:catalogue-import",          "edited", "in  403 403 403 403 403 403 200", "in  403 403 403 403 403 403 422"),
    Row("desk:catalogue-new",             "edited", "in  403 403 403 403 403 403 200", "in  403 403 403 403 403 403 422"),
    Row("desk:catalogue-procedure",       "edited", "in  403 403 403 403 403 200 200", "in  403 403 403 403 403 200 200"),
    Row("desk:catalogue-procedure-export", "edited", "in  403 403 403 403 403 200 200", "in  403 403 403 403 403 200 200"),
    Row("desk:catalogue-differences",     "edited", "in  403 403 403 403 403 200 200", "in  403 403 403 403 403 200 200"),
    Row("desk:catalogue-withdraw",        "edited", "in  403 403 403 403 403 403 200", "in  403 403 403 403 403 403 422"),
    Row("desk:catalogue-republish",       "edited", "in  403 403 403 403 403 403 200", "in  403 403 403 403 403 403 422"),
    Row("desk:catalogue-draft",           "edited", "in  403 403 403 403 403 200 200", "in  403 403 403 403 403 403 409"),
    Row("desk:catalogue-publish",         "edited", "in  403 403 403 403 403 403 200", "in  403 403 403 403 403 403 422"),
    Row("desk:catalogue-preview",         "edited", "in  403 403 403 403 403 200 200", "in  403 403 403 403 403 200 200"),
    Row("desk:catalogue-preview-form",    "edited", "in  403 403 403 403 403 200 200", "in  403 403 403 403 403 200 200"),
    Row("desk:catalogue-form",            "edited", "in  403 403 403 403 403 403 200", "in  403 403 403 403 403 403 422"),
    Row("desk:catalogue-field",           "edited", "in  403 403 403 403 403 403 404", "in  403 403 403 403 403 403 404"),
    Row("desk:catalogue-form-file",       "edited", "in  403 403 403 403 403 200 200", "in  403 403 403 403 403 200 200"),
    Row("desk:catalogue-doubts",          "edited", "in  403 403 403 403 403 403 200", "in  403 403 403 403 403 403 422"),
    Row("desk:catalogue-part",            "edited", "in  403 403 403 403 403 403 200", "in  403 403 403 403 403 403 409"),
    Row("desk:delegations",      "in_examination", "in  403 403 403 200 200 200 200", "in  403 403 403 200 200 200 200"),
    Row("desk:delegation-new",   "in_examination", "in  403 403 403 200 200 200 200", "in  403 403 403 422 422 422 422"),
    Row("desk:delegation-revoke", "in_examination", "in  403 403 403 405 405 405 405", "in  403 403 403 404 404 404 404"),
    Row("desk:absences",         "in_examination", "in  403 403 403 200 200 200 200", "in  403 403 403 200 200 200 200"),
    Row("desk:absence-new",      "in_examination", "in  403 403 403 200 200 200 200", "in  403 403 403 422 422 422 422"),
    Row("desk:absence-end",      "in_examination", "in  403 403 403 405 405 405 405", "in  403 403 403 404 404 404 404"),
    Row("desk:staff",            "in_examination", "in  403 403 403 403 403 403 200", "in  403 403 403 403 403 403 200"),
    Row("desk:staff-new",        "in_examination", "in  403 403 403 403 403 403 200", "in  403 403 403 403 403 403 422"),
    Row("desk:staff-member",     "in_examination", "in  403 403 403 403 403 403 200", "in  403 403 403 403 403 403 200"),
    Row("desk:staff-act",        "in_examination", "in  403 403 403 405 405 405 405", "in  403 403 403 403 403 403 422"),
    Row("desk:units",            "in_examination", "in  403 403 403 403 403 403 200", "in  403 403 403 403 403 403 200"),
    Row("desk:unit-add",         "in_examination", "in  403 403 403 403 403 403 200", "in  403 403 403 403 403 403 422"),
    Row("desk:unit-rename",      "in_examination", "in  403 403 403 403 403 403 200", "in  403 403 403 403 403 403 422"),
    Row("desk:unit-end",         "in_examination", "in  403 403 403 403 403 403 200", "in  403 403 403 403 403 403 422"),
    Row("desk:exchange",         "in_examination", "in  403 403 403 403 403 200 200", "in  403 403 403 403 403 200 200"),
    Row("desk:exchange-message", "in_examination", "in  403 403 403 403 403 404 404", "in  403 403 403 403 403 404 404"),
    Row("desk:trail",            "in_examination", "in  403 403 403 403 403 200 403", "in  403 403 403 403 403 200 403"),
    Row("desk:search",           "in_examination", "in  403 403 403 200 200 200 200", "in  403 403 403 200 200 200 200"),
    Row("desk:palette",          "in_examination", "in  403 403 403 200 200 200 200", "in  403 403 403 200 200 200 200"),
    Row("desk:file",             "in_examination", "in  403 403 403 200 404 200 404", "in  403 403 403 200 404 200 404"),
    Row("desk:file-page",        "in_examination", "in  403 403 403 200 404 200 404", "in  403 403 403 200 404 200 404"),
    Row("desk:draft",            "proposed",       "in  403 403 403 200 404 200 404", "in  403 403 403 200 404 200 404"),
    Row("desk:dossier",          "draft",          "in  403 403 403 404 404 404 404", "in  403 403 403 404 404 404 404"),
    Row("desk:file",             "draft",          "in  403 403 403 404 404 404 404", "in  403 403 403 404 404 404 404"),
    Row("desk:decision",         "draft",          "in  403 403 403 404 404 404 404", "in  403 403 403 404 404 404 404"),
    Row("desk:control-slip",     "draft",          "405 405 405 405 405 405 405 405", "in  403 403 403 404 404 403 404"),
    Row("portal:file",           "draft",          "in  404 200 404 404 404 404 404", "401 404 200 404 404 404 404 404"),
]
# fmt: on
