"""Loading a year: asked for, planned, begun, copied day by day, told.

A day is one transaction: all of it or nothing, and its counter (`dossier:190104`) says that it is there. A load that
was broken off goes on with the days that are missing when it is asked for again with the same size and seed; the same
year twice changes nothing. What was reserved at the beginning (ids, counters) stands in the audit row of the begin.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime
from multiprocessing import get_context
from typing import Any, TextIO

import psycopg
from django.conf import settings
from django.db import connections

from emoit.kernel import audit
from emoit.kernel.access import Refusal, acting_as, process
from emoit.trial import tables
from emoit.trial.copying import defaulted_columns, owner_connection
from emoit.trial.crowd import Crowd, Officer, Registers, officers, posts
from emoit.trial.ground import Ground, survey
from emoit.trial.profile import Profile
from emoit.trial.progress import Progress
from emoit.trial.rows import Ids, Rows
from emoit.trial.story import Story
from emoit.trial.year import DayFacts, Dealt, Year

MOST_TIMES = 5  # a year may be that many times the profile's
BYTES_PER_DOSSIER = 20_000  # rows, indexes and the log beside them; measured, see docs/performance.md
SLICE = 2_000  # dossiers in one COPY
BEGUN, LOADED = "trial.begin_year", "trial.load_year"
_HAND = "load_year"


@dataclass(frozen=True, slots=True)
class Begun:
    """What was reserved when the load began; the same again when it goes on."""

    dossiers: int
    seed: int
    ground: str
    ids: dict[str, int]
    offsets: dict[str, int]


@dataclass(frozen=True, slots=True)
class Done:
    """What a load came to. `rows` are those of this run; `digest` is that of the whole year's lives, `procedures` how
    many of the usable ones take part in them."""

    dossiers: int
    days: int
    rows: int
    digest: str
    procedures: int
    resumed: bool
    year: Year


def check_size(profile: Profile, dossiers: int) -> None:
    """Refusal for a year that makes no sense or has no room."""
    if dossiers < 1:
        raise Refusal("Số hồ sơ phải từ 1 trở lên.", code="bad_size")
    most = MOST_TIMES * profile.dossiers
    if dossiers > most:
        raise Refusal(f"Số hồ sơ nhiều nhất là {most:,}.".replace(",", "."), code="too_many")
    needed, free = dossiers * BYTES_PER_DOSSIER, shutil.disk_usage(_existing(settings.VAR)).free
    if needed > free:
        raise Refusal(
            f"Cần khoảng {needed // 10**9 + 1} GB đĩa cho dữ liệu, chỉ còn {free // 10**9} GB.", code="no_room"
        )


def _existing(path: Any) -> Any:
    while not path.exists():
        path = path.parent
    return path


def load(
    profile: Profile, *, dossiers: int, seed: int, now: datetime, out: TextIO, workers: int = 2, add: bool = False
) -> Done:
    """Make the year. Refusals: bad_size, too_many, no_room, not_empty, another_year, ground_changed, and
    those of the survey."""
    check_size(profile, dossiers)
    with acting_as(process(_HAND, tables.agency_id())):
        ground = survey(profile, agency_code=settings.EMOIT_AGENCY_CODE, now=now)
        _warm(ground)
    out.writelines(f"Không dùng {count} thủ tục: {reason}.\n" for reason, count in sorted(ground.left_out.items()))
    year = Year(profile, ground, dossiers=dossiers, seed=seed)
    begun = _earlier(year, add=add)
    dealt = _planned(year, workers, out)
    resumed = begun is not None
    with owner_connection() as connection:
        if begun is None:
            begun = _begin(connection, year, dealt, now)
        missing = tables.missing_days(connection, ground.agency_id, year.days)
        load_of = Loading(year, dealt, begun)
        rows = 0
        if missing:
            with tables.opened(connection, year=profile.year, dossiers=dossiers):
                progress = Progress(out, "Nạp", sum(year.days[day] for day in missing))
                with closing(load_of):
                    for count, copied in _spread("copy", load_of, missing, workers):
                        rows += copied
                        progress.advance(count)
            out.write("Thống kê lại các bảng.\n")
            tables.analyse(connection)
    if missing:
        _tell(year, dealt, begun, now)
    return Done(dossiers, len(missing), rows, dealt.digest, dealt.procedures, resumed, year)


# -- before ------------------------------------------------------------------------------------------------------------


def _warm(ground: Ground) -> None:
    """What workers must not ask the database for: the drawings of the processes."""
    from emoit.trial.paths import Paths

    paths = Paths()
    for process_id in {course.process_id for course in ground.courses}:
        paths.after(process_id, ())


def _earlier(year: Year, *, add: bool) -> Begun | None:
    """The begin of this very load, if there was one; Refusal if the database holds anything else."""
    found = tables.begun(year.ground.agency_id, BEGUN)
    if found is None:
        if tables.count_dossiers(year.ground.agency_id) and not add:
            raise Refusal(
                "Cơ sở dữ liệu đã có hồ sơ. Năm chạy thử chỉ nạp vào cơ sở dữ liệu trống, hoặc thêm --add.",
                code="not_empty",
            )
        return None
    begun = Begun(**found)
    if (begun.dossiers, begun.seed) != (year.dossiers, year.seed):
        raise Refusal(f"Đã nạp một năm khác ({begun.dossiers} hồ sơ, seed {begun.seed}).", code="another_year")
    if begun.ground != year.ground.digest():
        raise Refusal("Danh mục thủ tục hoặc lịch đã đổi từ lúc bắt đầu nạp.", code="ground_changed")
    return begun


def _planned(year: Year, workers: int, out: TextIO) -> Dealt:
    progress = Progress(out, "Lập kế hoạch", year.dossiers)
    facts: list[DayFacts] = []
    for fact in _spread("facts", year, list(year.days), workers):
        facts.append(fact)
        progress.advance(len(fact.decided))
    return Dealt(year, facts)


def _begin(connection: psycopg.Connection[Any], year: Year, dealt: Dealt, now: datetime) -> Begun:
    """Reserve ids and numbers and enter the people, together; then leave the row that says so."""
    staff = posts(year.profile, year.ground)
    crowd = year.enterprises + year.citizens
    sizes = {
        "people_account": crowd + len(staff),
        "people_enterprise": year.enterprises,
        "dossiers_dossier": year.dossiers,
        "results_result": dealt.results + 1 + year.dossiers,  # those of the year, then one earlier of each dossier
        "payments_fee_obligation": year.dossiers,
        "dossiers_consultation": year.dossiers,
        "dossiers_inspection": year.dossiers,
    }
    civil = year.ground.clock.first.year
    wanted = {
        f"KQ.{year.ground.level_1}": dealt.results,
        f"receipt:{civil}": dealt.paid,
        **{f"document:{name}:{civil}": dealt.documents.get(n, 0) for n, name in year.series.items()},
    }
    with connection.transaction(), connection.cursor() as cursor:
        ids = {table: tables.reserve(cursor, table, size) for table, size in sizes.items()}
        offsets = tables.advance(cursor, year.ground.agency_id, wanted)
        begun = Begun(year.dossiers, year.seed, year.ground.digest(), ids, offsets)
        tables.unforced(cursor)
        people, hands = _people(year, begun)
        Registers(cursor, defaulted_columns(cursor), year.ground.agency_id, year.ground.clock.start).write(
            (people.person(n) for n in range(crowd)), hands
        )
        tables.forced(cursor)
        with acting_as(process(_HAND, year.ground.agency_id)) as by:
            audit.record(
                by=by, now=now, verb=BEGUN, subject_kind="year", subject_id=civil,
                details={
                    "dossiers": begun.dossiers, "seed": begun.seed, "ground": begun.ground, "ids": ids,
                    "offsets": offsets,
                },
            )  # fmt: skip
    return begun


def _people(year: Year, begun: Begun) -> tuple[Crowd, list[Officer]]:
    first = begun.ids["people_account"]
    crowd = Crowd(
        year.seed,
        year.enterprises,
        year.citizens,
        first_account=first,
        first_enterprise=begun.ids["people_enterprise"],
    )
    return crowd, officers(year.seed, posts(year.profile, year.ground), first + len(crowd))


def _tell(year: Year, dealt: Dealt, begun: Begun, now: datetime) -> None:
    with acting_as(process(_HAND, year.ground.agency_id)) as by:
        audit.record(
            by=by, now=now, verb=LOADED, subject_kind="year", subject_id=year.ground.clock.first.year,
            details={"dossiers": begun.dossiers, "seed": begun.seed, "digest": dealt.digest},
        )  # fmt: skip


# -- on several processors ---------------------------------------------------------------------------------------------


class Loading:
    """All that a worker needs to write a day; it opens its own connection."""

    def __init__(self, year: Year, dealt: Dealt, begun: Begun) -> None:
        self.year, self.dealt, self.begun = year, dealt, begun
        self._connection: psycopg.Connection[Any] | None = None
        self._rows: Rows | None = None

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()

    def copy(self, day: date) -> tuple[int, int]:
        """(dossiers, rows) of the day, written in one transaction; (0, 0) if it is there already."""
        if self._connection is None:
            self._connection = owner_connection()
        connection, agency = self._connection, self.year.ground.agency_id
        with connection.transaction(), connection.cursor() as cursor:
            cursor.execute("set local synchronous_commit = off")  # a lost day is loaded again; the last commit waits
            series = tables.open_day(cursor, agency, day, self.year.days[day])
            if series is None:
                return 0, 0
            rows = self._prepared(cursor)
            rows.ids.series[f"dossier:{day:%y%m%d}"] = series
            return self.year.days[day], self._copy(cursor, rows, day)

    def _prepared(self, cursor: psycopg.Cursor[Any]) -> Rows:
        if self._rows is None:
            crowd, staff = _people(self.year, self.begun)
            ids = Ids(
                dossier=self.begun.ids["dossiers_dossier"],
                result=self.begun.ids["results_result"] - self.begun.offsets[f"KQ.{self.year.ground.level_1}"],
                earlier=self.begun.ids["results_result"] + self.dealt.results + 1,
                consultation=self.begun.ids["dossiers_consultation"],
                inspection=self.begun.ids["dossiers_inspection"],
                fee=self.begun.ids["payments_fee_obligation"],
                series=tables.series_ids(cursor, self.year.ground.agency_id, list(self.begun.offsets)),
            )
            self._rows = Rows(
                self.year.ground, crowd, staff, ids, seed=self.year.seed, defaulted=defaulted_columns(cursor)
            )
        return self._rows

    def _copy(self, cursor: psycopg.Cursor[Any], rows: Rows, day: date) -> int:
        copied = 0
        numbers = self.dealt.of(day, offsets=self.begun.offsets, series=self.year.series)
        for k, (life, (n, held)) in enumerate(zip(self.year.lives(day), numbers, strict=True), 1):
            Story(rows, life, n, held).write()
            if k % SLICE == 0:
                copied += rows.copy(cursor)
        return copied + rows.copy(cursor)


# What forked workers find; the fork itself hands it over, nothing is pickled.
_shared: dict[str, Any] = {}


def _call(task: tuple[str, date]) -> Any:
    verb, day = task
    return getattr(_shared["subject"], verb)(day)


def _spread(verb: str, subject: Year | Loading, days: list[date], workers: int) -> Iterator[Any]:
    """`subject.verb(day)` for every day, the answers in any order; with one worker, in this process."""
    if workers == 1:
        yield from (getattr(subject, verb)(day) for day in days)
        return
    _shared["subject"] = subject
    _let_go()
    with get_context("fork").Pool(workers) as pool:
        yield from pool.imap_unordered(_call, [(verb, day) for day in days])


def _let_go() -> None:
    """A fork must not share a connection or a pool's threads with its parent."""
    for alias in ("default", "owner"):
        connection: Any = connections[alias]
        connection.close()
        connection.close_pool()
