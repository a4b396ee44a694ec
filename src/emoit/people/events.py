"""What others may react to: ids and primitives, moments as ISO 8601 strings."""

from __future__ import annotations

from dataclasses import dataclass

from emoit.kernel.outbox import BaseEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountCreated(BaseEvent):
    account_id: int
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountDeactivated(BaseEvent):
    account_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EnterpriseRegistered(BaseEvent):
    enterprise_id: int
    account_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PositionAssigned(BaseEvent):
    assignment_id: int
    account_id: int
    unit_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleGranted(BaseEvent):
    account_id: int
    unit_id: int
    role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleRevoked(BaseEvent):
    account_id: int
    unit_id: int
    role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DelegationGranted(BaseEvent):
    delegation_id: int
    principal_id: int
    delegate_id: int
    valid_from: str
    valid_to: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DelegationRevoked(BaseEvent):
    delegation_id: int
    principal_id: int
    delegate_id: int
