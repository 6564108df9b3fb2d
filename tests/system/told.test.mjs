// Followers are told by every way of everything that becomes of a show: planned, moved, cancelled, aired.
import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';
import {Service, decode, episodeOf, member, peer, station, until} from './lib.mjs';
import {mailServer, pushService, webhookReceiver} from './receivers.mjs';

let service, mail, push, hook, host, fan;
const state = {};

before(async () => {
  mail = await mailServer();
  push = await pushService();
  hook = await webhookReceiver();
  service = new Service(undefined, {STAGECAST_MAIL_SMTP: mail.url, STAGECAST_OUTBOUND_ADDRESSES: 'any'});
  await service.start();
  const operator = service.command('admin', 'token');
  host = await member(service, operator, 'hanna', 'Hanna');
  fan = await member(service, operator, 'fanny', 'Fanny');
  await station(service, host);
  const made = await service.api('POST', '/channels/test-channel/webhooks', {url: hook.url, format: 'standard'}, host);
  hook.verifyWith(made.secret);
  await service.api('PUT', '/me/follows/show/tuesday-talk', {ladder: [1440, 60, 10, 0]}, fan);
  await service.api('PATCH', '/me/telling', {quiet_from: '00:00', quiet_until: '00:00', daily_budget: 100}, fan);
  await service.api('POST', '/me/push', push.subscription, fan);
});

after(async () => {
  await service.stop();
  service.remove();
  await Promise.all([mail.stop(), push.stop(), hook.stop()]);
});

const subjects = () => mail.to('fanny@example.org').map(({headers}) => headers.subject);
const mailed = (pattern) => until(`a mail like ${pattern}`, () =>
  mail.to('fanny@example.org').find(({headers}) => pattern.test(headers.subject)));
const pushed = (pattern) => until(`a push message like ${pattern}`, () =>
  push.messages.find(({message}) => pattern.test(message.title)));
const called = (type) => until(`a call of ${type}`, () => hook.calls.find(({event}) => event.type === type));
const inMinutes = (minutes) => new Date(Date.now() + minutes * 60_000).toISOString();
const planned = (title, minutes) => service.api('POST', '/rooms', {
  channel: 'test-channel', show: 'tuesday-talk', title, starts_at: inMinutes(minutes), length_minutes: 30,
  accept_clashes: true}, host);
const version = async (room) => (await service.api('GET', `/rooms/${room}`)).version;

test('an hour before: by mail, push, webhook and bell', async () => {
  state.planned = await planned('Harbour news', 60 + 1 / 30);
  const letter = await mailed(/Harbour news/);
  assert.match(letter.text, new RegExp(`/rooms/${state.planned.id}`));
  assert.match(letter.html, /Harbour news/);
  assert.equal(letter.headers['list-unsubscribe-post'], 'List-Unsubscribe=One-Click');
  assert.match(letter.headers['list-unsubscribe'], /^<http.*\/unsubscribe\/.+>$/);
  const {message, headers} = await pushed(/Harbour news/);
  assert.equal(message.url, `${service.url.replace('127.0.0.1', 'localhost')}/rooms/${state.planned.id}`);
  assert.ok(Number(headers.ttl) > 0);
  assert.match(headers.authorization, /^vapid t=.+, k=.+/);
  const {event} = await called('airing.reminder');
  assert.equal(event.data.room, state.planned.id);
  const {notices, unheard} = await service.api('GET', '/me/bell', undefined, fan);
  assert.equal(unheard, 1);
  assert.match(notices[0].subject, /Harbour news/);
});

test('moved, cancelled and taking place after all', async () => {
  const room = state.planned.id;
  const edit = async (change) => service.api('PATCH', `/rooms/${room}`, {version: await version(room), ...change}, host);
  await edit({starts_at: inMinutes(300)});
  const moved = await mailed(/moved/i);
  assert.match(moved.calendar, /BEGIN:VEVENT/);
  await pushed(/moved/i);
  assert.equal((await called('airing.moved')).event.data.room, room);
  await service.api('POST', `/rooms/${room}/cancel`, {version: await version(room)}, host);
  const cancelled = await mailed(/cancelled/i);
  assert.match(cancelled.calendar, /METHOD:CANCEL/);
  assert.match(cancelled.calendar, /STATUS:CANCELLED/);
  await called('airing.cancelled');
  await service.api('POST', `/rooms/${room}/restore`, {version: await version(room)}, host);
  await called('airing.restored');
  await until('the bell has all four', async () =>
    (await service.api('GET', '/me/bell', undefined, fan)).notices.length === 4);
});

