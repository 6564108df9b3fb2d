// The demo: a programme of three channels, and a room on air with two speakers, made through the public API only.
//
//   STAGECAST_TOKEN=… node deploy/demo/run.mjs http://localhost:8080 --peer build/release/whip_peer [--minutes 4] [--airings 12]
//
// Runs until the last airing has ended or SIGTERM comes. A programme that is there already is left as it is.
import {spawn} from 'node:child_process';
import {randomBytes} from 'node:crypto';
import {readFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {setTimeout as wait} from 'node:timers/promises';

const here = dirname(fileURLToPath(import.meta.url));
const speech = join(here, '../../tests/data/speech');
const programme = JSON.parse(readFileSync(join(here, 'programme.json'), 'utf8'));
const site = process.argv[2];
const option = (name, otherwise) => {
  const at = process.argv.indexOf('--' + name);
  return at < 0 ? otherwise : process.argv[at + 1];
};
const operator = process.env.STAGECAST_TOKEN;

async function api(method, path, body, token = operator) {
  const answer = await fetch(site + '/api/v1' + path, {
    method,
    headers: {Authorization: 'Bearer ' + token, ...(body ? {'Content-Type': 'application/json'} : {})},
    body: body ? JSON.stringify(body) : undefined,
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
  return text ? JSON.parse(text) : {};
}

// The first local date from today on that the rule allows: a start must be an instance of its rule.
function firstDate(show) {
  const rule = Object.fromEntries(show.rrule.split(';').map((part) => part.split('=')));
  const names = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA'];
  const lastDay = (day) => new Date(Date.UTC(day.getUTCFullYear(), day.getUTCMonth() + 1, 0)).getUTCDate();
  const fits = (day) => {
    if (rule.BYMONTHDAY && day.getUTCDate() !== Number(rule.BYMONTHDAY)) return false;
    if (!rule.BYDAY) return true;
    return rule.BYDAY.split(',').some((text) => {
      const nth = Number(text.slice(0, -2));
      if (names[day.getUTCDay()] !== text.slice(-2)) return false;
      if (nth === 0) return true;
      return nth > 0 ? Math.ceil(day.getUTCDate() / 7) === nth
                     : Math.ceil((lastDay(day) - day.getUTCDate() + 1) / 7) === -nth;
    });
  };
  const day = new Date();
  while (!fits(day)) day.setUTCDate(day.getUTCDate() + 1);
  return day.toISOString().slice(0, 10);
}

function dateIn(days) {
  return new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
}

async function makeHost(host) {
  const email = host.handle + '@demo.invalid';
  const {token: invitation} = await api('POST', '/invitations', {email});
  const password = randomBytes(18).toString('base64url');
  await api('POST', '/accounts', {...host, email, password, invitation}, '');
  return (await api('POST', '/session', {email, password}, '')).token;
}

async function makeProgramme() {
  const hosts = {};
  for (const host of programme.hosts) hosts[host.handle] = await makeHost(host);
  for (const {members, ...channel} of programme.channels) {
    await api('POST', '/channels', channel);
    for (const handle of members) await api('PUT', `/channels/${channel.slug}/members/${handle}`, {role: 'host'});
  }
  for (const {host, zone, time, rrule, length_minutes, pause_in_days, ...show} of programme.shows) {
    const pauses = pause_in_days ? [{first: dateIn(pause_in_days[0]), last: dateIn(pause_in_days[1])}] : [];
    const schedule = {start: `${firstDate({rrule})}T${time}`, zone, rrule, length_minutes, pauses};
    await api('POST', '/shows', {...show, schedule}, hosts[host]);
  }
  for (const {show, host, with: cohost} of programme.cohosts) {
    await api('POST', `/shows/${show}/hosts`, {handle: cohost}, hosts[host]);
    await api('POST', `/me/invitations/${show}`, {answer: 'accept'}, hosts[cohost]);
  }
  for (const change of programme.changes) await changeAiring(change);
}

// What happens to a programme: one airing is cancelled, one moved, one has a title of its own.
async function changeAiring({show, airing, cancel, later_hours, ...words}) {
  const {airings} = await api('GET', `/shows/${show}/airings`);
  const {room, starts_at} = airings[airing];
  const {version} = await api('GET', `/rooms/${room}`);
  if (cancel) return api('POST', `/rooms/${room}/cancel`, {version});
  const start = later_hours ? {starts_at: new Date(Date.parse(starts_at) + later_hours * 3_600_000).toISOString()} : {};
  return api('PATCH', `/rooms/${room}`, {version, ...words, ...start});
}

const children = new Set();
function speak(url, token, play) {
  const items = play.flatMap((item) => ['--play', item.startsWith('silence:') ? item : join(speech, item)]);
  const child = spawn(option('peer', 'build/release/whip_peer'),
                      ['--url', url, '--token', token, ...items, '--loop', 'yes'], {stdio: ['ignore', 'ignore', 'inherit']});
  children.add(child);
  child.on('exit', () => children.delete(child));
  return child;
}

// The wording a person would be shown; the demo's voices are public domain and agree to everything.
async function agree(room, key) {
  const {version, language} = await api('GET', '/consent-wording?language=en', null, key);
  return api('POST', `/rooms/${room}/consent`,
             {purposes: ['record', 'replay', 'podcast', 'clip'], wording: version, language}, key);
}

async function air(minutes) {
  const {channel, show, title, speakers} = programme.on_air;
  const room = await api('POST', '/rooms', {channel, show, title, length_minutes: Math.max(5, Math.ceil(minutes))});
  await api('POST', `/rooms/${room.id}/backstage`, {});
  const voices = [];
  for (const {name, play} of speakers) {
    const guest = await api('POST', `/rooms/${room.id}/speakers`, {name});
    const pass = await agree(room.id, guest.key);
    voices.push(speak(new URL(pass.whip_url, site).href, pass.whip_token, play));
  }
  await api('POST', `/rooms/${room.id}/live`, {});
  console.log(`on air: ${site}/rooms/${room.id}`);
  await wait(minutes * 60_000);
  await api('POST', `/rooms/${room.id}/end`, {});
  for (const voice of voices) voice.kill('SIGTERM');
  console.log(`ended; its episode will be in ${site}/shows/${show}/podcast.xml`);
}

process.on('SIGTERM', () => {
  for (const child of children) child.kill('SIGTERM');
  process.exit(0);
});

const there = (await api('GET', '/channels')).channels ?? [];
if (there.length === 0) await makeProgramme();
const minutes = Number(option('minutes', '4'));
for (let airing = 0; airing < Number(option('airings', '12')); ++airing) {
  await air(airing === 0 ? minutes : Math.max(minutes, 20));
  await wait(20_000);
}
