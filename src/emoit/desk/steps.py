"""What each kind of step is at the workbench: who does it, by which screens. The drawing says which verbs apply."""

from __future__ import annotations

from dataclasses import dataclass

from emoit.people.types import Role
from emoit.workflow.types import kind_of


@dataclass(frozen=True, slots=True)
class StepVerb:
    """A verb of a step. `outcome` is the one it gives; a verb whose outcome is not drawn is not shown."""

    label: str
    screen: str
    outcome: str


@dataclass(frozen=True, slots=True)
class StepWork:
    """`claimed_first`: it begins by being someone's; other steps are done in one go."""

    roles: frozenset[Role]
    verbs: tuple[StepVerb, ...]
    claimed_first: bool = False


STEPS: dict[str, StepWork] = {
    "intake": StepWork(frozenset({Role.ONE_STOP_CLERK}), (StepVerb("Tiếp nhận", "receive", "receive"),)),
    "examine": StepWork(
        frozenset({Role.SPECIALIST}),
        (StepVerb("Trình đề xuất", "propose", "propose"), StepVerb("Yêu cầu bổ sung", "supplement", "supplement")),
        claimed_first=True,
    ),
    "approve": StepWork(frozenset({Role.UNIT_HEAD}), (StepVerb("Duyệt đề xuất", "approve", "approve"),)),
    "sign": StepWork(frozenset({Role.LEADER, Role.UNIT_HEAD}), (StepVerb("Ký ban hành", "sign", "sign"),)),
}
NOTHING = StepWork(frozenset(), ())


def work_of(step: str) -> StepWork:
    """By the kind of the step; a kind that has no screen has no verbs."""
    return STEPS.get(kind_of(step), NOTHING)


def roles_of(*kinds: str) -> frozenset[Role]:
    """Whoever may do one of these kinds."""
    return frozenset(role for kind in kinds for role in STEPS[kind].roles)
