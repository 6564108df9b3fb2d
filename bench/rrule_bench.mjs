// Expands the schedules of a file, a line each ("20270105T200000Z RULE"), over the year after FROM by rrule.js, as often
// as it takes to be warm. Prints the airings of one pass and the CPU seconds of the median pass.
import {readFileSync} from 'node:fs';
import {createRequire} from 'node:module';

const {rrulestr} = createRequire(new URL('../tests/package.json', import.meta.url))('rrule');
const WARM = 3, MEASURED = 5;

const [file, from] = process.argv.slice(2);
const schedules = readFileSync(file, 'utf8').split('\n').filter(Boolean).map((line) => line.split(' '));
const first = new Date(from), last = new Date(first.getTime() + 365 * 86_400_000 - 1);

function pass() {
  let airings = 0;
  for (const [start, rule] of schedules) airings += rrulestr(`DTSTART:${start}\nRRULE:${rule}`).between(first, last, true).length;
  return airings;
}

for (let i = 1; i < WARM; ++i) pass();
const airings = pass();
const times = Array.from({length: MEASURED}, () => {
  const before = process.cpuUsage();
  pass();
  const {user, system} = process.cpuUsage(before);
  return (user + system) / 1e6;
}).sort((a, b) => a - b);
console.log(airings, times[Math.floor(MEASURED / 2)]);
