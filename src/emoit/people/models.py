"""Tables of `people`. Row security (0002_security) decides who sees a row; only our own processes write any.

What is kept where, and why:

- `people_account` must be joined to by many screens (the name of an officer or of the one who submitted), so it holds a
  login and a name and nothing else about a person. It is not open: officers' rows are seen within the agency, a
  citizen's row by that citizen and by officers.
- `people_credential` (the password) is seen by our own sign-in process alone; a session is bound to
  `Account.session_stamp`, which changes whenever the password does.
- `people_contact` and `people_citizen` (phone, e-mail, id number, birth, address) are encrypted, and seen by
  their owner alone.
- A session's account is read before anyone is known to act. That one read goes through the function
  `people_actor(account, moment)`, so that no table has to be opened for it.

Periods are half open: `valid_from` is the first moment, `valid_to` the first moment no longer (null: no end). Exclusion
constraints (0002_security) keep periods of the same thing from overlapping.
"""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.utils.crypto import salted_hmac

from emoit.kernel.access import Actor
from emoit.kernel.personal import EncryptedTextField
from emoit.people.types import AccountKind, RepresentationRole, Role, SecondFactorState


def _choices(values: type[AccountKind] | type[RepresentationRole] | type[Role]) -> list[tuple[str, str]]:
    return [(v.value, v.value) for v in values]


