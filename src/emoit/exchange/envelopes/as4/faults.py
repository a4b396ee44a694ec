"""What went wrong, in the words of ebMS 3.0 and in ours."""

from __future__ import annotations

from as4.errors import (
    BaseAS4ReceiptableError,
    BaseDecompressionFailureException,
    BaseEncryptedDataReferenceException,
    BaseFailedAuthenticationException,
    BaseFeatureNotSupportedException,
    BaseInvalidHeaderException,
    BaseMimeInconsistencyException,
    BasePolicyNoncomplianceException,
    EncryptionRequiredException,
    SignatureRequiredException,
)

MISSING_RECEIPT = "ebms_0301"
OTHER = ("EBMS:0004", "Other", "Content")

# Our code -> (error code, short description, category). What is not here is EBMS:0004 Other.
_EBMS = {
    **dict.fromkeys(
        ("bad_field", "missing_field", "unknown_field", "wrong_sender", "wrong_recipient", "unknown_kind",
         "size_mismatch", "future_envelope"),
        ("EBMS:0003", "ValueInconsistent", "Content"),
    ),
    "not_supported": ("EBMS:0002", "FeatureNotSupported", "Content"),
    "bad_mime": ("EBMS:0007", "MimeInconsistency", "Unpackaging"),
    **dict.fromkeys(
        ("malformed", "too_deep", "doctype", "encoding", "soap_version", "must_understand"),
        ("EBMS:0009", "InvalidHeader", "Unpackaging"),
    ),
    "external_payload": ("EBMS:0011", "ExternalPayloadError", "Content"),
    **dict.fromkeys(
        ("bad_signature", "digest_mismatch", "unknown_certificate", "retired_certificate", "expired_certificate",
         "tls_certificate", "inactive_partner"),
        ("EBMS:0101", "FailedAuthentication", "Processing"),
    ),
    "bad_encryption": ("EBMS:0102", "FailedDecryption", "Processing"),
    **dict.fromkeys(
        ("unsigned", "bad_algorithm", "unencrypted"),
        ("EBMS:0103", "PolicyNoncompliance", "Processing"),
    ),
    "bad_compression": ("EBMS:0303", "DecompressionFailure", "Communication"),
}  # fmt: skip

# The package's errors -> our code; the first that fits.
_OURS: tuple[tuple[type[BaseAS4ReceiptableError], str], ...] = (
    (SignatureRequiredException, "unsigned"),
    (EncryptionRequiredException, "unencrypted"),
    (BasePolicyNoncomplianceException, "bad_algorithm"),
    (BaseFailedAuthenticationException, "bad_signature"),
    (BaseEncryptedDataReferenceException, "bad_encryption"),
    (BaseDecompressionFailureException, "bad_compression"),
    (BaseMimeInconsistencyException, "bad_mime"),
    (BaseInvalidHeaderException, "malformed"),
    (BaseFeatureNotSupportedException, "not_supported"),
)


def ebms_of(code: str) -> tuple[str, str, str]:
    """(error code, short description, category) of one of `faults.FAULTS`."""
    return _EBMS.get(code, OTHER)


def ours(error: BaseAS4ReceiptableError) -> str:
    """The code of `faults.FAULTS` for an error of the package."""
    return next((code for kind, code in _OURS if isinstance(error, kind)), "bad_field")
