"""Reads a calendar (argv[1]) by python-icalendar and prints what it understood, one fact a line.

zone TZID YYYY          every hour of that year has the offset of the system's zone database
airing UID UTC STATUS   the first five of each series by python-dateutil, with overrides applied
"""
import itertools
import sys
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr
from icalendar import Calendar


def check_zone(component, years):
    name = str(component["TZID"])
    ours, theirs = component.to_tz(), ZoneInfo(name)
    for year in years:
        moment = datetime(year, 1, 1, tzinfo=timezone.utc)
        while moment.year == year:
            assert moment.astimezone(ours).utcoffset() == moment.astimezone(theirs).utcoffset(), (name, moment)
            moment += timedelta(hours=1)
        print("zone", name, year)


def naive(moment):
    return moment.replace(tzinfo=None)


def dates_of(event, name):
    value = event.get(name)
    lists = value if isinstance(value, list) else [value] if value else []
    return [naive(item.dt) for entry in lists for item in entry.dts]


def airings(master, overrides, zone):
    start = naive(master["DTSTART"].dt)
    text = master["RRULE"].to_ical().decode() if "RRULE" in master else "FREQ=DAILY;COUNT=1"
    until = master["RRULE"].get("UNTIL") if "RRULE" in master else None
    if until:
        text = ";".join(part for part in text.split(";") if not part.startswith("UNTIL="))
    excluded = set(dates_of(master, "EXDATE"))
    found = []
    for local in itertools.islice(rrulestr(text, dtstart=start), 40):
        moment = local.replace(tzinfo=zone).astimezone(timezone.utc)
        if until and moment > until[0].astimezone(timezone.utc):
            break
        if local not in excluded:
            found.append(local)
    for local in sorted(found + dates_of(master, "RDATE"))[:5]:
        override = overrides.get(local)
        moment = override["DTSTART"].dt if override else local.replace(tzinfo=zone)
        status = str((override or master)["STATUS"])
        yield moment.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"), status


calendar = Calendar.from_ical(open(sys.argv[1], "rb").read())
years = [int(year) for year in sys.argv[2:]]
for component in calendar.walk("VTIMEZONE"):
    check_zone(component, years)
events = calendar.walk("VEVENT")
for event in events:
    assert ("DTEND" in event) + ("DURATION" in event) == 1
    if "RECURRENCE-ID" in event:
        assert "RRULE" not in event
        continue
    overrides = {
        naive(other["RECURRENCE-ID"].dt): other
        for other in events
        if "RECURRENCE-ID" in other and other["UID"] == event["UID"]
    }
    zone = ZoneInfo(event["DTSTART"].params.get("TZID", "UTC"))
    for moment, status in airings(event, overrides, zone):
        print("airing", event["UID"], moment, status)
print("summary", events[0]["SUMMARY"] if events else "")
