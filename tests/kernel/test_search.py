"""What may be found, by whom, however it is typed; and the index rebuilt without anything disappearing."""

from __future__ import annotations

import threading
import unicodedata
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.utils import ProgrammingError

from emoit.kernel import search
from emoit.kernel.access import Actor, ActorKind, acting_as, anonymous, process
from emoit.kernel.models import SearchEntry, SearchStaged
from emoit.kernel.search.rebuild import Difference, rebuild
from tests.support.committed import owner_connection

NOW = datetime(2026, 5, 4, 2, 0, tzinfo=UTC)
THINGS = {
    "1": "Hoà giải tranh chấp thương mại",
    "2": "Đăng ký khuyến mại chương trình Tết",
    "3": "Khai báo hoá chất nhập khẩu axit clohydric",
    "4": "Hoa quả xuất khẩu",
}


def officer(*readers: str, agency_id: int = 1) -> Actor:
    return Actor(kind=ActorKind.OFFICER, agency_id=agency_id, name="x", account_id=5, readers=frozenset(readers))


def put(subject: str, title: str, *, readers: Iterable[str] = ("u:1",), agency_id: int = 1, body: str = "") -> None:
    search.put(
        agency_id=agency_id, subject_kind="dossier", subject_id=subject, title=title, body=body,
        url=f"/{subject}", readers=readers, now=NOW,
    )  # fmt: skip


@pytest.fixture
def things(db: None) -> None:
    with acting_as(process("test", 1)):
        for subject, title in THINGS.items():
            put(subject, title, body="G02.26-260504-0001" if subject == "2" else "")


def found(text: str, by: Actor | None = None, **options: Any) -> list[str]:
    with acting_as(by or officer("u:1")) as actor:
        return [hit.subject_id for hit in search.find(by=actor, text=text, **options)]


QUESTIONS = [
    ("without accents", "hoa giai", ["1"]),
    ("other tone place", "hòa giải", ["1"]),
    ("decomposed", unicodedata.normalize("NFD", "hoà giải"), ["1"]),
    ("capitals", "ĐĂNG KÝ KHUYẾN MẠI", ["2"]),
    ("d for đ", "dang ky", ["2"]),
    ("exact accents first", "hoá", ["3", "1", "4"]),
    ("typing error", "khai bao hoa chatt nhap khau", ["3"]),
    ("another typing error", "dang ki khuyen mai", ["2"]),
    ("part of a code", "260504-0001", ["2"]),
    ("every word counts", "hoa giai nhap khau axit quang ninh", []),
    ("nothing such", "zzzzzz", []),
    ("empty", "", []),
    ("blank", "  \t\n ", []),
    ("only marks", "!!! ((( ''' ", []),
]


@pytest.mark.usefixtures("things")
@pytest.mark.parametrize(("text", "expected"), [q[1:] for q in QUESTIONS], ids=[q[0] for q in QUESTIONS])
def test_questions(text: str, expected: list[str]) -> None:
    hits = found(text)
    if text == "hoá":
        assert hits[0] == "3"
        assert sorted(hits) == sorted(expected)
    else:
        assert hits == expected


HOSTILE = [
    "'; drop table kernel_search_entry; --",
    "' or true --",
    "a & | ! <-> b :*",
    "\\",
    "%",
    "_",
    "%%%%",
    "\\'; select 1",
    "{}",
    "$$",
    "\x00",
    "a\x00b",
    "\ud800".encode("utf-8", "surrogatepass").decode("utf-8", "replace"),
    "x" * 100_000,
    "hoà " * 1000,
    "🙂",
]


@pytest.mark.usefixtures("things")
@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_questions_are_only_words(text: str) -> None:
    assert found(text, officer("u:9")) == []
    assert len(found("hoa")) == 3


@pytest.mark.usefixtures("things")
def test_a_wildcard_is_a_letter() -> None:
    assert found("%hoa%") == found("hoa")
    assert found("h%a chat") == []


