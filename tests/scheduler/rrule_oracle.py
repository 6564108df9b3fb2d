"""Reads lines "START RRULE", prints for each the first days by python-dateutil, an independent implementation."""
import itertools
import sys
from datetime import datetime

from dateutil.rrule import rrulestr

for line in sys.stdin:
    start, rule = line.split()
    series = rrulestr(rule, dtstart=datetime.strptime(start, "%Y-%m-%d"))
    print(" ".join(day.strftime("%Y-%m-%d") for day in itertools.islice(series, 12)))
