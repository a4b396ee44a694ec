from __future__ import annotations

from django.contrib.postgres.indexes import HashIndex
from django.db import models

from emoit.dossiers.types import CHANGING, Outcome, Status
from emoit.kernel.personal import EncryptedTextField


class Dossier(models.Model):
    """A case. Columns for what is filtered and ordered by, JSON for what was answered."""

    agency_id = models.BigIntegerField()
    code = models.CharField(max_length=60, null=True)  # noqa: DJ001 - null until submitted, unique after
    procedure_version = models.ForeignKey("procedures.ProcedureVersion", on_delete=models.PROTECT, related_name="+")
    procedure_code = models.CharField(max_length=40)
    procedure_name = models.TextField()
    process = models.ForeignKey("workflow.ProcessVersion", null=True, on_delete=models.PROTECT, related_name="+")
    process_state = models.JSONField(null=True)
    status = models.CharField(max_length=24, default=Status.DRAFT)
    outcome = models.CharField(max_length=10, default=Outcome.NONE, blank=True)
    channel = models.PositiveSmallIntegerField(default=2)  # national KenhThucHien: 1 counter, 2 online, 3 post
    applicant_id = models.BigIntegerField()
    enterprise_id = models.BigIntegerField(null=True)
    holder_name = models.CharField(max_length=300)
    holder_key = models.CharField(max_length=64)  # keyed hash of tax code or identity number
    phone_key = models.CharField(max_length=64, blank=True)
    party = EncryptedTextField()  # JSON of people.types.Party as it was at the last save
    answers = models.JSONField(default=dict)  # personal fields encrypted one by one
    receiving_unit_id = models.BigIntegerField(null=True)
    handling_unit_id = models.BigIntegerField(null=True)
    created_at = models.DateTimeField()
    saved_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    returned_at = models.DateTimeField(null=True)
    deadline = models.JSONField(null=True)
    due_at = models.DateTimeField(null=True)
    extended = models.BooleanField(default=False)
    result_id = models.BigIntegerField(null=True)
    consulted_unit_ids = models.JSONField(default=list, db_default=models.Value([], models.JSONField()))
    from_result = models.ForeignKey("results.Result", null=True, on_delete=models.PROTECT, related_name="+")
    from_facts = models.JSONField(null=True)  # of that result as it was, see dossiers.amendments
    version = models.PositiveIntegerField(default=1)

    class Meta:
        db_table = "dossiers_dossier"
        constraints = [
            models.UniqueConstraint(fields=["agency_id", "code"], name="dossiers_code"),
            models.CheckConstraint(
                condition=models.Q(status="draft", code=None)
                | (~models.Q(status="draft") & models.Q(code__isnull=False)),
                name="dossiers_code_when_submitted",
            ),
            models.CheckConstraint(condition=models.Q(status__in=[s.value for s in Status]), name="dossiers_status"),
            models.CheckConstraint(
                condition=models.Q(status__in=["decided", "returned"], outcome__in=["granted", "refused"])
                | (~models.Q(status__in=["decided", "returned"]) & models.Q(outcome="")),
                name="dossiers_outcome_when_decided",
            ),
            models.UniqueConstraint(
                fields=["agency_id", "from_result"],
                condition=models.Q(from_result__isnull=False, status__in=[s.value for s in CHANGING]),
                name="dossiers_one_change_at_a_time",
            ),
        ]
        # Lists look their dossiers up one by one: a hash does not grow deeper with them.
        indexes = [HashIndex(fields=["id"], name="dossiers_dossier_key")]

    def __str__(self) -> str:
        return self.code or f"draft {self.pk}"


class Reader(models.Model):
    """Who may see a dossier, ordered as lists are: one row for each reader key."""

    agency_id = models.BigIntegerField()
    reader = models.CharField(max_length=32)
    sort_at = models.DateTimeField()
    dossier = models.ForeignKey(Dossier, on_delete=models.CASCADE, related_name="+", db_index=False)

    class Meta:
        db_table = "dossiers_reader"
        constraints = [models.UniqueConstraint(fields=["dossier", "reader"], name="dossiers_reader_once")]
        indexes = [models.Index(fields=["agency_id", "reader", "-sort_at", "-dossier_id"], name="dossiers_reader_list")]

    def __str__(self) -> str:
        return f"{self.reader} of {self.dossier_id}"


