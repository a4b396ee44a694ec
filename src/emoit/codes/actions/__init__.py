"""Writes of the code lists: a calendar is published, never changed."""

from emoit.codes.actions.load_holidays import load_holidays
from emoit.codes.actions.publish_calendar import CalendarRefused, publish_calendar

__all__ = ["CalendarRefused", "load_holidays", "publish_calendar"]
