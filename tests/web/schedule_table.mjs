// Makes every show of tests/data/schedule on a running site, edits airings, and compares, instant for instant: the guide
// API, the reminders' due times, and two independent readers of each published calendar: ical.js and
// recurring-ical-events. Usage: schedule_table.mjs URL SESSION. Prints what differs, and ends with 1.
import {spawnSync} from 'node:child_process';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import ICAL from 'ical.js';
import {table} from '../data/schedule/shows.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const [url, session] = process.argv.slice(2);
const from = '2026-12-02T00:00:00Z';
const to = '2027-12-20T00:00:00Z';
const MINUTE = 60_000, DAY = 86_400_000;
// Faults of the readers, by name: reader, show, and why its word is not taken there.
const faults = [
  {reader: 'ical.js', show: 'Week 20, Mondays', why: 'BYWEEKNO is taken for "from that week on"'},
  {reader: 'ical.js', show: 'Week 1 and 52', why: 'BYWEEKNO is taken for "from that week on"'},
  {reader: 'ical.js', show: 'The 20th Monday of the year', why: 'an ordinal of the year is taken for "from there on"'},
  {reader: 'recurring-ical-events', show: 'Until an instant', why: 'UNTIL at the very instant of an airing leaves it out'},
];

async function api(method, path, body) {
  const headers = {Authorization: `Bearer ${session}`, Connection: 'close'};
  if (body) headers['Content-Type'] = 'application/json';
  const answer = await fetch(`${url}/api/v1${path}`, {method, headers, body: body && JSON.stringify(body)});
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
  return text ? JSON.parse(text) : {};
}

const published = async (path) => (await fetch(url + path, {headers: {Connection: 'close'}})).text();

// The first local time that fits its rule: what the refusal names.
async function makeShow(channel, title, zone, start, rrule, more) {
  const {edits, ...schedule} = more;
  const local = start.length === 5 ? `2026-12-02T${start}` : start;
  const body = {channel, title, accept_clashes: true, language: 'en',
                schedule: {start: local, zone, rrule, length_minutes: 60, ...schedule}};
  try {
    return await api('POST', '/shows', body);
  } catch (refusal) {
    const first = refusal.message.match(/the first that fits is (\d{4}-\d\d-\d\dT\d\d:\d\d)/);
    if (!first) throw refusal;
    body.schedule.start = first[1];
    return api('POST', '/shows', body);
  }
}

const iso = (ms) => new Date(ms).toISOString().replace('.000Z', 'Z');

async function guide(channel) {
  const airings = [];
  for (let at = Date.parse(from); at < Date.parse(to); at += 60 * DAY) {
    const end = Math.min(at + 60 * DAY, Date.parse(to));
    let cursor = '';
    do {
      const page = await api('GET', `/guide?channel=${channel}&from=${iso(at)}&to=${iso(end)}&limit=2000${cursor}`);
      airings.push(...page.airings.filter((airing) => Date.parse(airing.starts_at) >= at));
      cursor = page.next_cursor ? `&cursor=${encodeURIComponent(page.next_cursor)}` : '';
    } while (cursor);
  }
  return airings;
}

async function edit(kind, show, airings) {
  const after = (date) => airings.find(({starts_at}) => starts_at >= date);
  const version = async ({room}) => (await api('GET', `/rooms/${room}`)).version;
  const put = async (airing, change) =>
    api('PATCH', `/rooms/${airing.room}`, {version: await version(airing), accept_clashes: true, ...change});
  if (kind === 'moved') {
    const a = after('2027-03-12'), b = after('2027-03-26'), c = after('2027-10-29'), d = after('2027-11-06');
    await put(a, {starts_at: '2027-03-14T07:30:00Z', length_minutes: 60});
    await put(b, {starts_at: iso(Date.parse(b.starts_at) + DAY), length_minutes: 60});
    await put(c, {starts_at: iso(Date.parse(c.starts_at) - DAY), length_minutes: 45});
    await put(d, {starts_at: '2027-11-07T06:30:00Z', length_minutes: 60});
  } else if (kind === 'cancelled' || kind === 'restored') {
    for (const date of ['2027-03-27T12', '2027-04-29T12', '2027-10-30T12']) {
      const airing = after(date);
      await api('POST', `/rooms/${airing.room}/cancel`, {version: await version(airing)});
      if (kind === 'restored')
        await api('POST', `/rooms/${airing.room}/restore`, {version: await version(airing), accept_clashes: true});
    }
  } else if (kind === 'retitled') {
    await put(after('2027-03-01'), {title: 'Another, title; with \\ and\u2028 more'});
    await put(after('2027-04-01'), {length_minutes: 95});
  } else if (kind === 'following') {
    const {version: v} = await api('GET', `/shows/${show.slug}`);
    await put(after('2027-06-01'), {title: 'Touched before the rule changed'});
    await api('PATCH', `/shows/${show.slug}`, {version: v, from: after('2027-05-02').room, accept_clashes: true,
      schedule: {start: '2027-05-04T19:30', rrule: 'FREQ=WEEKLY;INTERVAL=2;BYDAY=TU'}});
  } else if (kind === 'all') {
    const {version: v} = await api('GET', `/shows/${show.slug}`);
    await api('PATCH', `/shows/${show.slug}`, {version: v, accept_clashes: true, schedule: {zone: 'America/New_York'}});
  } else if (kind === 'retired') {
    const {version: v} = await api('GET', `/shows/${show.slug}`);
    await api('DELETE', `/shows/${show.slug}?version=${v}`);
  }
}

