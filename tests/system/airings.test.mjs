// `stagecast airings`: what a rule gives, by the function that the guide, the feeds and the reminders use; held against
// another engine.
import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import test from 'node:test';
import rrule from 'rrule';
import {binary} from './lib.mjs';

function airings(options, more = []) {
  const words = Object.entries(options).flatMap(([name, value]) => ['--' + name, value]);
  const {status, stdout, stderr} = spawnSync(binary, ['airings', ...words, ...more], {encoding: 'utf8'});
  return {status, lines: stdout.split('\n').filter(Boolean), stdout, stderr};
}

const basic = (date) => date.toISOString().replace(/[-:]|\.\d+/g, '');

const weekly = {rule: 'FREQ=WEEKLY;BYDAY=TU', start: '2026-11-24T20:00', zone: 'Europe/Paris',
                from: '2026-11-01T00:00:00Z', to: '2026-12-16T00:00:00Z'};

test('one line an airing, in UTC', () => {
  const {status, stdout, stderr} = airings(weekly);
  assert.equal(stdout, '20261124T190000Z\n20261201T190000Z\n20261208T190000Z\n20261215T190000Z\n');
  assert.deepEqual([status, stderr], [0, '']);
});

test('dates off and further dates, with and without a time', () => {
  const {lines} = airings({...weekly, exdate: '2026-12-01T20:00,2026-12-08', rdate: '2026-12-02T18:30'});
  assert.deepEqual(lines, ['20261124T190000Z', '20261202T173000Z', '20261215T190000Z']);
});

test('names and times as iCalendar writes them are taken too', () => {
  const {lines} = airings({rule: 'rrule:freq=weekly;byday=tu', start: '20261124T200000', zone: 'Europe/Paris',
                           from: '20261101T000000Z', to: '20261216T000000Z', exdate: '20261201T200000,20261208T200000'});
  assert.deepEqual(lines, ['20261124T190000Z', '20261215T190000Z']);
});

test('a show without a rule airs once, and its further dates', () => {
  assert.deepEqual(airings({...weekly, rule: '', rdate: '2026-12-02T18:30'}).lines,
                   ['20261124T190000Z', '20261202T173000Z']);
});

test('a gap shifts by the offset before it, an overlap takes the first instant', () => {
  const paris = (start, from, to) => airings({rule: 'FREQ=DAILY', start, zone: 'Europe/Paris', from, to}).lines;
  assert.deepEqual(paris('2027-03-27T02:30', '2027-03-27T00:00:00Z', '2027-03-30T00:00:00Z'),
                   ['20270327T013000Z', '20270328T013000Z', '20270329T003000Z']);
  assert.deepEqual(paris('2027-10-30T02:30', '2027-10-30T00:00:00Z', '2027-11-02T00:00:00Z'),
                   ['20271030T003000Z', '20271031T003000Z', '20271101T013000Z']);
});

test('what is wrong is said on stderr, by field and reason, and nothing is printed', () => {
  const {rule, zone, ...rest} = weekly;
  for (const [options, reason, more] of [
    [{zone, ...rest}, /--rule: is missing/], [{rule, ...rest}, /--zone: is missing/],
    [{rule, zone, from: weekly.from, to: weekly.to}, /--start: is missing/],
    [{rule, zone, start: weekly.start, to: weekly.to}, /--from: is missing/],
    [{rule, zone, start: weekly.start, from: weekly.from}, /--to: is missing/],
    [{...weekly, until: '20270101'}, /--until: is not an option/], [weekly, /--verbose: needs a value/, ['--verbose']],
    [weekly, /now: is not a command/, ['now']], [weekly, /--zone: is given twice/, ['--zone', 'UTC']],
    [{...weekly, rule: 'FREQ=HOURLY'}, /rrule: FREQ must be DAILY, WEEKLY, MONTHLY or YEARLY/],
    [{...weekly, rule: 'FREQ=WEEKLY;COUNT=4001'}, /rrule: COUNT must be a number from 1 to 4000/],
    [{...weekly, rule: 'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30'}, /rrule: no date/],
    [{...weekly, rule: 'every Tuesday'}, /rrule: /],
    [{...weekly, rule: 'DTSTART:20261124T190000Z\nRRULE:FREQ=DAILY'}, /rrule: must be a rule alone/],
    [{...weekly, start: '2026-11-25T20:00'}, /start: .*the first that fits is 2026-12-01T20:00:00/],
    [{...weekly, start: 'tomorrow'}, /start: must be a local time/], [{...weekly, start: '1492-08-03T08:00'}, /start: /],
    [{...weekly, zone: 'Mars/Olympus'}, /zone: is not a time zone/], [{...weekly, zone: '../../etc/passwd'}, /zone: /],
    [{...weekly, exdate: '2026-12-01,Christmas'}, /exdates: must be a local time/],
    [{...weekly, rdate: '2026-11-01T20:00'}, /rdates: 2026-11-01T20:00:00 is before the start/],
    [{...weekly, exdate: Array(401).fill('2026-12-01').join()}, /exdates: at most 400 dates/],
    [{...weekly, from: '2026-11-01'}, /from: /], [{...weekly, to: weekly.from}, /to: must be after from/],
  ]) {
    const {status, stdout, stderr} = airings(options, more);
    assert.match(stderr, reason);
    assert.deepEqual([status, stdout], [2, ''], stderr);
  }
});

