from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import transaction

from emoit.kernel import audit
from emoit.kernel.access import Actor, Forbidden, NotFound, Refusal
from emoit.lib.pkcs11 import SCHEME
from emoit.signing import enrolment, keys
from emoit.signing.faults import LastingFault
from emoit.signing.models import SigningKey
from emoit.signing.places import key_store
from emoit.signing.rules import RENEW_BEFORE

MOST_IMAGE_BYTES = 256 * 1024
PNG = b"\x89PNG\r\n\x1a\n"


@transaction.atomic
def enrol(
    *,
    by: Actor,
    now: datetime,
    holder_account_id: int | None,
    common_name: str,
    organization: str,
    allows_automatic: bool = False,
) -> int:
    """A key of our own making for an account, or for the agency's seal (no holder), certified by EMOIT_TRUST_URL.

    Safe to repeat: the key in use stays unless it ends soon, cannot be opened, or is of another authority's address.
    Refusals: `ca_away`, `ca_unknown`; nothing has changed then.
    """
    _only_processes(by)
    current = _in_use(by, holder_account_id)
    if current and current.common_name == common_name and _is_good(current, now):
        if allows_automatic and not current.allows_automatic:
            _allow(by, now, current, allowed=True)
        return int(current.pk)
    name = "seal" if holder_account_id is None else f"account-{holder_account_id}"
    store = key_store()
    reference, request_pem = keys.make(store, f"a{by.agency_id}-{name}", common_name, organization)
    try:
        chain = enrolment.ask(
            settings.EMOIT_TRUST_URL,
            request_pem=request_pem,
            common_name=common_name,
            organization=organization,
            kind="agency" if holder_account_id is None else "person",
        )
    except Refusal:
        (store.folder / reference.removeprefix(keys.FILE)).unlink(missing_ok=True)
        raise
    return _put_in_use(by, now, holder_account_id, chain, reference, None, allows_automatic=allows_automatic)


@transaction.atomic
def register(
    *,
    by: Actor,
    now: datetime,
    holder_account_id: int | None,
    chain_pem: str,
    reference: str,
    image: bytes | None = None,
) -> int:
    """Take a key into use that another authority certified, such as one on a token (`pkcs11:` reference).

    Refusals: `bad_chain`, `bad_image`, `bad_key` (it cannot be opened, or is another certificate's).
    """
    _only_processes(by)
    if image is not None and (not image.startswith(PNG) or len(image) > MOST_IMAGE_BYTES):
        raise Refusal("Hình chữ ký phải là tệp PNG, không quá 256 KB.", code="bad_image")
    try:
        keys.open_signer(reference, chain_pem, key_store())
    except ValueError as error:
        raise Refusal("Tệp chứng thư số không đọc được.", code="bad_chain") from error
    except LastingFault as fault:
        raise Refusal(fault.message, code="bad_key") from fault
    return _put_in_use(by, now, holder_account_id, chain_pem, reference, image, allows_automatic=False)


@transaction.atomic
def retire(*, by: Actor, now: datetime, key_id: int) -> None:
    """Take a key out of use; what it signed stays as it is. NotFound if it is not in use."""
    _only_processes(by)
    key = SigningKey.objects.select_for_update().filter(pk=key_id, agency_id=by.agency_id, retired_at=None).first()
    if key is None:
        raise NotFound("Không có khóa ký này.")
    _retire(by, now, key)


@transaction.atomic
def let_sign_automatically(*, by: Actor, now: datetime, allowed: bool) -> None:
    """The holder lets, or no longer lets, the system sign automatic answers with the holder's own key."""
    key = SigningKey.objects.select_for_update().filter(
        agency_id=by.agency_id, holder_account_id=by.account_id, retired_at=None
    ).first()  # fmt: skip
    if by.account_id is None or key is None:
        raise NotFound("Bạn chưa có khóa ký.")
    _allow(by, now, key, allowed=allowed)


def _allow(by: Actor, now: datetime, key: SigningKey, *, allowed: bool) -> None:
    key.allows_automatic = allowed
    key.save(update_fields=["allows_automatic"])
    audit.record(
        by=by,
        now=now,
        verb="signing.let_sign_automatically",
        subject_kind="signing_key",
        subject_id=key.pk,
        details={"allowed": allowed},
    )


def _only_processes(by: Actor) -> None:
    if not by.is_process:
        raise Forbidden("Khóa ký chỉ được cấp bằng lệnh quản trị trên máy chủ.")


def _in_use(by: Actor, holder_account_id: int | None) -> SigningKey | None:
    keys_in_use = SigningKey.objects.select_for_update().filter(agency_id=by.agency_id, retired_at=None)
    return keys_in_use.filter(holder_account_id=holder_account_id).first()


def _is_good(key: SigningKey, now: datetime) -> bool:
    if key.valid_to < now + RENEW_BEFORE:
        return False
    if key.reference.startswith(SCHEME):
        return True
    try:
        keys.open_signer(key.reference, key.chain_pem, key_store())
    except (LastingFault, ValueError):
        return False
    return all(address.startswith(settings.EMOIT_TRUST_URL) for address in enrolment.read(key.chain_pem).addresses)


def _put_in_use(
    by: Actor,
    now: datetime,
    holder_account_id: int | None,
    chain_pem: str,
    reference: str,
    image: bytes | None,
    *,
    allows_automatic: bool,
) -> int:
    former = _in_use(by, holder_account_id)
    if former:
        _retire(by, now, former)
    certificate = enrolment.read(chain_pem)
    key = SigningKey.objects.create(
        agency_id=by.agency_id,
        holder_account_id=holder_account_id,
        common_name=certificate.common_name,
        chain_pem=chain_pem,
        reference=reference,
        serial=certificate.serial,
        image=image if image is not None else (former.image if former else None),
        allows_automatic=allows_automatic or bool(former and former.allows_automatic),
        valid_from=certificate.valid_from,
        valid_to=certificate.valid_to,
        enrolled_at=now,
    )
    audit.record(
        by=by,
        now=now,
        verb="signing.enrol",
        subject_kind="signing_key",
        subject_id=key.pk,
        details={"holder": holder_account_id, "serial": key.serial},
    )
    return int(key.pk)


def _retire(by: Actor, now: datetime, key: SigningKey) -> None:
    key.retired_at = now
    key.save(update_fields=["retired_at"])
    audit.record(
        by=by,
        now=now,
        verb="signing.retire",
        subject_kind="signing_key",
        subject_id=key.pk,
        details={"serial": key.serial},
    )
