"""Reads a calendar (argv[1]) by python-icalendar and recurring-ical-events.

Asserts that its VTIMEZONEs have the offsets of argv[2] (lines "zone,seconds since 1970,offset"), and that these are
those of the system's zone database; then prints every airing.
"""
import sys
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import recurring_ical_events
from icalendar import Calendar

calendar = Calendar.from_ical(open(sys.argv[1], "rb").read())
zones = {str(component["TZID"])[2:]: component.to_tz() for component in calendar.walk("VTIMEZONE")}
for line in open(sys.argv[2]):
    name, at, offset = line.strip().split(",")
    moment = datetime.fromtimestamp(int(at), timezone.utc)
    assert moment.astimezone(ZoneInfo(name)).utcoffset() == timedelta(seconds=int(offset)), (name, moment)
    assert moment.astimezone(zones[name]).utcoffset() == timedelta(seconds=int(offset)), (name, moment)
for airing in recurring_ical_events.of(calendar).between((2023, 1, 1), (2033, 1, 1)):
    print("airing", airing["UID"], airing["DTSTART"].dt.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"))