@pytest.mark.usefixtures("things")
def test_only_readers_find_and_no_other_agency() -> None:
    with acting_as(process("test", 2)):
        put("9", "Hoà giải của cơ quan khác", agency_id=2)
    with acting_as(process("test", 1)):
        put("5", "Hoà giải công khai", readers=["public"])
        put("6", "Hoà giải của ông An", readers=["a:7"])
    cases = {
        "unit": found("hoa giai", officer("u:1")),
        "person": found("hoa giai", officer("a:7")),
        "other unit": found("hoa giai", officer("u:2")),
        "guest": found("hoa giai", anonymous(1)),
        "process": found("hoa giai", process("x", 1)),
        "same unit elsewhere": found("hoa giai", officer("u:1", agency_id=2)),
    }
    assert {who: sorted(hits) for who, hits in cases.items()} == {
        "unit": ["1", "5"],
        "person": ["5", "6"],
        "other unit": ["5"],
        "guest": ["5"],
        "process": ["1", "5", "6"],
        "same unit elsewhere": ["9"],
    }


@pytest.mark.usefixtures("things")
def test_keys_that_the_actor_does_not_hold_open_nothing() -> None:
    with acting_as(officer("u:2")), connection.cursor() as cursor:
        for agency in (1, 2):
            cursor.execute(
                "select count(*) from emoit_find(%s, array['u:1','system','platform'], 'hoa', '', 10)", [agency]
            )
            assert cursor.fetchone() == (0,)


@pytest.mark.usefixtures("things")
def test_kinds_and_limits() -> None:
    assert found("hoa", kind="dossier", limit=2) == found("hoa")[:2]
    assert found("hoa", kind="result") == []
    assert found("hoa", limit=-5) == []


@pytest.mark.usefixtures("things")
def test_a_rewritten_thing_is_found_by_its_new_words_only_and_a_removed_one_not_at_all() -> None:
    with acting_as(officer("u:2")):
        put("1", "Thẩm định giá", readers=["u:1"])
        search.remove(agency_id=1, subject_kind="dossier", subject_id="4")
    assert (found("hoa giai"), found("tham dinh gia"), found("hoa qua")) == ([], ["1"], [])


@pytest.mark.django_db
def test_an_entry_goes_with_the_transaction_that_wrote_it() -> None:
    with acting_as(process("test", 1)):
        put("1", "Hoà giải")
        transaction.set_rollback(True)
    assert found("hoa giai") == []


