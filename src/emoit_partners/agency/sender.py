"""Brings the outbox to its peers: tried again under the same id until a valid receipt is here."""

from __future__ import annotations

import json
import sqlite3
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from emoit_partners.agency import envelope
from emoit_partners.agency.envelope import MEDIA_TYPES
from emoit_partners.agency.faults import Fault
from emoit_partners.agency.ledger import Ledger
from emoit_partners.agency.signing import stranger
from emoit_partners.kit import Behaviour, Store
from emoit_partners.kit.behaviour import State
from emoit_partners.kit.line import Away, Line, Reply

LANES = 4
BATCH = 64
MOST_ATTEMPTS = 60
LONGEST_PAUSE = 30.0  # seconds between two tries
AGAIN = {408, 409, 425, 429}  # besides everything from 500 on; 409 with `id_reused` is final

# Of each conversation only the first that waits; a peer without an address is not asked.
_DUE = """
select o.*, p.address, p.format, p.trusted from outbox o join peer p on p.code = o.peer
where o.state = 'waiting' and o.due <= ? and p.address <> '' and not exists (
    select 1 from outbox b where b.peer = o.peer and b.conversation = o.conversation and b.n < o.n
    and b.state = 'waiting')
order by o.n limit ?
"""
_DUE_REORDERED = """
select o.*, p.address, p.format, p.trusted from outbox o join peer p on p.code = o.peer
where o.state = 'waiting' and o.due <= ? and p.address <> '' order by o.n desc limit ?
"""


@dataclass(frozen=True, slots=True)
class Ended:
    """How one try ended. `state`: delivered, waiting or failed."""

    n: int
    state: str
    answer: str
    attempts: int
    receipt: bytes | None = None


class Sender:
    """A thread that lends batches to a few lanes, and settles each batch in one transaction."""

    def __init__(self, store: Store, behaviour: Behaviour) -> None:
        self._ledger = Ledger(store)
        self._behaviour = behaviour
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="sender", daemon=True)
        self._lanes = ThreadPoolExecutor(LANES, thread_name_prefix="lane")
        self._own = threading.local()

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._over.set()
        self._thread.join(30)
        self._lanes.shutdown()

    def is_alive(self) -> bool:
        return self._thread.is_alive()

    def _run(self) -> None:
        while not self._over.is_set():
            try:
                busy = self._batch()
            except sqlite3.Error:  # the file is locked for long, or the disk is full: the outbox waits
                busy = False
            if not busy:
                self._over.wait(0.05)

    def _batch(self) -> bool:
        state = self._behaviour.state()
        statement = _DUE_REORDERED if state.reorder else _DUE
        rows = self._ledger.store.all(statement, [time.time(), BATCH])
        if not rows:
            return False
        carry_all = map if state.reorder else self._lanes.map  # several at once have no order at all
        ended = list(carry_all(lambda row: self._carry(row, state), rows))
        at = envelope.moment(self._behaviour.now())
        with self._ledger.store.transaction() as db:
            db.executemany(
                "update outbox set state = ?, answer = ?, attempts = ?, due = ?, receipt = ?, delivered_at = ?"
                " where n = ?",
                [
                    (one.state, one.answer, one.attempts, _due(one), one.receipt, at if one.receipt else "", one.n)
                    for one in ended
                ],
            )
        return True

    def _carry(self, row: sqlite3.Row, state: State) -> Ended:
        attempts = row["attempts"] + 1
        try:
            ended = self._judged(row, self._post(row, state), attempts)
            for _ in range(state.repeat):
                self._post(row, state)
        except Away as error:
            return Ended(row["n"], "waiting" if attempts < MOST_ATTEMPTS else "failed", str(error), attempts)
        return ended

    def _post(self, row: sqlite3.Row, state: State) -> Reply:
        fields = self._ledger.fields_of(row, envelope.moment(self._behaviour.now()))
        own = self._ledger.own
        if state.lie == "digest":
            fields["digest"] = "0" * 64
        if state.lie == "key":
            own = replace(own, private=stranger())
        content = envelope.pack("message", fields, row["payload"], row["format"], own)
        media_type = MEDIA_TYPES[row["format"]]
        line = self._line(row["address"], row["trusted"])
        path = urlsplit(row["address"]).path or "/"
        return line.send("POST", path, content, {"Content-Type": media_type, "Accept": media_type})

    def _line(self, address: str, trusted: str) -> Line:
        """This lane's connection there."""
        lines: dict[tuple[str, str], Line] = self._own.__dict__.setdefault("lines", {})
        if (address, trusted) not in lines:
            own = (self._ledger.folder / "own.pem", self._ledger.folder / "key.pem")
            lines[address, trusted] = Line(address, trusted, own)
        return lines[address, trusted]

    def _judged(self, row: sqlite3.Row, reply: Reply, attempts: int) -> Ended:
        if reply.status == 200:
            try:
                self._compare(row, envelope.read_receipt(reply.body, row["format"], self._ledger.find))
            except Fault as fault:
                return Ended(row["n"], "waiting", f"receipt: {fault.code}", attempts)
            return Ended(row["n"], "delivered", "200", attempts, reply.body)
        code = _code_of(reply)
        again = reply.status >= 500 or (reply.status in AGAIN and code != "id_reused")
        state = "waiting" if again and attempts < MOST_ATTEMPTS else "failed"
        return Ended(row["n"], state, f"{reply.status} {code}".strip(), attempts)

    def _compare(self, row: sqlite3.Row, receipt: envelope.Read) -> None:
        """Fault where the receipt is not the recipient's for this very message."""
        fields = receipt.fields
        sent = self._ledger.fields_of(row, "")
        if fields["sender"] != row["peer"] or receipt.signer != row["peer"]:
            raise Fault("wrong_sender")
        if fields["recipient"] != self._ledger.code:
            raise Fault("wrong_recipient")
        if fields["message_id"] != row["id"] or fields["identity"] != envelope.identity(sent):
            raise Fault("digest_mismatch")


def _due(ended: Ended) -> float:
    """When the next try may be (Unix time)."""
    return time.time() + min(LONGEST_PAUSE, 0.2 * 2.0 ** min(ended.attempts - 1, 10))


def _code_of(reply: Reply) -> str:
    try:
        return str(json.loads(reply.body).get("code", ""))[:80]
    except (ValueError, AttributeError):
        return ""
