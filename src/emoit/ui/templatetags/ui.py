"""`{% load ui %}`: the components of the design system, each a partial under `ui/components/`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django import template
from django.core.paginator import Page
from django.template.context import RequestContext
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from emoit.lib.saying import vi
from emoit.lib.vietnamese import is_vietnamese
from emoit.ui import formats, icons, language
from emoit.ui.types import ChipState, Link, Moment, Tone

register = template.Library()

_CHIP_ICONS = {
    ChipState.AMPLE: "clock",
    ChipState.SOON: "hourglass",
    ChipState.TODAY: "hourglass",
    ChipState.OVERDUE: "late",
    ChipState.PAUSED: "pause",
    ChipState.NONE: "none",
}
_TONE_ICONS = {
    Tone.NEUTRAL: "info",
    Tone.INFO: "info",
    Tone.SUCCESS: "done",
    Tone.WARNING: "late",
    Tone.DANGER: "late",
}
_MOMENT_ICONS = {Moment.DONE: "check", Moment.NOW: "clock", Moment.NEXT: "", Moment.STOPPED: "cross"}
_MOMENT_WORDS = {
    Moment.DONE: vi("Đã xong"),
    Moment.NOW: vi("Đang làm"),
    Moment.NEXT: vi("Sắp tới"),
    Moment.STOPPED: vi("Dừng"),
}
# Titles of procedures reach 200 characters and more: the longer, the smaller the heading.
_HEADING_SIZES = ((60, "xl"), (130, "l"))
_LONGEST_CRUMB = 60


# Values --------------------------------------------------------------------------------------------------------------
@register.filter
def day(value: date | datetime | None) -> str:
    return formats.day(value) if value else ""


@register.filter
def last_day(value: datetime | None) -> str:
    """The last day of a time whose end, the first moment no longer, is this."""
    return formats.day(value - timedelta(microseconds=1)) if value else ""


@register.filter
def clock(value: datetime | None) -> str:
    return formats.clock(value) if value else ""


@register.filter
def dt(value: datetime | None) -> str:
    return formats.day_and_clock(value) if value else ""


@register.filter
def iso(value: date | datetime | None) -> str:
    """For the `datetime` attribute of `<time>`."""
    return value.isoformat() if value else ""


@register.filter
def vnd(value: int | None) -> str:
    return "" if value is None else formats.vnd(value)


@register.filter
def grouped(value: int | None) -> str:
    return "" if value is None else formats.grouped(value)


@register.filter
def filesize(value: int | None) -> str:
    return "" if value is None else formats.size(value)


@register.filter
def phone(value: str | None) -> str:
    return formats.phone(value) if value else ""


@register.filter
def digits(value: str | None) -> str:
    """For a `tel:` link."""
    return "".join(c for c in value or "" if c.isdigit() or c == "+")


@register.filter
def said(value: Any) -> Any:
    """A Vietnamese text in the language of the page: labels, refusals, names that have an English form."""
    return language.said(value) if isinstance(value, str) else value


@register.filter
def as_written(value: Any) -> Any:
    """What was written or recorded, the same on every page: names, titles, reasons. On an English page Vietnamese words
    are marked as such, for those who hear the page."""
    return _marked(value) if isinstance(value, str) else value


@register.filter
def text(value: Any) -> str:
    """What data hold in both languages (`vi` and `en`, or `Both`), in that of the page."""
    if hasattr(value, "vi") and hasattr(value, "en"):
        return _marked(language.named(value.vi, value.en))
    return _marked(language.said(value)) if value else ""


@register.simple_tag
def named(vietnamese: str, english: str) -> str:
    """A name by its English form on an English page, if it has one."""
    return _marked(language.named(vietnamese, english))


@register.filter
def name_here(value: Any) -> str:
    """The same of anything with `name` and `name_en`, without marks: for titles of pages and for attributes."""
    return language.named(value.name, value.name_en)


@register.simple_tag
def numbered(result: Any) -> str:
    """ "Giấy phép … số 12/GP-BCT", "Giấy phép … No. 12/GP-BCT"."""
    title = _marked(result.title)
    return format_html(gettext("{} số {}"), title, result.number) if result.number else title


def _marked(value: str) -> str:
    if language.is_english() and is_vietnamese(value):
        return format_html('<span lang="vi">{}</span>', value)
    return value


@register.filter
def lang(value: Any) -> SafeString:
    """The attribute of an element that shows this text and can hold no other: an option, a frame."""
    shown = language.said(value) if isinstance(value, str) else ""
    return SafeString(' lang="vi"' if language.is_english() and is_vietnamese(shown) else "")


@register.simple_tag
def kept_in_vietnamese() -> SafeString:
    """The attribute of an element whose text is Vietnamese on every page: records, names, what officers wrote."""
    return SafeString(' lang="vi"' if language.is_english() else "")


@register.simple_tag
def icon(name: str, extra: str = "") -> SafeString:
    return icons.icon(name, extra)


# News ----------------------------------------------------------------------------------------------------------------
@register.inclusion_tag("ui/components/error_summary.html")
def error_summary(errors: Mapping[str, str] | Iterable[tuple[str, str]] | None) -> dict[str, Any]:
    """`errors` maps a field (element id or JSON pointer, "" for the whole form) to its message."""
    pairs = errors.items() if isinstance(errors, Mapping) else errors or ()
    return {"problems": [(f"#{formats.field_id(field)}" if field else "", message) for field, message in pairs]}


@register.inclusion_tag("ui/components/notification.html")
def notification(
    text: str, *, title: str = "", tone: str = Tone.INFO, live: bool = False, recorded: bool = False
) -> dict[str, Any]:
    """A notice in the page. `live` for one that answers what the user just did: it is read out and takes the focus.
    `recorded`: the text is what somebody wrote, not ours."""
    tone = Tone(tone)
    return {
        "text": as_written(text) if recorded else language.said(text),
        "title": title,
        "tone": tone,
        "icon": _TONE_ICONS[tone],
        "live": live,
    }


@register.inclusion_tag("ui/components/messages.html", takes_context=True)
def page_messages(context: RequestContext) -> dict[str, Any]:
    """Django's messages of this request as notices; levels become tones."""
    tones = {"success": Tone.SUCCESS, "warning": Tone.WARNING, "error": Tone.DANGER}
    return {
        "notices": [{"text": str(m), "tone": tones.get(m.level_tag, Tone.INFO)} for m in context.get("messages") or ()]
    }


