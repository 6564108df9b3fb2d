"""Reads a calendar (argv[1]) by python-icalendar and prints each event's alarms: alarm SUMMARY TRIGGER."""
import sys

from icalendar import Calendar

for event in Calendar.from_ical(open(sys.argv[1], "rb").read()).walk("VEVENT"):
    for alarm in event.walk("VALARM"):
        assert alarm["ACTION"] and alarm["DESCRIPTION"], alarm
        print("alarm", event["SUMMARY"], alarm["TRIGGER"].dt)
