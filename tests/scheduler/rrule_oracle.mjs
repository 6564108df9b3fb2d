// Reads lines "START RRULE", prints for each the first days by rrule.js and by ical.js, parted by a bar; "-" where the
// rule holds what that engine is known to read otherwise.
import {createInterface} from 'node:readline';
import ICAL from 'ical.js';
import rrule from 'rrule';

const DAYS = 12;

// rrule.js 2.8.1 does not count the days before the start among the first week's, and takes a place from the end that
// lies before a set's first day for another.
const rruleFault = (rule) => /FREQ=WEEKLY.*BYSETPOS|BYSETPOS=[^;]*-[2-9]/.test(rule);

// ical.js 2.2.1 has no BYSETPOS but of a monthly BYDAY, takes the whole weeks between those of BYWEEKNO, knows no
// BYMONTHDAY from the end but in monthly rules, none of all months in yearly ones and no order of several months in
// monthly ones, no BYYEARDAY beside another part, and forgets a monthly INTERVAL where BYDAY meets BYMONTHDAY.
const icalFault = (rule) => /BYSETPOS|BYWEEKNO/.test(rule) || (/BYMONTHDAY=[^;]*-/.test(rule) && !/FREQ=MONTHLY/.test(rule)) ||
  (/FREQ=YEARLY/.test(rule) && /BYMONTHDAY/.test(rule) && (!/BYMONTH=/.test(rule) || /BYDAY/.test(rule))) ||
  (/FREQ=MONTHLY/.test(rule) && (/BYMONTH=/.test(rule) || (/BYDAY/.test(rule) && /BYMONTHDAY/.test(rule)))) || (/BYYEARDAY/.test(rule) && /BYDAY|BYMONTH/.test(rule));

function byRruleJs(rule, start) {
  const series = rrule.rrulestr(`DTSTART:${start.replaceAll('-', '')}T000000Z\nRRULE:${rule}`);
  const found = new Set();  // it gives a day again that two positions name
  series.all((date) => found.add(date.toISOString().slice(0, 10)).size < DAYS);
  return [...found];
}

function byIcalJs(rule, start) {
  const iterator = new ICAL.RecurIterator({rule: ICAL.Recur.fromString(rule), dtstart: ICAL.Time.fromDateString(start)});
  const found = [];
  while (found.length < DAYS) {
    const at = iterator.next();
    if (!at) break;
    found.push(at.toString());
  }
  return found;
}

for await (const line of createInterface({input: process.stdin})) {
  const [start, rule] = line.split(' ');
  const said = (fault, by) => fault(rule) ? '-' : by(rule, start).join(' ');
  console.log(said(rruleFault, byRruleJs) + '|' + said(icalFault, byIcalJs));
}
