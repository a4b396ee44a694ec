"""The trail page has words for everything that is written down."""

from __future__ import annotations

from emoit.desk.views.trail import VERBS
from tests.structure.verbs import all_verbs


def test_every_verb_of_the_trail_has_words() -> None:
    written = all_verbs()
    assert {"sharing.count", "webhooks.pause", "dossiers.submit", "sign_in", "files.store_made"} <= set(written)
    assert {verb: place for verb, place in written.items() if not VERBS.get(verb)} == {}


def test_there_are_words_for_nothing_that_is_not_written() -> None:
    assert sorted(set(VERBS) - set(all_verbs())) == []
