"""What other modules may hold of a process."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from emoit.lib.saying import vi

# The instance's state: one JSON value kept on the case. Opaque outside this module.
State = dict[str, Any]


# The lanes that a dossier's process may use; who stands behind each is for the dossier to say.
LANES = frozenset({"one_stop", "applicant", "specialist", "head", "leader", "signer"})


# What a condition may ask about.
NAMES = frozenset({"outcome", "automatic", "channel"})

# The risk channels (luồng) that a procedure's decision table may put a dossier in.
CHANNELS = frozenset({"green", "yellow", "red"})


@dataclass(frozen=True, slots=True)
class StepKind:
    """What a step is to a dossier: who may stand in its lane and what may come of it.

    `forward` is the outcome that needs no condition. `turns` are outcomes that a drawing may give a way of their own;
    those in `required` it must. `back` are the outcomes whose way leads to this step again.
    """

    lanes: frozenset[str]
    forward: str
    turns: frozenset[str] = frozenset()
    required: frozenset[str] = frozenset()
    back: frozenset[str] = frozenset()

    @property
    def outcomes(self) -> frozenset[str]:
        return self.turns | {self.forward}


def _kind(lanes: str, forward: str, turns: str = "", *, required: str = "", back: str = "") -> StepKind:
    return StepKind(
        lanes=frozenset(lanes.split()),
        forward=forward,
        turns=frozenset(turns.split()),
        required=frozenset(required.split()),
        back=frozenset(back.split()),
    )


# What the steps are called in the drawings that come with the system: these names have an English form.
STEP_NAMES = (
    vi("Bổ sung hồ sơ"),
    vi("Bổ sung hồ sơ trước khi kiểm tra"),
    vi("Chờ ý kiến đơn vị phối hợp"),
    vi("Cấp giấy xác nhận tự động, đóng dấu số"),
    vi("Duyệt nội dung đề xuất"),
    vi("Kiểm tra hồ sơ, lập kế hoạch kiểm tra thực tế"),
    vi("Kiểm tra thực tế, lập biên bản"),
    vi("Kiểm tra và tiếp nhận hồ sơ"),
    vi("Ký ban hành"),
    vi("Ký số, đóng dấu và trả kết quả"),
    vi("Nộp phí, lệ phí"),
    vi("Thẩm định hồ sơ"),
)

# A step's id is one of these, or `<kind>__<suffix>`. A kind without lanes is done by our own job.
KINDS: dict[str, StepKind] = {
    "intake": _kind("one_stop", "receive", "fee refuse", required="fee refuse"),
    "pay": _kind("applicant", "paid"),
    "supplement": _kind("applicant", "supplied"),
    "examine": _kind("specialist", "propose", "supplement consult replan", back="supplement consult replan"),
    "consult": _kind("specialist", "answered"),
    "plan": _kind("specialist", "planned", "supplement", back="supplement"),
    "inspect": _kind("specialist", "recorded", "replan", required="replan", back="replan"),
    "approve": _kind("head", "approve", "return", required="return", back="return"),
    "sign": _kind("signer leader", "sign", "return", required="return", back="return"),
    "issue": _kind("", "issued"),
}


def kind_of(step: str) -> str:
    """The kind in a step's id: `examine` of `examine` and of `examine__papers`."""
    return step.partition("__")[0]


@dataclass(frozen=True, slots=True)
class Step:
    """A step as drawn. `lane` is the lane's id: who does it, in the process's own words."""

    key: str
    name: str
    lane: str
    automatic: bool


@dataclass(frozen=True, slots=True)
class OpenStep:
    """A step that waits in one instance. `token` tells two passes through the same step apart."""

    key: str
    name: str
    lane: str
    automatic: bool
    token: str


@dataclass(frozen=True, slots=True)
class Progress:
    """What a start or a completed step led to: everything that waits now, and whether the process has ended."""

    state: State
    open: tuple[OpenStep, ...]
    ended: bool
    end: str = ""  # the id of the end event that was reached


@dataclass(frozen=True, slots=True)
class Process:
    """One published version of a process."""

    id: int
    key: str
    version: int
    name: str
    steps: tuple[Step, ...]

    def step(self, key: str) -> Step:
        return next(s for s in self.steps if s.key == key)


@dataclass(frozen=True, slots=True)
class Problem:
    """A fault found in a drawing, with the element's id and a sentence for its author."""

    element: str
    message: str


@dataclass(frozen=True, slots=True)
class Column:
    """An input of a decision table: a dotted path into the data, its kind, whether the table answers without it."""

    path: str
    kind: str
    needed: bool


@dataclass(frozen=True, slots=True)
class DecisionTable:
    """A published decision table, as far as one who wants to use it must know. `outputs`: name -> kind,
    `values`: name -> whatever its rules can answer (of the single rule, before a sum).

    Kinds are number, string, boolean, date. `complete`: every case has an answer, where all needed inputs are given.
    """

    id: int
    key: str
    version: int
    name: str
    digest: str
    inputs: tuple[Column, ...]
    outputs: dict[str, str]
    values: dict[str, frozenset[Any]]
    complete: bool
    warnings: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Decided:
    """What a table answered: outputs by name (Decimal, str, bool or date), none where no rule matched.

    `rules` are the ids of the rules that answered, `version` the table's, so that it can be explained later.
    """

    key: str
    version: int
    outputs: dict[str, Any]
    rules: tuple[str, ...]
