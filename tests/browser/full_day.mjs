// A day of 200 channels with twelve airings each, put into the service's database: what the guide must carry at most.
import {randomBytes} from 'node:crypto';
import {join} from 'node:path';
import {run} from '../system/lib.mjs';

const adjectives = ['Morning', 'Evening', 'Silent', 'Northern', 'Little', 'Broken', 'Golden', 'Hidden', 'Open', 'Second', 'Long', 'Short',
  'Warm', 'Salt', 'Paper', 'Iron', 'Velvet', 'Distant', 'Common', 'Quiet', 'Blue', 'Electric', 'Wild', 'Hollow', 'Bright', 'Slow', 'Early',
  'Late', 'Lost', 'Winter', 'Summer', 'River', 'Harbour', 'Garden', 'Market', 'Kitchen', 'Station', 'Window', 'Atlas', 'Theatre'];
const nouns = ['Table', 'Hour', 'Letters', 'Tide', 'Maps', 'Stories', 'Voices', 'Lessons', 'Records', 'Neighbours', 'Bridges', 'Lanterns',
  'Questions', 'Machines', 'Gardens', 'Kitchens', 'Rivers', 'Songs', 'Pages', 'Walls', 'Journeys', 'Islands', 'Engines', 'Shadows', 'Notes',
  'Signals', 'Streets', 'Clocks', 'Harvest', 'Archive', 'Dialogue', 'Frontier', 'Orchard', 'Compass', 'Mirror', 'Workshop', 'Almanac'];
const first = ['Ines', 'Tomás', 'Awa', 'Gus', 'Lea', 'Noor', 'Piotr', 'Mina', 'Jorge', 'Aiko', 'Sven', 'Lucía', 'Omar', 'Hana', 'Eli', 'Zoë'];
const last = ['Varga', 'Ruiz', 'Diop', 'Hansen', 'Moreau', 'Okafor', 'Nowak', 'Tanaka', 'Silva', 'Berg', 'Keller', 'Haddad', 'Costa', 'Lind'];

// The same every time, and as varied as people are.
function dice(seed) {
  let state = seed;
  return (list) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return list[Math.floor(state / 2 ** 32 * list.length)];
  };
}

const letters = 'abcdefghijklmnopqrstuvwxyz234567';
const id = () => [...randomBytes(26)].map((byte) => letters[byte & 31]).join('');
const quoted = (text) => `'${text.replaceAll("'", "''")}'`;

function titleBy(pick) {
  const [adjective, noun, other, person] = [pick(adjectives), pick(nouns), pick(nouns), `${pick(first)} ${pick(last)}`];
  return pick([`The ${adjective} ${noun}`, `${adjective} ${noun}`, `${noun} and ${other}`, `On ${noun}`, `${adjective} ${noun} with ${person}`,
    `A ${adjective} ${noun}`, `${noun} of the ${adjective} ${other}`, `Talking ${noun}`, `${person} on ${noun}`]);
}

export async function fullDay(service, date, channels = 200, airings = 12) {
  const pick = dice(7);
  const midnight = Date.parse(`${date}T00:00:00Z`);
  const sql = ['PRAGMA foreign_keys = ON;', 'BEGIN IMMEDIATE;'];
  for (let c = 0; c < channels; ++c) {
    const [channel, account] = [id(), id()];
    const host = `${pick(first)} ${pick(last)}`;
    const title = `${pick(adjectives)} ${pick(['Radio', 'FM', 'Live', 'House', 'School', 'Salon'])} ${c}`;
    const colour = `#${(0x204060 + c * 7919 % 0x7f7f7f).toString(16).padStart(6, '0')}`;
    sql.push(`INSERT INTO accounts (id, handle, email, name, password_hash, is_operator, state, language, zone, created_at_ms) VALUES ('${account}', 'host-${c}', 'host-${c}@example.org', ${quoted(host)}, '', 0, 'active', 'en', 'UTC', 0);`,
      `INSERT INTO slugs (slug, kind, target_id) VALUES ('channel-${c}', 'channel', '${channel}');`,
      `INSERT INTO channels (id, slug, title, description, language, colour, created_at_ms, updated_at_ms) VALUES ('${channel}', 'channel-${c}', ${quoted(title)}, '', 'en', '${colour}', 0, 0);`);
    let minute = pick([0, 30, 60]);
    for (let a = 0; a < airings; ++a) {
      const length = pick([30, 45, 60, 60, 75]);
      const [show, room, slug] = [id(), id(), `full-${c}-${a}`];
      const start = midnight + minute * 60_000;
      const local = new Date(start).toISOString().slice(0, 19);
      sql.push(`INSERT INTO slugs (slug, kind, target_id) VALUES ('${slug}', 'show', '${show}');`,
        `INSERT INTO shows (id, channel_id, slug, title, notes, language, zone, start_local, rrule, exdates, rdates, length_minutes, podcast_guid, podcast_email, category, is_explicit, sequence, version, created_at_ms, updated_at_ms) VALUES ('${show}', '${channel}', '${slug}', ${quoted(titleBy(pick))}, '', 'en', 'UTC', '${local}', '', '', '', ${length}, '${slug}', '', 'History', 0, 0, 1, 0, 0);`,
        `INSERT INTO show_hosts (show_id, account_id, place) VALUES ('${show}', '${account}', 1);`,
        `INSERT INTO rooms (id, channel_id, show_id, title, state, visibility, starts_at_ms, ends_at_ms, slot_ms, slot_local, sequence, version, updated_at_ms) VALUES ('${room}', '${channel}', '${show}', '', 'scheduled', 'public', ${start}, ${start + length * 60_000}, ${start}, '${local}', 0, 1, 0);`);
      minute += length + pick([0, 0, 15]);  // 1,140 minutes at most: all of them on that day
    }
  }
  sql.push('UPDATE programme SET revision = revision + 1, roster_revision = revision + 1;', 'COMMIT;');
  const script = 'import sqlite3, sys\ndb = sqlite3.connect(sys.argv[1], isolation_level=None)\ndb.executescript(sys.stdin.read())\n';
  run('/usr/bin/python3', ['-c', script, join(service.data, 'stagecast.db')], {input: sql.join('\n')});
}