class Agency(models.Model):
    """The tenant and its profile. Its id is the `agency_id` of every other table. Read by everyone."""

    code = models.CharField(max_length=35, unique=True)
    name = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200)
    short_name = models.CharField(max_length=100)
    abbr = models.CharField(max_length=20)
    emblem_text = models.CharField(max_length=20)
    address = models.CharField(max_length=300, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    email = models.CharField(max_length=100, blank=True)
    website = models.CharField(max_length=200, blank=True)
    dossier_code = models.CharField(max_length=35)
    dossier_number_width = models.PositiveSmallIntegerField(default=4)
    result_number_width = models.PositiveSmallIntegerField(default=6)
    sources = models.JSONField(default=dict)

    class Meta:
        db_table = "people_agency"

    def __str__(self) -> str:
        return self.name


class AccountManager(BaseUserManager["Account"]):
    pass


class Account(AbstractBaseUser):
    """Who can sign in: a citizen or an officer. `login` is stored in lower case, unique within the agency."""

    # Both are kept in people_credential.
    password = None  # type: ignore[assignment]
    last_login = None

    agency_id = models.BigIntegerField()
    login = models.CharField(max_length=150)
    full_name = models.CharField(max_length=200)
    kind = models.CharField(max_length=10, choices=_choices(AccountKind))
    is_active = models.BooleanField(default=True)
    session_stamp = models.CharField(max_length=64)
    created_at = models.DateTimeField()

    USERNAME_FIELD = "login"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["full_name"]
    objects = AccountManager()

    # Set by the sign-in backend: the actor that was read together with this account.
    session_actor: Actor | None = None
    second_factor: SecondFactorState | None = None
    # What is to be told at signing in, e.g. that an administrator has taken the authenticator away.
    sign_in_notice: str = ""

    class Meta:
        db_table = "people_account"
        constraints = [
            models.UniqueConstraint(fields=["agency_id", "login"], name="people_account_login"),
            models.CheckConstraint(condition=Q(kind__in=[k.value for k in AccountKind]), name="people_account_kind"),
        ]

    def __str__(self) -> str:
        return self.full_name

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """What binds a session to this account: falls when the password changes or the account is closed."""
        return salted_hmac("emoit.people.session", self.session_stamp, secret=secret, algorithm="sha256").hexdigest()


class Credential(models.Model):
    """The password (argon2) of an account. Seen by our own sign-in process only."""

    agency_id = models.BigIntegerField()
    account = models.OneToOneField(Account, on_delete=models.PROTECT, related_name="+")
    password = models.CharField(max_length=200)
    changed_at = models.DateTimeField()
    last_sign_in_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "people_credential"

    def __str__(self) -> str:
        return f"credential of {self.account_id}"


class SignInAttempt(models.Model):
    """One try to sign in. `key` is a keyed hash of login as typed and address: a password typed there stays unread."""

    agency_id = models.BigIntegerField()
    key = models.CharField(max_length=64)
    at = models.DateTimeField()
    succeeded = models.BooleanField()

    class Meta:
        db_table = "people_sign_in_attempt"
        indexes = [
            models.Index(fields=["agency_id", "key", "-at"], name="people_attempt_key"),
            models.Index(fields=["at"], name="people_attempt_at"),
        ]

    def __str__(self) -> str:
        return f"attempt {self.pk}"


class Contact(models.Model):
    """How to reach the holder of an account."""

    agency_id = models.BigIntegerField()
    account = models.OneToOneField(Account, on_delete=models.PROTECT, related_name="+")
    phone = EncryptedTextField(blank=True)
    email = EncryptedTextField(blank=True)

    class Meta:
        db_table = "people_contact"

    def __str__(self) -> str:
        return f"contact of {self.account_id}"


class Citizen(models.Model):
    """Identity facts of a citizen; `born_on` is an ISO date or empty."""

    agency_id = models.BigIntegerField()
    account = models.OneToOneField(Account, on_delete=models.PROTECT, related_name="+")
    id_number = EncryptedTextField()
    id_number_hash = models.CharField(max_length=64)
    born_on = EncryptedTextField(blank=True)
    address = EncryptedTextField(blank=True)

    class Meta:
        db_table = "people_citizen"
        constraints = [models.UniqueConstraint(fields=["agency_id", "id_number_hash"], name="people_citizen_id_number")]

    def __str__(self) -> str:
        return f"citizen {self.account_id}"


class Enterprise(models.Model):
    """An enterprise as it declares itself; the facts are those of the public business register."""

    agency_id = models.BigIntegerField()
    tax_code = models.CharField(max_length=14)
    name = models.CharField(max_length=300)
    address = models.CharField(max_length=300)
    phone = models.CharField(max_length=40, blank=True)
    email = models.CharField(max_length=100, blank=True)
    legal_representative = models.CharField(max_length=200)
    registered_at = models.DateTimeField()

    class Meta:
        db_table = "people_enterprise"
        constraints = [
            models.UniqueConstraint(fields=["agency_id", "tax_code"], name="people_enterprise_tax_code"),
            models.CheckConstraint(
                condition=Q(tax_code__regex=r"^[0-9]{10}(-[0-9]{3})?$"), name="people_enterprise_tax_code_form"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Representation(models.Model):
    """Who may act for an enterprise."""

    agency_id = models.BigIntegerField()
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    enterprise = models.ForeignKey(Enterprise, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=24, choices=_choices(RepresentationRole))
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True)

    class Meta:
        db_table = "people_representation"
        constraints = [
            models.CheckConstraint(condition=Q(valid_to__gte=F("valid_from")), name="people_representation_period"),
            models.CheckConstraint(
                condition=Q(role__in=[r.value for r in RepresentationRole]), name="people_representation_role"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} for {self.enterprise_id}"


class Unit(models.Model):
    """A unit of the agency, in a tree. `code` is the national code where one is known, else our own key.

    `national_code` is the code as it was found. `valid_from` and `valid_to` are days, null where not known or open.
    `sources` says for each field where its value comes from.
    """

    agency_id = models.BigIntegerField()
    code = models.CharField(max_length=35)
    name = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200, blank=True)
    abbr = models.CharField(max_length=20, blank=True)
    kind = models.CharField(max_length=40)
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    succeeded_by = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)
    national_code = models.CharField(max_length=35, blank=True)
    note = models.TextField(blank=True)
    sources = models.JSONField(default=dict)
    # Whose applicants the unit serves: GSO codes of the province and, within it, the commune; blank: of no one place.
    province = models.CharField(max_length=2, blank=True)
    commune = models.CharField(max_length=5, blank=True)
    place_name = models.CharField(max_length=100, blank=True)

    class Meta:
        db_table = "people_unit"
        constraints = [
            models.UniqueConstraint(
                fields=["agency_id", "province", "commune"], condition=~Q(province=""), name="people_unit_place"
            ),
            models.CheckConstraint(condition=Q(commune="") | ~Q(province=""), name="people_unit_commune"),
            models.UniqueConstraint(fields=["agency_id", "code"], name="people_unit_code"),
            models.CheckConstraint(condition=Q(valid_to__gt=F("valid_from")), name="people_unit_period"),
            models.CheckConstraint(condition=~Q(parent=F("id")), name="people_unit_not_own_parent"),
        ]

    def __str__(self) -> str:
        return self.name


class Position(models.Model):
    """A title (chức danh). The lower the rank, the higher the title."""

    agency_id = models.BigIntegerField()
    code = models.CharField(max_length=40)
    name = models.CharField(max_length=100)
    name_en = models.CharField(max_length=100)
    rank = models.PositiveSmallIntegerField()
    source = models.TextField()

    class Meta:
        db_table = "people_position"
        constraints = [models.UniqueConstraint(fields=["agency_id", "code"], name="people_position_code")]

    def __str__(self) -> str:
        return self.name


class Assignment(models.Model):
    """An officer's post: position in a unit, from–to. One officer may hold several."""

    agency_id = models.BigIntegerField()
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    position = models.ForeignKey(Position, on_delete=models.PROTECT, related_name="+")
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True)

    class Meta:
        db_table = "people_assignment"
        constraints = [
            models.CheckConstraint(condition=Q(valid_to__gte=F("valid_from")), name="people_assignment_period")
        ]

    def __str__(self) -> str:
        return f"{self.account_id} in {self.unit_id}"