test('a window of more airings than one reading has is refused, not cut', () => {
  const daily = {...weekly, rule: 'FREQ=DAILY', to: '2199-01-01T00:00:00Z'};
  const {status, stdout, stderr} = airings(daily);
  const [, end] = stderr.match(/to: the window has more than 4000 airings: end it at (\S+) or before/);
  assert.deepEqual([status, stdout], [2, '']);
  assert.equal(airings({...daily, to: end}).lines.length, 4000);
});

// Of every frequency and part, from the first airing on.
const rules = [
  ['2026-11-24', 'FREQ=DAILY'], ['2026-11-24', 'FREQ=DAILY;INTERVAL=3;BYMONTH=1,11'],
  ['2026-11-24', 'FREQ=DAILY;BYMONTHDAY=-7;BYDAY=TU,MO'], ['2026-11-24', 'FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU;WKST=SU'],
  ['2026-11-24', 'FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU;WKST=MO'], ['2026-11-24', 'FREQ=WEEKLY;COUNT=9;BYMONTH=11,1'],
  ['2026-11-30', 'FREQ=MONTHLY;BYMONTHDAY=-1,30'], ['2026-01-31', 'FREQ=MONTHLY;BYMONTHDAY=31'],
  ['2026-11-24', 'FREQ=MONTHLY;BYDAY=4TU,-1FR'], ['2026-11-30', 'FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1'],
  ['2026-11-13', 'FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13'], ['2026-11-30', 'FREQ=MONTHLY;INTERVAL=5;BYDAY=5MO'],
  ['2028-02-29', 'FREQ=YEARLY'], ['2026-11-26', 'FREQ=YEARLY;BYMONTH=11;BYDAY=4TH'],
  ['2026-05-18', 'FREQ=YEARLY;BYDAY=20MO'], ['2026-12-28', 'FREQ=YEARLY;BYWEEKNO=53,1;BYDAY=MO'],
  ['2026-04-10', 'FREQ=YEARLY;BYYEARDAY=100,-1,366'], ['2026-11-24', 'FREQ=YEARLY;INTERVAL=2;BYMONTH=11;BYMONTHDAY=24'],
  ['2026-11-24', 'FREQ=WEEKLY;UNTIL=20270330T200000Z'], ['2026-11-24', 'FREQ=WEEKLY;UNTIL=20270330T195959Z'],
];

test('rules of every frequency and part give what rrule.js gives', () => {
  for (const [date, rule] of rules) {
    const start = new Date(`${date}T20:00:00Z`), to = new Date('2034-01-01T00:00:00Z');
    const theirs = rrule.rrulestr(`DTSTART:${basic(start)}\nRRULE:${rule}`).between(new Date(start - 1), to, true).map(basic);
    const {lines, stderr} = airings({rule, start: `${date}T20:00`, zone: 'UTC', from: start.toISOString(), to: to.toISOString()});
    assert.ok(theirs.length > 1, rule);
    assert.deepEqual(lines, theirs, rule + stderr);
  }
});
