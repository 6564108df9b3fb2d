# Calendars on standard input ({name: text}), a window as arguments: what recurring-ical-events finds of each, as
# {name: [[start, end] in seconds since 1970]}, without what is cancelled.
import datetime, json, sys
import icalendar, recurring_ical_events

window = [datetime.datetime.fromisoformat(text.replace("Z", "+00:00")) for text in sys.argv[1:3]]
found = {}
for name, text in json.load(sys.stdin).items():
    calendar = icalendar.Calendar.from_ical(text)
    found[name] = [
        [int(event["DTSTART"].dt.timestamp()), int(event["DTEND"].dt.timestamp())]
        for event in recurring_ical_events.of(calendar).between(*window)
        if event.get("STATUS") != "CANCELLED"
    ]
json.dump(found, sys.stdout)