class Timeline(models.Model):
    """What happened, in order. Append-only, partitioned by month of `at` (see the migration)."""

    agency_id = models.BigIntegerField()
    dossier_id = models.BigIntegerField()
    seq = models.PositiveIntegerField()
    at = models.DateTimeField()
    verb = models.CharField(max_length=24)
    status = models.CharField(max_length=24)
    account_id = models.BigIntegerField(null=True)
    on_behalf_of_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=200)
    on_behalf_of = models.CharField(max_length=200, blank=True)
    public = models.BooleanField(default=True)
    words = models.TextField(blank=True)
    details = models.JSONField(default=dict)

    class Meta:
        db_table = "dossiers_timeline"

    def __str__(self) -> str:
        return f"{self.verb} of {self.dossier_id}"


class Paper(models.Model):
    """A file handed in for a paper of the procedure."""

    agency_id = models.BigIntegerField()
    dossier = models.ForeignKey(Dossier, on_delete=models.CASCADE, related_name="+")
    paper_code = models.CharField(max_length=60)
    file = models.ForeignKey("files.File", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)
    size = models.BigIntegerField()
    pages = models.PositiveIntegerField(null=True)
    round = models.PositiveSmallIntegerField(default=0)
    superseded = models.BooleanField(default=False)
    added_at = models.DateTimeField()

    class Meta:
        db_table = "dossiers_paper"
        indexes = [models.Index(fields=["dossier", "id"], name="dossiers_paper_dossier")]

    def __str__(self) -> str:
        return self.name


class SupplementRequest(models.Model):
    """Asked once, every defect with its reason (Decree 61/2018, Article 17)."""

    agency_id = models.BigIntegerField()
    dossier = models.OneToOneField(Dossier, on_delete=models.CASCADE, related_name="+")
    note = models.TextField(blank=True)
    defects = models.JSONField()
    requested_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "dossiers_supplement_request"

    def __str__(self) -> str:
        return f"supplement of {self.dossier_id}"


class Decision(models.Model):
    """The decision on its way from the proposal to the signed result. Its number is bound before it is signed."""

    agency_id = models.BigIntegerField()
    dossier = models.OneToOneField(Dossier, on_delete=models.CASCADE, related_name="+")
    outcome = models.CharField(max_length=10)
    content = models.TextField(blank=True)  # reasons of a refusal, remarks of a grant
    note = models.TextField(blank=True)  # inside the ministry
    proposed_by_id = models.BigIntegerField(null=True)
    approved_by_id = models.BigIntegerField(null=True)
    signed_by_id = models.BigIntegerField(null=True)
    number = models.CharField(max_length=60, blank=True)
    valid_to = models.DateField(null=True)  # the last day, as printed; None: no end
    verify_token = models.CharField(max_length=40, blank=True)
    sign_request_id = models.BigIntegerField(null=True)
    file_id = models.BigIntegerField(null=True)

    class Meta:
        db_table = "dossiers_decision"
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(outcome="refused") | ~models.Q(content=""), name="dossiers_refusal_has_reasons"
            )
        ]

    def __str__(self) -> str:
        return f"{self.outcome} of {self.dossier_id}"


