"""Small line drawings of our own on a grid of 24, painted in the colour of the text beside them."""

from __future__ import annotations

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

_CIRCLE = '<circle cx="12" cy="12" r="9"/>'
PATHS: dict[str, str] = {
    "clock": _CIRCLE + '<path d="M12 7v5l3.5 2"/>',
    "calendar": '<rect x="4" y="5" width="16" height="15" rx="2"/><path d="M4 10h16M8 3v4M16 3v4"/>',
    "hourglass": '<path d="M6 3h12M6 21h12M7 3c0 5 5 6 5 9s-5 4-5 9M17 3c0 5-5 6-5 9s5 4 5 9"/>',
    "late": '<path d="M12 3 2.5 20h19L12 3Z"/><path d="M12 10v4M12 17v.01"/>',
    "pause": _CIRCLE + '<path d="M10 9v6M14 9v6"/>',
    "none": _CIRCLE + '<path d="M8 12h8"/>',
    "check": '<path d="m5 12.5 4.5 4.5L19 7.5"/>',
    "done": _CIRCLE + '<path d="m8 12.5 2.8 2.8L16 10"/>',
    "cross": '<path d="M6 6l12 12M18 6 6 18"/>',
    "info": _CIRCLE + '<path d="M12 11v5M12 8v.01"/>',
    "file": '<path d="M6 3h8l4 4v14H6V3Z"/><path d="M14 3v5h4M9 13h6M9 17h6"/>',
    "inbox": '<path d="M4 13 6.5 5h11L20 13v6H4v-6Z"/><path d="M4 13h5l1 2.5h4l1-2.5h5"/>',
    "search": '<circle cx="10.5" cy="10.5" r="6.5"/><path d="m15.5 15.5 5 5"/>',
    "person": '<circle cx="12" cy="8" r="4"/><path d="M4.5 20c1.2-4 4-6 7.5-6s6.3 2 7.5 6"/>',
    "forward": '<path d="M5 12h14M13 6l6 6-6 6"/>',
    "back": '<path d="M19 12H5M11 6l-6 6 6 6"/>',
    "download": '<path d="M12 4v11M7 11l5 5 5-5M5 20h14"/>',
    "money": '<rect x="3" y="6" width="18" height="12" rx="2"/><circle cx="12" cy="12" r="2.6"/>',
    "seal": '<circle cx="12" cy="9.5" r="6"/><path d="m9.5 9.5 1.8 1.8 3.2-3.4M8.5 14.5 7 21l5-2.5L17 21l-1.5-6.5"/>',
    "pen": '<path d="M4 20l1-4.5L16.5 4l3.5 3.5L8.5 19 4 20Z"/><path d="m14 6.5 3.5 3.5"/>',
    "place": '<path d="M12 21c4-5 6-8 6-11a6 6 0 0 0-12 0c0 3 2 6 6 11Z"/><circle cx="12" cy="10" r="2.2"/>',
    "filter": '<path d="M4 6h16M7 12h10M10 18h4"/>',
}


def icon(name: str, extra: str = "") -> SafeString:
    """The drawing, hidden from screen readers: the words beside it say the same. KeyError if there is none."""
    return format_html(
        '<svg class="emoit-icon{}" viewBox="0 0 24 24" width="20" height="20" aria-hidden="true" focusable="false">'
        "{}</svg>",
        f" {extra}" if extra else "",
        mark_safe(PATHS[name]),  # noqa: S308 - constants above
    )
