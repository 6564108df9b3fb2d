// Reads a calendar (argv[2]) by ical.js and prints every airing.
import {readFileSync} from 'node:fs';
import ICAL from 'ical.js';

const calendar = new ICAL.Component(ICAL.parse(readFileSync(process.argv[2], 'utf8')));
for (const zone of calendar.getAllSubcomponents('vtimezone')) ICAL.TimezoneService.register(zone);
const components = calendar.getAllSubcomponents('vevent');
const overrides = new Map();
for (const component of components.filter((one) => one.hasProperty('recurrence-id'))) {
  const uid = component.getFirstPropertyValue('uid');
  overrides.set(uid, [...(overrides.get(uid) ?? []), component]);
}
for (const component of components) {
  if (component.hasProperty('recurrence-id')) continue;
  // Unless it is told which, it takes the overrides of every UID.
  const event = new ICAL.Event(component, {exceptions: overrides.get(component.getFirstPropertyValue('uid')) ?? []});
  const iterator = event.iterator();
  for (let next = iterator.next(); next && next.year < 2033; next = iterator.next()) {
    const start = event.getOccurrenceDetails(next).startDate;
    console.log('airing', event.uid, new Date(start.toUnixTime() * 1000).toISOString().replace('.000', ''));
  }
}
