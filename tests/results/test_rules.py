"""States, codes and public words, without a database."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from emoit.results import rules
from emoit.results.types import PublicFacts, State, Verdict

NOON = datetime(2026, 5, 12, 5, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("state", "verb", "wanted"),
    [
        (State.VALID, "revoke", State.REVOKED),
        (State.VALID, "replace", State.REPLACED),
        (State.VALID, "correct", State.VALID),
        (State.EXPIRED, "revoke", State.REVOKED),
        (State.EXPIRED, "replace", State.REPLACED),
        (State.EXPIRED, "correct", State.VALID),
        (State.REVOKED, "revoke", None),
        (State.REVOKED, "replace", None),
        (State.REVOKED, "correct", None),
        (State.REPLACED, "revoke", None),
        (State.REPLACED, "replace", None),
        (State.REPLACED, "correct", None),
    ],
)
def test_every_state_and_verb(state: State, verb: str, wanted: State | None) -> None:
    if wanted is None:
        with pytest.raises(rules.ImpossibleNow):
            rules.next_state(state, verb)
    else:
        assert rules.next_state(state, verb) is wanted


@pytest.mark.parametrize(
    ("now", "wanted"),
    [
        (datetime(2026, 6, 30, 16, 59, tzinfo=UTC), State.VALID),  # 23:59 of the last day in Ha Noi
        (datetime(2026, 6, 30, 17, 0, tzinfo=UTC), State.EXPIRED),
    ],
)
def test_a_result_expires_when_its_last_day_ends_in_hanoi(now: datetime, wanted: State) -> None:
    assert rules.state_on(State.VALID, date(2026, 6, 30), now) is wanted
    assert rules.state_on(State.REVOKED, date(2026, 6, 30), now) is State.REVOKED
    assert rules.state_on(State.VALID, None, now) is State.VALID


@pytest.mark.parametrize(
    ("number", "code"), [(1, "KQ.G02.000001"), (999999, "KQ.G02.999999"), (1000000, "KQ.G02.1000000")]
)
def test_six_digits_are_the_least(number: int, code: str) -> None:
    assert rules.register_code("G02", number) == code


def test_every_state_is_reachable_and_the_ends_are_final() -> None:
    assert rules.MACHINE.reachable() == {State.VALID, State.REVOKED, State.REPLACED}
    assert rules.MACHINE.final == {State.REVOKED, State.REPLACED}


def test_tokens_are_long_and_never_mistaken() -> None:
    tokens = {rules.new_token() for _ in range(1000)}
    assert len(tokens) == 1000
    assert all(len(t) == 26 and not set(t) & set("IO01") for t in tokens)
    assert len(set(rules.ALPHABET)) == 32


TOKEN = "ABCDEFGHJKLMNPQRSTUVWXYZ23"


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        (TOKEN, TOKEN),
        (TOKEN.lower(), TOKEN),
        (" ABCDE-FGHJK-LMNPQ RSTUV WXYZ23\n", TOKEN),
        (TOKEN[:-1], ""),
        (TOKEN + "A", ""),
        ("0" + TOKEN[1:], ""),
        ("%" * 26, ""),
        ("", ""),
        ("A" * 100_000, ""),
    ],
)
def test_what_people_type_is_read(typed: str, read: str) -> None:
    assert rules.read_token(typed) == read


def facts(valid_from: date | None = None, valid_to: date | None = None) -> PublicFacts:
    return PublicFacts(
        register_code="KQ.G02.000001",
        title="Công văn xác nhận",
        number="1502/XTTM-KM",
        holder_name="Công ty Bình Minh",
        issuer_name="Cục Xúc tiến thương mại",
        signed_by="Hồ Anh Tuấn",
        signed_title="Phó Cục trưởng",
        signed_at=NOON,
        issued_at=NOON,
        valid_from=valid_from,
        valid_to=valid_to,
        digest="",
    )


@pytest.mark.parametrize(
    ("entry", "state", "verdict", "vi", "en"),
    [
        (
            facts(),
            State.VALID,
            Verdict.GENUINE,
            "Kết quả này là thật, do Cục Xúc tiến thương mại cấp và còn hiệu lực.",
            "This result is genuine, was issued by the agency named below and is valid.",
        ),
        (
            facts(date(2026, 5, 12), date(2026, 5, 12)),
            State.VALID,
            Verdict.GENUINE,
            "Kết quả này là thật, do Cục Xúc tiến thương mại cấp và còn hiệu lực đến hết ngày 12/05/2026.",
            "This result is genuine, was issued by the agency named below and is valid until the end of 12 May 2026.",
        ),
        (
            facts(None, date(2026, 5, 11)),
            State.VALID,
            Verdict.EXPIRED,
            "Kết quả này là thật nhưng đã hết hiệu lực sau ngày 11/05/2026.",
            "This result is genuine but expired after 11 May 2026.",
        ),
        (
            facts(date(2026, 5, 13)),
            State.VALID,
            Verdict.NOT_YET,
            "Kết quả này là thật và có hiệu lực từ ngày 13/05/2026.",
            "This result is genuine and takes effect on 13 May 2026.",
        ),
        (
            facts(None, date(2026, 5, 11)),
            State.REVOKED,
            Verdict.REVOKED,
            "Kết quả này do cơ quan cấp, nhưng đã bị thu hồi ngày 12/05/2026 và không còn giá trị.",
            "This result was issued by the agency but was revoked on 12 May 2026. It is no longer valid.",
        ),
        (
            facts(),
            State.REPLACED,
            Verdict.REPLACED,
            "Kết quả này do cơ quan cấp, nhưng đã được thay thế bằng kết quả KQ.G02.000002 ngày 12/05/2026.",
            "This result was issued by the agency but was replaced by KQ.G02.000002 on 12 May 2026.",
        ),
    ],
)
def test_the_public_is_told_in_plain_words(
    entry: PublicFacts, state: State, verdict: Verdict, vi: str, en: str
) -> None:
    ended = None if state is State.VALID else NOON
    answer = rules.verdict_of(entry, state, revoked_at=ended, replaced_by="KQ.G02.000002", now=NOON)
    assert (answer.verdict, answer.sentence_vi, answer.sentence_en) == (verdict, vi, en)
    assert answer.words("vi")[1] == vi
    assert answer.words("en")[1] == en
    assert answer.is_good is (verdict is Verdict.GENUINE)
    assert answer.facts == entry