@register.inclusion_tag("ui/components/panel.html")
def confirmation(title: str, *, code: str = "", code_label: str = vi("Mã hồ sơ")) -> dict[str, Any]:
    return {"title": title, "code": code, "code_label": code_label}


@register.inclusion_tag("ui/components/empty_state.html")
def empty_state(title: str, text: str = "", *, href: str = "", action: str = "", icon: str = "inbox") -> dict[str, Any]:
    """Nothing here: says so, and what to do."""
    return {"title": title, "text": text, "href": href, "action": action, "icon": icon}


# State ---------------------------------------------------------------------------------------------------------------
@register.inclusion_tag("ui/components/deadline_chip.html")
def deadline_chip(chip: Any) -> dict[str, Any]:
    """Takes anything with `words` and `state`; nothing at all for None."""
    if chip is None:
        return {}
    state = ChipState(chip.state)
    return {"words": chip.words, "state": state, "icon": _CHIP_ICONS[state]}


@register.inclusion_tag("ui/components/status_tag.html")
def status_tag(status: Any, tone: str = "") -> dict[str, Any]:
    """Takes anything with `label` and `tone`, or plain words with a tone."""
    if not hasattr(status, "label"):
        return {"label": str(status), "tone": Tone(tone or Tone.NEUTRAL)}
    return {"label": status.label, "tone": Tone(tone or getattr(status, "tone", Tone.NEUTRAL))}


@register.inclusion_tag("ui/components/steps.html")
def steps(current: int, total: int, label: str = "") -> dict[str, Any]:
    """ "Bước 2/4": `current` counts from 1."""
    marks = ["done" if at < current else "now" if at == current else "next" for at in range(1, total + 1)]
    return {"current": current, "total": total, "label": label, "marks": marks}


# Content -------------------------------------------------------------------------------------------------------------
@register.inclusion_tag("ui/components/page_heading.html")
def page_heading(
    title: str, *, english: str | None = None, over: str = "", status: Any = None, chip: Any = None
) -> dict[str, Any]:
    """The page's h1, sized by its length; `over` is the code or step above it. `english` is given where the title is a
    name from data: its English form, "" where it has none."""
    title = language.said(title) if english is None else language.named(title, english)
    size = next((size for limit, size in _HEADING_SIZES if len(title) <= limit), "long")
    shown = title if english is None else _marked(title)
    return {"title": shown, "over": over, "size": size, "status": status, "chip": chip}


