"""How a partner misbehaves: what its control page set, kept in its store and read anew for every request."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime, timedelta
from typing import Any

from emoit_partners.kit.store import Store

DOWN = ("no", "refuse", "hang", "500", "html")
MOST_SLOW_MS = 600_000
MOST_REPEAT = 100
MOST_SKEW_S = 10 * 366 * 86400
MOST_DROPS = 1_000_000

_SCHEMA = """
create table if not exists kit_behaviour (
    one integer primary key check (one = 1), slow_ms integer not null default 0, down text not null default 'no',
    lie text not null default 'no', repeat integer not null default 0, reorder integer not null default 0,
    clock_skew_s integer not null default 0, drop_receipts integer not null default 0) strict;
insert or ignore into kit_behaviour (one) values (1);
"""


@dataclass(frozen=True, slots=True)
class State:
    """One moment's behaviour. The defaults are a partner that does what it should.

    slow_ms: it waits so long before each answer. down: `refuse` closes the port, `hang` never answers, `500` and `html`
    (a page under status 200) answer without doing anything. lie: `no` or a word of the partner's own. repeat: every
    callback or message of its own is sent so many times more. reorder: of its own messages the later goes first.
    clock_skew_s: its clock is so many seconds ahead (behind, where negative). drop_receipts: so many of the next
    answers are cut off after they had their effect.
    """

    slow_ms: int = 0
    down: str = "no"
    lie: str = "no"
    repeat: int = 0
    reorder: bool = False
    clock_skew_s: int = 0
    drop_receipts: int = 0


_NAMES = [field.name for field in fields(State)]
_SELECT = f"select {', '.join(_NAMES)} from kit_behaviour"  # noqa: S608 - names of our own
_LIMITS = {
    "slow_ms": (0, MOST_SLOW_MS),
    "repeat": (0, MOST_REPEAT),
    "clock_skew_s": (-MOST_SKEW_S, MOST_SKEW_S),
    "drop_receipts": (0, MOST_DROPS),
}


class Behaviour:
    """The behaviour in a store. Every attribute is read from it when asked for."""

    def __init__(self, store: Store, lies: Collection[str] = ()) -> None:
        self._store = store
        self._lies = ("no", *lies)
        store.prepare(_SCHEMA)

    def state(self) -> State:
        row = self._store.db.execute(_SELECT).fetchone()
        return State(row[0], row[1], row[2], row[3], bool(row[4]), row[5], row[6])

    @property
    def slow_ms(self) -> int:
        return self.state().slow_ms

    @property
    def down(self) -> str:
        return self.state().down

    @property
    def lie(self) -> str:
        return self.state().lie

    @property
    def repeat(self) -> int:
        return self.state().repeat

    @property
    def reorder(self) -> bool:
        return self.state().reorder

    @property
    def clock_skew_s(self) -> int:
        return self.state().clock_skew_s

    @property
    def drop_receipts(self) -> int:
        return self.state().drop_receipts

    def now(self) -> datetime:
        """The partner's own clock, aware UTC."""
        return datetime.now(UTC) + timedelta(seconds=self.state().clock_skew_s)

    def set(self, changes: Mapping[str, Any]) -> State:
        """Change what is named. ValueError says what is wrong with a value; then nothing is changed."""
        judged = {name: self._judged(name, value) for name, value in changes.items()}
        if judged:
            assignments = ", ".join(f"{name} = ?" for name in judged)
            self._store.run(f"update kit_behaviour set {assignments}", list(judged.values()))  # noqa: S608 - judged names
        return self.state()

    def reset(self) -> State:
        return self.set(asdict(State()))

    def takes_a_drop(self) -> bool:
        """Whether this answer is one of those to be cut off; counts it."""
        changed = self._store.run("update kit_behaviour set drop_receipts = drop_receipts - 1 where drop_receipts > 0")
        return changed == 1

    def _judged(self, name: str, value: Any) -> str | int:
        if name not in _NAMES:
            raise ValueError(f"Không có cách ứng xử «{name}».")
        if name in {"down", "lie"}:
            words = DOWN if name == "down" else self._lies
            if value not in words:
                raise ValueError(f"«{name}» là một trong: {', '.join(words)}.")
            return str(value)
        if name == "reorder":
            if not isinstance(value, bool):
                raise ValueError("«reorder» là true hoặc false.")
            return int(value)
        least, most = _LIMITS[name]
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise ValueError(f"«{name}» là số nguyên từ {least} đến {most}.")
        return value
