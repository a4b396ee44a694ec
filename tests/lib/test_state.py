from __future__ import annotations

import enum

import pytest

from emoit.lib.state import Impossible, Machine


class Paper(enum.StrEnum):
    DRAFT = "draft"
    SENT = "sent"
    SIGNED = "signed"
    LOST = "lost"


class Verb(enum.StrEnum):
    SEND = "send"
    RETURN = "return"
    SIGN = "sign"


MACHINE: Machine[Paper, Verb] = Machine(
    {
        (Paper.DRAFT, Verb.SEND): Paper.SENT,
        (Paper.SENT, Verb.RETURN): Paper.DRAFT,
        (Paper.SENT, Verb.SIGN): Paper.SIGNED,
        (Paper.LOST, Verb.RETURN): Paper.DRAFT,
    }
)


@pytest.mark.parametrize("state", Paper)
@pytest.mark.parametrize("verb", Verb)
def test_every_pair(state: Paper, verb: Verb) -> None:
    expected = MACHINE.transitions.get((state, verb))
    assert MACHINE.may(state, verb) == (expected is not None)
    if expected is not None:
        assert MACHINE.next(state, verb) is expected
        return
    with pytest.raises(Impossible, match="Không thể làm việc này") as caught:
        MACHINE.next(state, verb)
    assert (caught.value.state, caught.value.verb) == (state, verb)


def test_the_shape_of_the_table() -> None:
    assert MACHINE.initial is Paper.DRAFT
    assert MACHINE.verbs(Paper.SENT) == (Verb.RETURN, Verb.SIGN)
    assert MACHINE.verbs(Paper.SIGNED) == ()
    assert MACHINE.states == set(Paper)
    assert MACHINE.final == {Paper.SIGNED}
    assert MACHINE.reachable() == {Paper.DRAFT, Paper.SENT, Paper.SIGNED}
    assert MACHINE.reachable(Paper.SIGNED) == {Paper.SIGNED}
    with pytest.raises(ValueError, match="at least one"):
        Machine({})