class Slip(models.Model):
    """A slip made for a dossier, as a PDF."""

    agency_id = models.BigIntegerField()
    dossier = models.ForeignKey(Dossier, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=24)
    file = models.ForeignKey("files.File", on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        db_table = "dossiers_slip"
        indexes = [models.Index(fields=["dossier", "id"], name="dossiers_slip_dossier")]

    def __str__(self) -> str:
        return f"{self.kind} of {self.dossier_id}"


class Submission(models.Model):
    """The key under which a submission was sent: the same key again is the same submission."""

    agency_id = models.BigIntegerField()
    key = models.CharField(max_length=255)
    dossier = models.ForeignKey(Dossier, on_delete=models.CASCADE, related_name="+")

    class Meta:
        db_table = "dossiers_submission"
        constraints = [models.UniqueConstraint(fields=["agency_id", "key"], name="dossiers_submission_once")]

    def __str__(self) -> str:
        return self.key


class Consultation(models.Model):
    """One round of asking other units for their opinion; at most one is open."""

    agency_id = models.BigIntegerField()
    dossier = models.ForeignKey(Dossier, on_delete=models.CASCADE, related_name="+")
    question = models.TextField()
    reply_by = models.DateTimeField()
    asked_by_id = models.BigIntegerField()
    asked_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    close_reason = models.TextField(blank=True)

    class Meta:
        db_table = "dossiers_consultation"
        indexes = [models.Index(fields=["dossier", "id"], name="dossiers_consultation_dossier")]
        constraints = [
            models.UniqueConstraint(
                fields=["dossier"], condition=models.Q(closed_at=None), name="dossiers_consultation_open"
            )
        ]

    def __str__(self) -> str:
        return f"opinions on {self.dossier_id}"


class Opinion(models.Model):
    """What one unit says; without a stance until it has answered."""

    agency_id = models.BigIntegerField()
    dossier = models.ForeignKey(Dossier, on_delete=models.CASCADE, related_name="+")
    consultation = models.ForeignKey(Consultation, on_delete=models.CASCADE, related_name="opinions")
    unit_id = models.BigIntegerField()
    stance = models.CharField(max_length=12, blank=True)
    text = models.TextField(blank=True)
    account_id = models.BigIntegerField(null=True)
    on_behalf_of_id = models.BigIntegerField(null=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "dossiers_opinion"
        constraints = [
            models.UniqueConstraint(fields=["consultation", "unit_id"], name="dossiers_opinion_once"),
            models.CheckConstraint(
                condition=models.Q(stance="", answered_at=None)
                | (~models.Q(stance="") & ~models.Q(text="") & models.Q(answered_at__isnull=False)),
                name="dossiers_opinion_says_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.stance or 'no answer'} of {self.unit_id}"


class Inspection(models.Model):
    """An appointed inspection on site, and its minutes."""

    agency_id = models.BigIntegerField()
    dossier = models.ForeignKey(Dossier, on_delete=models.CASCADE, related_name="+")
    number = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=12)
    starts_at = models.DateTimeField()
    place = models.TextField()
    receiver = EncryptedTextField()
    purpose = models.TextField(blank=True)
    leader_id = models.BigIntegerField()
    team = models.JSONField()
    planned_by_id = models.BigIntegerField()
    planned_at = models.DateTimeField()
    cancel_reason = models.TextField(blank=True)
    result = models.CharField(max_length=8, blank=True)
    findings = models.TextField(blank=True)
    recommendations = models.TextField(blank=True)
    recorded_by_id = models.BigIntegerField(null=True)
    recorded_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "dossiers_inspection"
        constraints = [
            models.UniqueConstraint(fields=["dossier", "number"], name="dossiers_inspection_once"),
            models.UniqueConstraint(
                fields=["dossier"], condition=models.Q(state="planned"), name="dossiers_inspection_open"
            ),
            models.CheckConstraint(
                condition=models.Q(state="recorded", recorded_at__isnull=False) & ~models.Q(result="")
                | (~models.Q(state="recorded") & models.Q(recorded_at=None, result="")),
                name="dossiers_inspection_result_when_recorded",
            ),
        ]

    def __str__(self) -> str:
        return f"inspection {self.number} of {self.dossier_id}"


class Evidence(models.Model):
    """A file of an inspection: its minutes or a photograph."""

    agency_id = models.BigIntegerField()
    dossier = models.ForeignKey(Dossier, on_delete=models.CASCADE, related_name="+")
    inspection = models.ForeignKey(Inspection, on_delete=models.CASCADE, related_name="evidence")
    kind = models.CharField(max_length=8)
    file = models.ForeignKey("files.File", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)
    size = models.BigIntegerField()
    added_at = models.DateTimeField()

    class Meta:
        db_table = "dossiers_evidence"

    def __str__(self) -> str:
        return self.name


class LoadedDossier(models.Model):
    """Where a dossier came from that a previous system began: loading the same row again changes nothing."""

    agency_id = models.BigIntegerField()
    source = models.CharField(max_length=60)
    key = models.CharField(max_length=120)
    digest = models.CharField(max_length=64)  # of the row as it was loaded
    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="+")
    loaded_at = models.DateTimeField()

    class Meta:
        db_table = "dossiers_loaded"
        constraints = [models.UniqueConstraint(fields=["agency_id", "source", "key"], name="dossiers_loaded_once")]

    def __str__(self) -> str:
        return f"{self.source}/{self.key}"