test('a show that changes its times, and a host who writes', async () => {
  const show = await service.api('GET', '/shows/tuesday-talk');
  await service.api('PATCH', '/shows/tuesday-talk', {
    version: show.version,
    schedule: {...show.schedule, start: '2026-01-07T20:00', rrule: 'FREQ=WEEKLY;BYDAY=WE'}}, host);
  await called('show.rescheduled');
  await service.api('POST', '/shows/tuesday-talk/notes', {text: 'Bring a cup of tea.'}, host);
  const note = await until('the note', () =>
    mail.to('fanny@example.org').find(({text}) => text.includes('Bring a cup of tea.')));
  assert.match(note.text, /Hanna/);
  await called('show.note');
  const again = await service.ask('POST', '/shows/tuesday-talk/notes', {text: 'And a spoon.'}, host);
  assert.equal(again.status, 409);
});

test('live, and the replay afterwards', async () => {
  const {id: room} = await planned('Now or never', 0.01);
  await service.api('POST', `/rooms/${room}/backstage`, {}, host);
  const guest = await peer(service, room, host, 'Guest', ['record', 'replay', 'podcast'], ['--tone', '660']);
  await service.api('POST', `/rooms/${room}/live`, {}, host);
  assert.equal((await called('airing.live')).event.data.room, room);
  await pushed(/Now or never/);
  const stem = () => service.files().find((path) => path.includes('stems') && path.endsWith('.opus'));
  await until('two seconds of sound', () => stem() && (decode(stem())?.length ?? 0) > 2 * 48_000);
  await service.api('POST', `/rooms/${room}/end`, {}, host);
  await guest.stop();
  await episodeOf(service, room, host);
  await called('episode.published');
  await until('a mail of the replay', () =>
    mail.to('fanny@example.org').some(({text}) => text.includes('/episodes/')));
});

test('nobody was told anything twice, and every call was signed', () => {
  const keys = mail.mails.map(({to, headers}) => to + headers['message-id']);
  assert.equal(new Set(keys).size, keys.length);
  const tags = push.messages.map(({message}) => message.tag);
  assert.equal(new Set(tags).size, tags.length);
  const ids = hook.calls.map(({id}) => id);
  assert.equal(new Set(ids).size, ids.length);
  assert.deepEqual(hook.forged, []);
  assert.equal(new Set(subjects()).size, subjects().length);
});

test('a browser that is gone is forgotten', async () => {
  push.answerWith(410);
  await planned('For nobody', 60 + 1 / 30);
  await until('the subscription is dropped', async () =>
    (await service.api('GET', '/me/push', undefined, fan)).subscriptions.length === 0);
});

test('without an account: a letter asks, its link follows, one POST ends it', async () => {
  const form = (path, fields, headers = {}) => fetch(service.url + path, {
    method: 'POST', redirect: 'manual', headers: {'Content-Type': 'application/x-www-form-urlencoded', ...headers},
    body: new URLSearchParams(fields)});
  const page = await fetch(service.url + '/follow/show/tuesday-talk', {headers: {Accept: 'text/html'}});
  const cookies = page.headers.getSetCookie?.() ?? [page.headers.get('set-cookie')];
  // Where it is about noon: nobody is told in the night.
  const ahead = 12 - new Date().getUTCHours();
  const zone = `zone=Etc/GMT${ahead > 0 ? '-' : '+'}${Math.abs(ahead)}`;
  const cookie = [...cookies.filter(Boolean).map((one) => one.split(';')[0]), zone].join('; ');
  const csrf = (await page.text()).match(/name="csrf" value="([^"]+)"/)[1];
  const asked = await form('/follow-by-mail', {csrf, kind: 'show', name: 'tuesday-talk', email: 'lea@example.org'}, {Cookie: cookie});
  assert.ok(asked.status < 400, await asked.text());
  const letter = await until('the letter', () => mail.to('lea@example.org')[0]);
  const follow = new URL(letter.text.match(/http\S+\/follow\/\S+/)[0]).pathname;
  assert.equal((await fetch(service.url + follow)).status, 200);
  await planned('Too early for Lea', 60 + 1 / 30);
  await until('Fanny is told', () => subjects().some((one) => one.includes('Too early for Lea')));
  assert.equal(mail.to('lea@example.org').length, 1, 'to look at the page follows nothing');
  const confirmed = await form(follow, {});
  assert.ok(confirmed.status < 400, String(confirmed.status));
  await planned('Tea with Lea', 60 + 1 / 30);
  const told = await until('Lea is told', () => mail.to('lea@example.org').find(({headers}) => /Tea with Lea/.test(headers.subject)));
  const end = new URL(told.headers['list-unsubscribe'].slice(1, -1)).pathname;
  const ended = await form(end, {'List-Unsubscribe': 'One-Click'});
  assert.equal(ended.status, 200);
  // Mail providers send it again.
  assert.equal((await form(end, {'List-Unsubscribe': 'One-Click'})).status, 200);
  const before = mail.to('lea@example.org').length;
  await planned('Without Lea', 60 + 1 / 30);
  await until('Fanny is told', () => subjects().some((one) => one.includes('Without Lea')));
  assert.equal(mail.to('lea@example.org').length, before);
});
