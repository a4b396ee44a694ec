"""Tells those who ordered how their payments ended: again and again until they answer 0."""

from __future__ import annotations

import json
import sqlite3
import threading
import time
from urllib.parse import urlsplit

from emoit_partners.kit import Behaviour, Store
from emoit_partners.kit.behaviour import State
from emoit_partners.kit.line import Away, Line
from emoit_partners.payments import till
from emoit_partners.payments.checksums import ORDER, check_sum
from emoit_partners.payments.door import told_of
from emoit_partners.payments.till import Till

MOST_ATTEMPTS = 30
LONGEST_PAUSE = 60.0  # seconds between two tries
BATCH = 20
SECONDS = 10.0  # how long an answer is waited for

_DUE = """
select c.n, c.attempts, c.sent, c.payment, k.callback from callback c join payment p on p.n = c.payment
join client k on k.client_id = p.client_id
where c.state = 'waiting' and c.due <= ? and k.callback <> '' order by c.n {order} limit ?
"""


class Caller:
    """A thread that calls; one at a time, so that the order is what the behaviour says."""

    def __init__(self, store: Store, behaviour: Behaviour) -> None:
        self._till = Till(store, behaviour)
        self._store = store
        self._behaviour = behaviour
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="caller", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._over.set()
        self._thread.join(2 * SECONDS)

    def is_alive(self) -> bool:
        return self._thread.is_alive()

    def _run(self) -> None:
        while not self._over.is_set():
            try:
                busy = self._batch()
            except sqlite3.Error:  # the file is locked for long, or the disk is full: they wait
                busy = False
            if not busy:
                self._over.wait(0.1)

    def _batch(self) -> bool:
        state = self._behaviour.state()
        statement = _DUE.format(order="desc" if state.reorder else "asc")
        rows = self._store.all(statement, [time.time(), BATCH])
        for row in rows:
            if self._over.is_set():
                break
            self._call(row, state)
        return bool(rows)

    def _call(self, row: sqlite3.Row, state: State) -> None:
        answers = [self._post(row["callback"], row["payment"], state) for _ in range(1 + state.repeat)]
        attempts = row["attempts"] + 1
        taken = "0" in answers
        over = taken or attempts >= MOST_ATTEMPTS
        self._store.run(
            "update callback set state = ?, attempts = ?, sent = sent + ?, answer = ?, due = ? where n = ?",
            [
                ("done" if taken else "failed") if over else "waiting",
                attempts,
                len(answers),
                answers[0],
                time.time() + min(LONGEST_PAUSE, 0.5 * 2.0 ** min(attempts - 1, 10)),
                row["n"],
            ],
        )

    def _post(self, address: str, payment: int, state: State) -> str:
        """The answer's word: 0 (taken), -1, a status, or why there was none."""
        content = json.dumps(self._told(payment, state.lie), ensure_ascii=False).encode()
        parts = urlsplit(address)
        line = Line(address, seconds=SECONDS)
        try:
            reply = line.send("POST", parts.path or "/", content, {"Content-Type": "application/json"})
        except Away as error:
            return str(error)
        finally:
            line.close()
        try:
            word = json.loads(reply.body)["error"] if reply.status == 200 else reply.status
        except (ValueError, KeyError, TypeError):
            word = f"{reply.status} {reply.media_type}"
        return str(word)[:80]

    def _told(self, number: int, lie: str) -> dict[str, object]:
        payment = self._store.one("select * from payment where n = ?", [number])
        client = self._till.client(payment["client_id"]) if payment else None
        if payment is None or client is None:  # emptied by a reset meanwhile
            return {}
        told = told_of(client, payment)
        if lie == "sum":
            told["trans_amount"] += 1000
            told["check_sum"] = check_sum(client["hash_key_2"], told, ORDER)
        elif lie == "checksum":
            told["check_sum"] = "0" * 64
        elif lie == "paid":
            told["status"] = till.PAID
        return told
