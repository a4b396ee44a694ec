"""The table of look-ups in the registers of other authorities. Processes of ours alone see it; `queries` show parts."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from emoit.kernel.personal import EncryptedTextField
from emoit.people.lookup_types import LookupState, Purpose, Register


class Lookup(models.Model):
    """One look-up: who asked, why, about whom, for which dossier; and its answer for as long as it may be kept.

    `asked` is JSON of {identity, name, procedure}, `answer` of `RegisterFacts`; both encrypted, both emptied when
    `forgotten_at` is set. `identity_key` is the keyed hash by which the person finds it. `request_id` is of the last
    try. `bad_answers`: how often what came could not be believed.
    """

    agency_id = models.BigIntegerField()
    register = models.CharField(max_length=16)
    purpose = models.CharField(max_length=24)
    state = models.CharField(max_length=12)
    identity_key = models.CharField(max_length=64)
    asked = EncryptedTextField(blank=True)
    answer = EncryptedTextField(blank=True)
    subject_kind = models.CharField(max_length=40)
    subject_id = models.CharField(max_length=64)
    subject_code = models.CharField(max_length=60, blank=True)
    account = models.ForeignKey("people.Account", null=True, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey("people.Unit", null=True, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=24, blank=True)
    consented_at = models.DateTimeField(null=True)
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    tries = models.IntegerField(default=0)
    bad_answers = models.IntegerField(default=0)
    request_id = models.CharField(max_length=64, blank=True)
    error = models.CharField(max_length=80, blank=True)
    answered_at = models.DateTimeField(null=True)
    keep_until = models.DateTimeField(null=True)
    forgotten_at = models.DateTimeField(null=True)
    copied_from = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        db_table = "people_lookup"
        constraints = [
            models.CheckConstraint(
                condition=Q(register__in=[r.value for r in Register]), name="people_lookup_register"
            ),
            models.CheckConstraint(condition=Q(purpose__in=[p.value for p in Purpose]), name="people_lookup_purpose"),
            models.CheckConstraint(condition=Q(state__in=[s.value for s in LookupState]), name="people_lookup_state"),
            models.CheckConstraint(
                condition=Q(state=LookupState.WAITING.value) ^ Q(due_at=None), name="people_lookup_due"
            ),
            models.CheckConstraint(
                condition=Q(answer="") | Q(state=LookupState.ANSWERED.value), name="people_lookup_answer"
            ),
            models.CheckConstraint(
                condition=Q(forgotten_at=None) | Q(asked="", answer=""), name="people_lookup_forgotten"
            ),
            models.CheckConstraint(
                condition=Q(keep_until=None) | Q(keep_until__gte=F("answered_at")), name="people_lookup_kept"
            ),
            models.CheckConstraint(
                condition=~Q(purpose=Purpose.DECLARE.value) | ~Q(consented_at=None), name="people_lookup_consent"
            ),
            # What waits is asked once for one purpose of one dossier.
            models.UniqueConstraint(
                fields=["agency_id", "subject_kind", "subject_id", "register", "purpose", "identity_key"],
                condition=Q(state=LookupState.WAITING.value),
                name="people_lookup_waiting_once",
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(state=LookupState.WAITING.value), name="people_lookup_due_at"),
            models.Index(fields=["agency_id", "subject_kind", "subject_id"], name="people_lookup_subject"),
            models.Index(fields=["agency_id", "identity_key", "-asked_at"], name="people_lookup_person"),
            models.Index(fields=["agency_id", "-asked_at"], name="people_lookup_asked_at"),
            models.Index(fields=["keep_until"], condition=~Q(answer=""), name="people_lookup_keep_until"),
        ]

    def __str__(self) -> str:
        return f"{self.register} {self.purpose} {self.subject_kind} {self.subject_id}"
