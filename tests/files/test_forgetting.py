"""What nobody bears any more goes; what somebody bears, or what is young, stays."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import pytest

from emoit.files import actions, jobs, storage
from emoit.files.models import Content, File
from emoit.kernel.access import Actor, NotFound, acting_as, platform
from tests.files import samples
from tests.files.conftest import citizen
from tests.files.test_receive import NOW, on_disk, receive

LATER = NOW + timedelta(days=2)


def aged(store: Path) -> None:
    for path in store.glob("clean/??/??/*"):
        os.utime(path, (NOW.timestamp(), NOW.timestamp()))


def test_a_content_goes_a_day_after_its_last_file_was_taken_back(lan: Actor, store: Path) -> None:
    kept, gone = receive(lan, "a.pdf", samples.pdf(1)), receive(lan, "b.pdf", samples.pdf(2))
    again = receive(lan, "c.pdf", samples.pdf(2))
    aged(store)
    actions.release(by=lan, now=NOW, file_id=gone.id)
    jobs.forget(by=platform("test"), now=LATER)
    assert Content.objects.count() == 2  # another file still bears the second content
    actions.release(by=lan, now=NOW, file_id=again.id)
    jobs.forget(by=platform("test"), now=NOW + timedelta(hours=23))
    assert Content.objects.count() == 2  # not a day old yet
    jobs.forget(by=platform("test"), now=LATER)
    assert list(Content.objects.values_list("digest", flat=True)) == [kept.digest]
    assert on_disk(store) == [f"clean/{kept.digest[:2]}/{kept.digest[2:4]}/{kept.digest}"]


def test_bytes_that_a_rollback_left_go_once_they_are_old(lan: Actor, store: Path) -> None:
    orphan = storage.clean_path("ab" * 32)
    orphan.parent.mkdir(parents=True)
    orphan.write_bytes(b"x")
    jobs.forget(by=platform("test"), now=NOW)
    assert orphan.exists()  # written just now by the clock of the disk
    os.utime(orphan, (NOW.timestamp() - 90_000, NOW.timestamp() - 90_000))
    jobs.forget(by=platform("test"), now=NOW)
    assert not orphan.exists()


def test_only_its_owner_takes_a_file_back(lan: Actor) -> None:
    file = receive(lan, "a.pdf", samples.pdf())
    actions.grant(by=lan, now=NOW, file_id=file.id, readers=["a:2"])
    with acting_as(citizen(2)) as other, pytest.raises(NotFound):
        actions.release(by=other, now=NOW, file_id=file.id)
    assert File.objects.filter(pk=file.id).exists()