// "start/end" of every airing that ical.js finds.
function readByIcalJs(text) {
  const calendar = new ICAL.Component(ICAL.parse(text));
  ICAL.TimezoneService.reset();
  for (const zone of calendar.getAllSubcomponents('vtimezone')) ICAL.TimezoneService.register(zone);
  const events = calendar.getAllSubcomponents('vevent').map((c) => new ICAL.Event(c, {exceptions: []}));
  const found = [];
  const take = (event, start, end) => {
    if (event.component.getFirstPropertyValue('status') === 'CANCELLED') return;
    found.push([start.toJSDate().getTime(), end.toJSDate().getTime()]);
  };
  for (const event of events.filter((e) => !e.isRecurrenceException())) {
    for (const other of events.filter((e) => e.isRecurrenceException() && e.uid === event.uid)) event.relateException(other);
    if (!event.isRecurring()) {
      take(event, event.startDate, event.endDate);
      continue;
    }
    const iterator = event.iterator();
    const limit = Date.parse(to) + 40 * DAY;
    for (let next = iterator.next(); next && next.toJSDate().getTime() < limit; next = iterator.next()) {
      const {item, startDate, endDate} = event.getOccurrenceDetails(next);
      take(item, startDate, endDate);
    }
  }
  return found;
}

function readByPython(texts) {
  const done = spawnSync('/usr/bin/python3', [join(here, 'read_airings.py'), from, to],
                         {input: JSON.stringify(texts), maxBuffer: 1 << 28});
  if (done.status !== 0) throw new Error(`read_airings.py: ${done.stderr}`);
  return JSON.parse(done.stdout);
}

const within = (pairs) => new Set(pairs.filter(([start]) => start >= Date.parse(from) && start < Date.parse(to))
  .map(([start, end]) => `${iso(start)}/${iso(end)}`));

const wrong = [];
function compare(title, name, seen, wanted) {
  if (faults.some((fault) => fault.reader === name && fault.show === title)) return;
  const missing = [...wanted].filter((x) => !seen.has(x)), extra = [...seen].filter((x) => !wanted.has(x));
  if (missing.length || extra.length)
    wrong.push(`${title}: ${name} misses ${missing.slice(0, 4).join(' ')} (${missing.length}), ` +
               `has besides ${extra.slice(0, 4).join(' ')} (${extra.length})`);
}

async function reminders() {
  const due = new Map();
  for (let at = Date.parse(from); at < Date.parse(to); ) {
    const end = Math.min(at + 60 * DAY, Date.parse(to));
    const page = await api('GET', `/me/reminders?from=${iso(at)}&to=${iso(end)}`);
    for (const airing of page.airings) {
      const list = due.get(airing.show) ?? due.set(airing.show, new Set()).get(airing.show);
      for (const time of airing.due) list.add(`${time.minutes_before} ${time.at}`);
    }
    at = page.next ? Date.parse(page.next) : end;
  }
  return due;
}

await api('POST', '/channels', {slug: 'table', title: 'Table', allows_overlap: true});
await api('PUT', '/me/follows/channel/table');
const shows = [];
for (const [title, zone, start, rrule, more = {}] of table) {
  const show = await makeShow('table', title, zone, start, rrule, more);
  shows.push({...show, edits: more.edits});
}
const before = await guide('table');
for (const show of shows) if (show.edits) await edit(show.edits, show, before.filter((a) => a.show === show.slug));

const airings = (await guide('table')).filter(({state}) => state !== 'cancelled');
const due = await reminders();
const texts = {};
for (const show of shows) texts[show.slug] = await published(`/shows/${show.slug}/calendar.ics`);
const byPython = readByPython(texts);
let compared = 0;
for (const show of shows) {
  const own = airings.filter((airing) => airing.show === show.slug);
  const wanted = within(own.map((a) => [Date.parse(a.starts_at), Date.parse(a.ends_at)]));
  compared += wanted.size;
  compare(show.title, 'ical.js', within(readByIcalJs(texts[show.slug])), wanted);
  compare(show.title, 'recurring-ical-events', within(byPython[show.slug].map(([s, e]) => [s * 1000, e * 1000])), wanted);
  const wantedDue = new Set(own.flatMap((a) => [60, 0].map((m) => `${m} ${iso(Date.parse(a.starts_at) - m * MINUTE)}`)));
  compare(show.title, 'reminders', due.get(show.slug) ?? new Set(), wantedDue);
}
// Everything together is what the parts are.
const all = within(readByIcalJs(await published('/channels/table/calendar.ics')));
compare('the channel', 'ical.js', all, within(shows.flatMap((show) => readByIcalJs(texts[show.slug]))));
console.log(`${shows.length} shows, ${compared} airings`);
for (const line of wrong) console.log(line);
process.exit(wrong.length || shows.length < 80 || compared < 5000 ? 1 : 0);