@pytest.mark.django_db
def test_a_very_long_body_is_kept() -> None:
    with acting_as(process("test", 1)):
        put("1", "Dài", body=" ".join(f"từ{n}" for n in range(100_000)))
    assert found("tu99") == ["1"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement",
    [
        "insert into kernel_search_entry (agency_id, subject_id) values (1, '1')",
        "update kernel_search_entry set readers = '{public}'",
        "delete from kernel_search_entry",
        "select emoit_put_entry(2, 'x', '1', 'a', '', '', '{}', now())",
        "select emoit_remove_entry(2, 'x', '1')",
        "select * from emoit_switch_search(2, 'x', now())",
    ],
)
def test_the_index_is_written_only_by_its_functions_and_within_the_agency(statement: str) -> None:
    with (
        acting_as(process("test", 1)),
        pytest.raises(ProgrammingError),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


@pytest.fixture
def many(committed: None) -> None:
    with owner_connection() as owner:
        owner.execute(
            "insert into kernel_search_entry (agency_id, subject_kind, subject_id, title, body, url, readers, sort_at)"
            " select 1, 'dossier', n::text, 'Hồ sơ số ' || md5(n::text), 'doanh nghiệp ' || md5((n * 7)::text), '/',"
            " array['u:' || n % 50], now() from generate_series(1, 20000) n"
        )
        owner.execute("vacuum analyze kernel_search_entry")


@pytest.mark.usefixtures("many")
@pytest.mark.parametrize(
    "words", ["c4ca4238a0b923820dcc509a6f75849b", "c4ca4238a0b923820dcc509a6f758"], ids=["whole word", "part of a word"]
)
def test_twenty_thousand_entries_are_found_by_the_indexes(words: str) -> None:
    """By the counters of this connection: the table is not read through, and few of its rows are touched."""
    with acting_as(officer("u:1")) as actor:
        before = reads()
        assert [hit.subject_id for hit in search.find(by=actor, text=words)] == ["1"]
        whole, by_index, rows = (after - first for first, after in zip(before, reads(), strict=True))
    assert whole == 0
    assert by_index > 0
    assert rows < 200


def reads() -> tuple[int, int, int]:
    """Reads of the whole table, reads by an index, rows fetched so. Counts of earlier tests may still be among them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select seq_scan, idx_scan, idx_tup_fetch from pg_stat_xact_user_tables"
            " where relname = 'kernel_search_entry'"
        )
        found: tuple[int, int, int] = cursor.fetchone()
    return found


# The rebuild


def source(*subjects: str, title: str = "") -> search.SearchSource:
    def entries(agency_id: int) -> Iterable[search.Entry]:
        for subject in subjects:
            yield search.Entry(
                subject_id=subject, title=title or THINGS[subject], body="", url=f"/{subject}",
                readers=frozenset({"u:1"}), sort_at=NOW,
            )  # fmt: skip

    return entries


@pytest.fixture
def index(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Entry 1 is right, 2 holds old words, 3 is lacking, 4 is there for nothing, 8 is of another kind."""
    with acting_as(process("test", 1)):
        put("1", THINGS["1"])
        put("2", "cũ")
        put("4", THINGS["4"])
        search.put(
            agency_id=1,
            subject_kind="result",
            subject_id=8,
            title="Kết quả",
            body="",
            url="/8",
            readers=["u:1"],
            now=NOW,
        )
    monkeypatch.setitem(search.sources, "dossier", source("1", "2", "3"))


@pytest.mark.usefixtures("index")
def test_a_rebuild_makes_the_index_equal_to_the_source() -> None:
    by = process("test", 1)
    assert rebuild(by=by, kind="dossier", switch=False) == Difference(missing=1, changed=1, surplus=1)
    assert found("cu") == ["2"]
    assert rebuild(by=by, kind="dossier", switch=True) == Difference(missing=1, changed=1, surplus=1)
    assert rebuild(by=by, kind="dossier", switch=True) == Difference(0, 0, 0)
    with acting_as(by):
        assert sorted(SearchEntry.objects.values_list("subject_id", flat=True)) == ["1", "2", "3", "8"]
        assert SearchStaged.objects.count() == 0
    assert (found("khuyen mai"), found("hoa qua"), found("ket qua")) == (["2"], [], ["8"])


@pytest.mark.usefixtures("index")
def test_what_is_written_while_the_source_is_read_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(agency_id: int) -> Iterable[search.Entry]:
        yield from source("1", "2")(agency_id)
        put("2", "Viết mới hơn")
        put("7", "Vừa nộp")

    monkeypatch.setitem(search.sources, "dossier", busy)
    assert rebuild(by=process("test", 1), kind="dossier", switch=True) == Difference(missing=0, changed=0, surplus=1)
    assert (found("viet moi hon"), found("vua nop"), found("hoa qua")) == (["2"], ["7"], [])


@pytest.mark.usefixtures("index")
def test_the_command_compares_then_mends(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        call_command("rebuild_search", "1", "--kind", "dossier", "--compare")
    assert stopped.value.code == 1
    call_command("rebuild_search", "1", "--kind", "dossier")
    call_command("rebuild_search", "1", "--kind", "dossier", "--compare")
    assert capsys.readouterr().out.splitlines() == [
        "agency 1 dossier: 1 missing, 1 changed, 1 surplus",
        "agency 1 dossier: 1 missing, 1 changed, 1 surplus: mended",
        "agency 1 dossier: 0 missing, 0 changed, 0 surplus",
    ]
    with pytest.raises(CommandError, match="no source for nonsense; known: dossier"):
        call_command("rebuild_search", "1", "--kind", "nonsense")


def test_searchers_find_everything_while_the_index_is_rebuilt(committed: None, monkeypatch: pytest.MonkeyPatch) -> None:
    with acting_as(process("test", 1)):
        for subject in "123":
            put(subject, THINGS[subject])
    monkeypatch.setitem(search.sources, "dossier", source("1", "2", "3", title="Hoà giải mới"))
    stop, misses = threading.Event(), []

    def look() -> None:
        while not stop.is_set():
            if "1" not in found("hoa giai"):
                misses.append(1)
        connection.close()

    looker = threading.Thread(target=look)
    looker.start()
    for _ in range(3):
        rebuild(by=process("test", 1), kind="dossier", switch=True)
    stop.set()
    looker.join()
    assert misses == []
    assert sorted(found("hoa giai moi")) == ["1", "2", "3"]