class UnitRole(models.Model):
    """A role that an officer holds in a unit in own right, from–to."""

    agency_id = models.BigIntegerField()
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=24, choices=_choices(Role))
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True)

    class Meta:
        db_table = "people_unit_role"
        constraints = [
            models.CheckConstraint(condition=Q(valid_to__gte=F("valid_from")), name="people_unit_role_period"),
            models.CheckConstraint(condition=Q(role__in=[r.value for r in Role]), name="people_unit_role_role"),
        ]

    def __str__(self) -> str:
        return f"{self.role} of {self.account_id} in {self.unit_id}"


class Delegation(models.Model):
    """One officer lets another act on their behalf (ủy quyền), from–to, for the roles in its scope."""

    agency_id = models.BigIntegerField()
    principal = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    delegate = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField()
    reason = models.TextField()
    granted_at = models.DateTimeField()
    # Who did it for the principal: a head or an administrator; None: the principal themself, or a process of ours.
    granted_by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "people_delegation"
        constraints = [
            models.CheckConstraint(condition=~Q(principal=F("delegate")), name="people_delegation_not_self"),
            models.CheckConstraint(condition=Q(valid_to__gt=F("valid_from")), name="people_delegation_period"),
        ]

    def __str__(self) -> str:
        return f"{self.principal_id} to {self.delegate_id}"


class DelegatedHolding(models.Model):
    """One (unit, role) within a delegation's scope. `valid_to` is the real end: brought forward when revoked.

    `procedure` is the key of the only procedure that it counts for, empty: all. Several procedures are several rows.

    Nothing can be passed on: a holding counts only while the principal holds the same role in own right.
    """

    agency_id = models.BigIntegerField()
    delegation = models.ForeignKey(Delegation, on_delete=models.PROTECT, related_name="+")
    principal = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    delegate = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=24, choices=_choices(Role))
    procedure = models.CharField(max_length=60, blank=True)
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField()

    class Meta:
        db_table = "people_delegated_holding"
        constraints = [
            models.CheckConstraint(condition=~Q(principal=F("delegate")), name="people_holding_not_self"),
            models.CheckConstraint(condition=Q(valid_to__gte=F("valid_from")), name="people_holding_period"),
            models.CheckConstraint(
                condition=Q(role__in=[r.value for r in Role if r not in {Role.ADMINISTRATOR, Role.AUDITOR}]),
                name="people_holding_delegable",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} in {self.unit_id} lent to {self.delegate_id}"


# Refer to the tables above by name.
from emoit.people.lookup_models import Lookup  # noqa: E402
from emoit.people.security_models import Absence, PasswordLink, RecoveryCode, SecondFactor, Session  # noqa: E402

# fmt: off
__all__ = [
    "Absence", "Account", "Agency", "Assignment", "Citizen", "Contact", "Credential", "DelegatedHolding", "Delegation",
    "Enterprise", "Lookup", "PasswordLink", "Position", "RecoveryCode", "Representation", "SecondFactor", "Session",
    "SignInAttempt", "Unit", "UnitRole",
]
# fmt: on
