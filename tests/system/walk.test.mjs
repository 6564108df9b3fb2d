// The way through the house: from sign-up to a withdrawn voice, on the real binary, with real clients.
import assert from 'node:assert/strict';
import {readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {after, before, test} from 'node:test';
import {Service, browser, consent, decode, episodeOf, hears, peer, python, run, samplesOf, spontaneousRoom,
        temporaryDirectory, toneDbfs, toneFile, until} from './lib.mjs';

const A = 440, B = 1234, C = 2710;  // one tone a speaker, Hz
const everything = ['record', 'replay', 'podcast', 'clip'];
const service = new Service();
const work = temporaryDirectory();
const state = {};

before(async () => { await service.start(); });
after(async () => {
  await Promise.all([state.stageBrowser?.close(), state.listenerBrowser?.close(), state.b?.stop(), state.c?.stop()]);
  if (service.process.exitCode === null) await service.stop();
  service.remove();
});

test('sign-up is by invitation, an address is confirmed by mail, a password is reset by mail', async () => {
  state.operator = service.command('admin', 'token');
  const uninvited = await service.ask('POST', '/accounts', {
    email: 'stranger@example.org', password: 'a long enough one', name: 'Stranger', handle: 'stranger'});
  assert.equal(uninvited.status, 400);
  assert.equal(uninvited.type, 'application/problem+json');
  assert.equal(uninvited.json.field, 'invitation');

  const {token: invitation} = await service.api('POST', '/invitations', {email: 'anna@example.org'}, state.operator);
  await service.mailTo('anna@example.org', /\/join\/([\w-]+)/);
  await service.api('POST', '/accounts', {
    email: 'anna@example.org', password: 'the first password', name: 'Anna', handle: 'anna', invitation});

  await service.api('POST', '/password-reset', {email: 'anna@example.org'});
  const [, token] = await service.mailTo('anna@example.org', /\/reset\/([\w-]+)/);
  await service.api('POST', '/password-reset/confirm', {token, password: 'the second password'});
  const old = await service.ask('POST', '/session', {email: 'anna@example.org', password: 'the first password'});
  assert.equal(old.status, 401);
  state.anna = (await service.api('POST', '/session', {email: 'anna@example.org', password: 'the second password'})).token;
  assert.equal((await service.api('GET', '/me', undefined, state.anna)).handle, 'anna');
  const messages = await service.api('GET', '/messages', undefined, state.operator);
  assert.ok(JSON.stringify(messages).includes('anna@example.org'), 'the operator sees what was sent');
});

test('a show with a rule in a named zone is in the guide, for people and by API', async () => {
  await service.api('POST', '/channels', {title: 'Test Channel', slug: 'test-channel'}, state.anna);
  const refused = await service.ask('POST', '/shows', {
    channel: 'test-channel', title: 'Wrong',
    schedule: {start: '2026-01-07T20:00', zone: 'Europe/Paris', rrule: 'FREQ=WEEKLY;BYDAY=TU', length_minutes: 60},
  }, state.anna);
  assert.equal(refused.status, 400);
  assert.match(refused.json.detail, /2026-01-13/, 'the first date that fits is offered');
  await service.api('POST', '/shows', {
    channel: 'test-channel', title: 'Tuesday Talk', slug: 'tuesday-talk', notes: 'We talk.',
    schedule: {start: '2026-01-06T20:00', zone: 'Europe/Paris', rrule: 'FREQ=WEEKLY;BYDAY=TU', length_minutes: 60},
  }, state.anna);
  const from = new Date(), to = new Date(+from + 28 * 86_400_000);
  const {airings} = await service.api('GET', `/guide?from=${from.toISOString()}&to=${to.toISOString()}`);
  assert.equal(airings.length, 4);
  state.airings = airings.map(({starts_at}) => starts_at.replace(/\.\d+Z/, 'Z'));
  const page = await (await fetch(`${service.url}/guide?zone=Europe/Paris&date=${state.airings[0].slice(0, 10)}`)).text();
  assert.match(page, /Tuesday Talk/);
});

test('the calendar gives an independent parser the same next airings', async () => {
  const answer = await fetch(`${service.url}/shows/tuesday-talk/calendar.ics`);
  assert.equal(answer.headers.get('content-type'), 'text/calendar; charset=utf-8');
  const first = state.airings[0], last = state.airings.at(-1);
  const parsed = python(
    'import sys,json,icalendar,recurring_ical_events\n' +
    'from datetime import datetime,timezone,timedelta\n' +
    'c=icalendar.Calendar.from_ical(sys.stdin.buffer.read())\n' +
    `a=datetime.fromisoformat("${first}".replace("Z","+00:00"));b=datetime.fromisoformat("${last}".replace("Z","+00:00"))\n` +
    'e=recurring_ical_events.of(c).between(a,b+timedelta(minutes=1))\n' +
    'print(json.dumps(sorted(x["DTSTART"].dt.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ") for x in e)))',
    Buffer.from(await answer.arrayBuffer()));
  assert.deepEqual(parsed, state.airings);
});

test('host, speaker and guest step on stage after the questions; each hears the room without themselves', async () => {
  state.room = (await spontaneousRoom(service, state.anna, 'The walk')).id;
  const room = state.room;
  await service.api('POST', `/rooms/${room}/backstage`, {}, state.anna);

  state.stageBrowser = await browser(toneFile(work, A, 40));
  const context = await state.stageBrowser.newContext();
  state.host = await context.newPage();
  await state.host.goto(`${service.url}/sign-in`);
  await state.host.fill('input[name=email]', 'anna@example.org');
  await state.host.fill('input[name=password]', 'the second password');
  await Promise.all([state.host.waitForURL((url) => url.pathname !== '/sign-in'), state.host.press('input[name=password]', 'Enter')]);
  await state.host.evaluate(() => localStorage.setItem('stagecast.rawmic', '1'));
  await state.host.goto(`${service.url}/rooms/${room}`);
  await state.host.click('#step-on-stage');
  for (const purpose of everything) {
    const box = state.host.locator(`#consent-form input[name=purpose-${purpose}]`);
    assert.equal(await box.isChecked(), false, `${purpose} is not ticked in advance`);
    await box.check();
  }
  await state.host.click('#consent-submit');

  state.b = await peer(service, room, state.anna, 'Bea', [], ['--tone', String(B)], join(work, 'b.s16'));
  state.c = await peer(service, room, state.anna, 'Carl', everything, ['--tone', String(C)]);
  await until('all three on stage', async () => {
    const {speakers} = await service.api('GET', `/rooms/${room}/stage`, undefined, state.anna);
    return speakers.filter(({connected}) => connected).length === 3;
  });
  await service.api('POST', `/rooms/${room}/live`, {}, state.anna);
  const {speakers} = await service.api('GET', `/rooms/${room}/stage`, undefined, state.anna);
  assert.deepEqual(Object.fromEntries(speakers.map(({name, recorded}) => [name, recorded])),
                   {Anna: true, Bea: false, Carl: true});

  const heard = await hears(state.host, 'publisher', [A, B, C]);
  assert.ok(heard[B] > -50 && heard[C] > -50, `A hears B and C: ${JSON.stringify(heard)}`);
  assert.ok(heard[A] < heard[B] - 40, `A does not hear A: ${JSON.stringify(heard)}`);
  const bHeard = samplesOf(readFileSync(join(work, 'b.s16'))).slice(-96_000);
  const [a, b, c] = [A, B, C].map((tone) => Math.round(toneDbfs(bHeard, tone)));
  assert.ok(a > -50 && c > -50, `B hears A (${a} dBFS) and C (${c} dBFS)`);
  assert.ok(b < a - 40, `B does not hear B: ${b} dBFS beside ${a}`);
});

test('listeners hear everybody: WebRTC in Chromium, any player, Media Source', async () => {
  state.listenerBrowser = await browser();
  const page = await state.listenerBrowser.newPage();
  await page.goto(`${service.url}/rooms/${state.room}`);
  await page.click('#listen');
  const heard = await until('the listener hears', async () => {
    const seen = await page.evaluate(async () => {
      const connection = window.stagecast?.listener;
      if (!connection) return null;
      const inbound = [...(await connection.getStats()).values()].find(({type}) => type === 'inbound-rtp');
      return inbound && {packets: inbound.packetsReceived, energy: inbound.totalAudioEnergy};
    });
    return seen?.packets > 20 && seen.energy > 0 && seen;
  });
  assert.ok(heard.energy > 0);
  const levels = await hears(page, 'listener', [A, B, C]);
  for (const tone of [A, B, C]) assert.ok(levels[tone] > -50, `the listener hears ${tone} Hz: ${JSON.stringify(levels)}`);

  for (const door of ['listen.ogg', 'listen.webm']) {
    const samples = decode(`${service.url}/rooms/${state.room}/${door}`, 3);
    assert.ok(samples, `ffmpeg reads ${door}`);
    const levels = [A, B, C].map((tone) => Math.round(toneDbfs(samples, tone)));
    assert.ok(Math.min(...levels) > -50, `${door} carries all three: ${levels} dBFS in ${samples.length / 48_000} s`);
  }
  const played = await page.evaluate(async (url) => {
    const media = new MediaSource(), audio = new Audio(URL.createObjectURL(media));
    await new Promise((done) => media.addEventListener('sourceopen', done, {once: true}));
    const buffer = media.addSourceBuffer('audio/webm; codecs="opus"');
    const reader = (await fetch(url)).body.getReader();
    const end = performance.now() + 8_000;
    while (performance.now() < end) {
      const {value} = await reader.read();
      buffer.appendBuffer(value);
      await new Promise((done) => buffer.addEventListener('updateend', done, {once: true}));
      const {buffered} = audio;
      if (buffered.length && audio.paused) {
        audio.currentTime = buffered.start(0);
        audio.play();
      }
      if (audio.currentTime - (buffered.length ? buffered.start(0) : 0) > 1) break;
    }
    await reader.cancel();
    return audio.buffered.length ? audio.currentTime - audio.buffered.start(0) : 0;
  }, `${service.url}/rooms/${state.room}/listen.webm`);
  assert.ok(played > 1, `Media Source played ${played} s`);
});

test('a private door stays shut: nobody speaks without a pass, nobody else runs the room', async () => {
  const whip = await fetch(`${service.url}/rooms/${state.room}/whip`, {
    method: 'POST', headers: {'Content-Type': 'application/sdp'}, body: 'v=0\r\n'});
  assert.equal(whip.status, 401);
  assert.equal((await service.ask('POST', `/rooms/${state.room}/end`, {})).status, 401);
  assert.equal((await service.ask('POST', `/rooms/${state.room}/end`, {}, state.b.key)).status, 403);
});

test('the episode holds A and C and nothing of B, levelled, with true length and duration', async () => {
  await service.api('POST', `/rooms/${state.room}/end`, {}, state.anna);
  await Promise.all([state.b.stop(), state.c.stop()]);
  state.episode = await episodeOf(service, state.room, state.anna);
  for (const file of state.episode.files.filter(({format}) => format !== 'peaks')) {
    const answer = await fetch(new URL(file.url, service.url));
    const bytes = Buffer.from(await answer.arrayBuffer());
    assert.equal(bytes.length, file.size_bytes, `${file.format}: the length is true`);
    const path = join(work, 'episode.' + file.format);
    writeFileSync(path, bytes);
    const samples = decode(path);
    const [a, b, c] = [A, B, C].map((tone) => toneDbfs(samples, tone));
    assert.ok(a > -40 && c > -40, `${file.format} holds A (${a} dBFS) and C (${c} dBFS)`);
    assert.ok(b < a - 60, `${file.format} holds nothing of B: ${b} dBFS beside ${a}`);
    assert.ok(Math.abs(samples.length / 48 - state.episode.duration_ms) < 150, `${file.format}: the duration is true`);
    const {integrated, peak} = loudness(path);
    assert.ok(Math.abs(integrated + 16) <= 1, `${file.format}: ${integrated} LUFS`);
    assert.ok(peak <= -1, `${file.format}: ${peak} dBTP`);
  }
});

function loudness(path) {
  const report = run('sh', ['-c', 'ffmpeg -nostats -i "$0" -af ebur128=peak=true -f null - 2>&1', path]).toString();
  const summary = report.slice(report.lastIndexOf('Summary:'));
  return {integrated: Number(summary.match(/I:\s+(-?[\d.]+) LUFS/)[1]),
          peak: Number(summary.match(/Peak:\s+(-?[\d.]+) dBFS/)[1])};
}

async function feedItems() {
  const answer = await fetch(`${service.url}/shows/tuesday-talk/podcast.xml`);
  return python(
    'import sys,json,feedparser\n' +
    'f=feedparser.parse(sys.stdin.buffer.read())\n' +
    'print(json.dumps({"bozo":bool(f.bozo),"title":f.feed.title,"items":[{"guid":e.id,"title":e.title,' +
    '"url":e.enclosures[0].href,"length":int(e.enclosures[0].length),"type":e.enclosures[0].type,' +
    '"duration":e.itunes_duration} for e in f.entries]}))',
    Buffer.from(await answer.arrayBuffer()));
}

test('the episode is on the show’s page and in the podcast feed', async () => {
  const feed = await feedItems();
  assert.equal(feed.bozo, false);
  assert.equal(feed.title, 'Tuesday Talk');
  assert.equal(feed.items.length, 1);
  state.item = feed.items[0];
  assert.equal(state.item.guid, state.episode.guid);
  const head = await fetch(state.item.url, {method: 'HEAD'});
  assert.equal(Number(head.headers.get('content-length')), state.item.length);
  assert.equal(Number(state.item.duration), Math.round(state.episode.duration_ms / 1000));
  const page = await (await fetch(`${service.url}/shows/tuesday-talk`)).text();
  assert.match(page, /<audio/);
  assert.ok(page.includes(new URL(state.item.url).pathname.split('/').slice(0, 3).join('/')), 'the page plays it');
});

test('after a withdrawal nothing of A is anywhere under the data directory, and the feed follows', async () => {
  const stage = await service.api('GET', `/rooms/${state.room}/stage`, undefined, state.anna);
  const anna = stage.speakers.find(({name}) => name === 'Anna').id;
  const before = service.files().filter((path) => path.endsWith('.opus') || path.endsWith('.ogg'))
    .map((path) => ({path, samples: decode(path)})).filter(({samples}) => samples);
  assert.ok(before.some(({samples}) => toneDbfs(samples, A) > -40), 'the search finds A while A is there');
  const voice = readFileSync(before.find(({samples}) => toneDbfs(samples, A) > -40 && toneDbfs(samples, C) < -60).path);
  const stolen = await service.ask('POST', `/speakers/${anna}/withdraw`, {}, state.c.key);
  assert.equal(stolen.status, 403, 'nobody else can withdraw it');

  state.receipt = await service.api('POST', `/speakers/${anna}/withdraw`, {}, state.anna);
  assert.ok(state.receipt.stems_erased >= 1);
  const renewed = await episodeOf(service, state.room, state.anna, ({state: s, files}) =>
    s === 'published' && files.length > 0 && files[0].url !== state.episode.files[0].url);
  assert.equal(renewed.guid, state.episode.guid);

  for (const path of service.files()) {
    const samples = decode(path);
    if (samples) assert.ok(toneDbfs(samples, A) < -75, `${path} still sounds of A: ${toneDbfs(samples, A)} dBFS`);
    const bytes = readFileSync(path);
    for (let at = 200; at + 48 < voice.length; at += 997) {
      assert.equal(bytes.indexOf(voice.subarray(at, at + 48)), -1, `${path} holds bytes of A's stem`);
    }
  }
  const mp3 = join(work, 'renewed.mp3');
  const moved = await fetch(state.item.url);
  assert.equal(moved.redirected, true, 'the earlier address redirects');
  writeFileSync(mp3, Buffer.from(await moved.arrayBuffer()));
  const samples = decode(mp3);
  assert.ok(toneDbfs(samples, C) > -40 && toneDbfs(samples, A) < toneDbfs(samples, C) - 60);
  const feed = await feedItems();
  assert.equal(feed.items[0].guid, state.item.guid);
  assert.notEqual(feed.items[0].url, state.item.url);

  await state.host.goto(`${service.url}/receipts/${state.receipt.id}`);
  assert.match(await state.host.textContent('main'), /withdr/i, 'the page shows the receipt');
});

test('the last voice withdrawn takes the episode with it', async () => {
  await service.api('POST', `/speakers/${state.c.speaker}/withdraw`, {}, state.c.key);
  await until('the feed without the episode', async () => (await feedItems()).items.length === 0);
  assert.equal((await fetch(state.item.url)).status, 410);
});

test('the service stops cleanly on SIGTERM', async () => {
  assert.equal(await service.stop(), 0);
});