@register.inclusion_tag("ui/components/summary_list.html")
def summary_list(rows: Iterable[Any], *, empty: str = vi("Chưa có")) -> dict[str, Any]:
    """Rows have `label`, `value`, `change_href`, `change_label`; pairs (label, value) serve too."""
    lines = [
        {"label": row[0], "value": row[1]} if isinstance(row, tuple) and not hasattr(row, "label") else row
        for row in rows
    ]
    return {"rows": lines, "empty": empty, "changing": any(getattr(row, "change_href", "") for row in lines)}


@register.inclusion_tag("ui/components/facts.html")
def facts(pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    return {"pairs": pairs}


@register.inclusion_tag("ui/components/timeline.html")
def timeline(entries: Iterable[Any], *, level: int = 3) -> dict[str, Any]:
    """Entries have `title`, `at`, `by`, `text`, `moment`, `expected`; `level` is that of their headings."""
    lines = []
    for entry in entries:
        moment = Moment(getattr(entry, "moment", Moment.DONE))
        lines.append({"entry": entry, "moment": moment, "icon": _MOMENT_ICONS[moment], "words": _MOMENT_WORDS[moment]})
    return {"lines": lines, "level": level}


@register.inclusion_tag("ui/components/file_list.html")
def file_list(files: Sequence[Any]) -> dict[str, Any]:
    return {"files": files}


@register.inclusion_tag("ui/components/button.html")
def button(
    words: str, *, href: str = "", kind: str = "", name: str = "", value: str = "", icon: str = "", needs: str = ""
) -> dict[str, Any]:
    """A submit button, or a link that looks like one. `kind`: "", "secondary", "warning"; `needs="selection"` waits."""
    return {"words": words, "href": href, "kind": kind, "name": name, "value": value, "icon": icon, "needs": needs}


# Ways ----------------------------------------------------------------------------------------------------------------
@register.inclusion_tag("ui/components/breadcrumbs.html")
def breadcrumbs(links: Iterable[Any]) -> dict[str, Any]:
    """The way here. A long title of this page itself is left out: the heading below says it in full."""
    return {"links": [link for link in links if link.href or len(link.label) <= _LONGEST_CRUMB]}


@register.inclusion_tag("ui/components/back_link.html")
def back_link(href: str, words: str = vi("Quay lại")) -> dict[str, Any]:
    return {"href": href, "words": words}


@register.inclusion_tag("ui/components/sub_navigation.html")
def sub_navigation(links: Iterable[Any], label: str = vi("Các phần của trang")) -> dict[str, Any]:
    return {"links": links, "label": label}


@register.inclusion_tag("ui/components/chosen_filters.html")
def chosen_filters(links: Sequence[Any], *, clear_href: str = "") -> dict[str, Any]:
    """Filters in force; each link leads to the same list without that filter."""
    return {"links": links, "clear_href": clear_href}


@register.inclusion_tag("ui/components/pagination.html", takes_context=True)
def pagination(context: RequestContext, page: Page[Any], parameter: str = "trang") -> dict[str, Any]:
    """Links to the pages around this one; everything else in the address stays."""
    request = context.get("request")
    query = request.GET.copy() if request else None

    def href(number: int) -> str:
        if query is None:
            return f"?{parameter}={number}"
        query[parameter] = str(number)
        return f"?{query.urlencode()}"

    elided = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    return {
        "page": page,
        "links": [Link(str(n), href(n) if isinstance(n, int) else "", current=n == page.number) for n in elided],
        "previous": href(page.previous_page_number()) if page.has_previous() else "",
        "next": href(page.next_page_number()) if page.has_next() else "",
    }


@register.inclusion_tag("ui/components/portal_navigation.html", takes_context=True)
def portal_navigation(context: RequestContext) -> dict[str, Any]:
    """The portal's entries from the site's profile, the one that holds this page marked."""
    site = context.get("site")
    request = context.get("request")
    path = request.path if request else ""
    links = [
        Link(link.label, link.href, current=link.current or (link.href != "/" and path.startswith(link.href)))
        for link in getattr(site, "navigation", ())
    ]
    return {"links": links}
