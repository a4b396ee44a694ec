"""What the components of the design system take. Any object or mapping with the same names serves as well."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime


class Tone(enum.StrEnum):
    """The feeling of a tag or a notice; the words always say it too."""

    NEUTRAL = "neutral"
    INFO = "info"
    SUCCESS = "success"
    WARNING = "warning"
    DANGER = "danger"


class ChipState(enum.StrEnum):
    """How much working time is left (the same words as `lib.working_time.DeadlineChip.state`)."""

    AMPLE = "ample"
    SOON = "soon"
    TODAY = "today"
    OVERDUE = "overdue"
    PAUSED = "paused"
    NONE = "none"


class Moment(enum.StrEnum):
    """Where an entry of a timeline stands."""

    DONE = "done"
    NOW = "now"
    NEXT = "next"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Link:
    """A way to somewhere. `count` is shown beside it; `alert` paints the count red (something is late)."""

    label: str
    href: str = ""
    current: bool = False
    count: int | None = None
    alert: bool = False


@dataclass(frozen=True, slots=True)
class LinkGroup:
    """A titled part of the workbench's rail."""

    title: str
    links: Sequence[Link]


@dataclass(frozen=True, slots=True)
class Chip:
    words: str
    state: ChipState


@dataclass(frozen=True, slots=True)
class Status:
    """A state in words, as citizen and official both read it."""

    label: str
    tone: Tone = Tone.NEUTRAL


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a summary list. `change_label` completes "Thay đổi …" for those who hear the link alone."""

    label: str
    value: str
    change_href: str = ""
    change_label: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of a timeline. `at` is aware; None for what is still to come. `expected` then says when, in words.
    `recorded`: `text` is of the record itself, Vietnamese on every page."""

    title: str
    at: datetime | None = None
    by: str = ""
    text: str = ""
    moment: Moment = Moment.DONE
    expected: str = ""
    recorded: bool = False


@dataclass(frozen=True, slots=True)
class FileLine:
    """A line of a file list. `size` in bytes. `note` tells of its state, e.g. "đang kiểm tra"."""

    name: str
    href: str = ""
    size: int | None = None
    pages: int | None = None
    kind: str = ""
    note: str = ""
    tone: Tone = Tone.NEUTRAL


@dataclass(frozen=True, slots=True)
class Site:
    """The agency's profile as the frame of each page shows it: data, so that another ministry needs no code.

    `mark` is the short form in the round mark (at most four letters), `portal_name` stands under the agency's name.
    `navigation` are the portal's entries in order; `account_href` and `sign_in_href` lead to the signed-in person's
    dossiers and to the sign-in page, `sign_out_href` and `language_href` take a POST. `name` is in the language of the
    page; `name_vi` and `name_en` are what it is called in each.
    """

    name: str
    name_vi: str = ""
    name_en: str = ""
    mark: str = ""
    portal_name: str = "Cổng dịch vụ công trực tuyến"
    address: str = ""
    phone: str = ""
    email: str = ""
    hours: str = ""
    home_href: str = "/"
    navigation: Sequence[Link] = ()
    account_href: str = ""
    sign_in_href: str = ""
    sign_out_href: str = ""
    language_href: str = ""
