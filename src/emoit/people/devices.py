"""A browser in plain words, from what it says of itself. Values in, values out."""

from __future__ import annotations

from emoit.lib.saying import say, vi

_BROWSERS = (
    ("Edg/", "Edge"),
    ("EdgA/", "Edge"),
    ("OPR/", "Opera"),
    ("coc_coc_browser", "Cốc Cốc"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Macintosh", vi("máy Mac")),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


_ON = " trên "


def device_of(user_agent: str) -> str:
    """ "Chrome trên Windows"; what cannot be told is "Thiết bị khác"."""
    browser = next((name for mark, name in _BROWSERS if mark in user_agent), "")
    system = next((name for mark, name in _SYSTEMS if mark in user_agent), "")
    if browser and system:
        return f"{browser}{_ON}{system}"
    return browser or system or vi("Thiết bị khác")


def told(device: str) -> str:
    """What `device_of` gave and was kept, so that a screen can say it in its language."""
    browser, on, system = device.partition(_ON)
    return say("{browser} trên {system}", browser=browser, system=say(system)) if on else device
