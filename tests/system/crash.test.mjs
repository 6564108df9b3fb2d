// kill -9 while live: at most a second of a stem is lost, the room is back, its episode is still rendered.
import assert from 'node:assert/strict';
import {after, test} from 'node:test';
import {Service, consent, decode, episodeOf, member, peer, speak, spontaneousRoom, station, toneDbfs, until} from './lib.mjs';

const before = 523, afterwards = 1741;  // tones in Hz
let service = new Service();
const peers = [];

after(async () => {
  for (const {child} of peers) child.kill('SIGKILL');
  if (service.process?.exitCode === null) await service.kill9();
  service.remove();
});

test('kill -9 while live loses at most one second of a stem, and the room and its episode come back', async () => {
  await service.start();
  const operator = service.command('admin', 'token');
  const host = await member(service, operator, 'hanna', 'Hanna');
  await station(service, host);
  const {id: room} = await spontaneousRoom(service, host);
  await service.api('POST', `/rooms/${room}/backstage`, {}, host);
  const guest = await peer(service, room, host, 'Guest', ['record', 'podcast'], ['--tone', String(before)]);
  peers.push(guest);
  await service.api('POST', `/rooms/${room}/live`, {}, host);
  const live = performance.now();
  const stem = () => service.files().find((path) => path.includes('stems') && path.endsWith('.opus'));
  await until('four seconds of stem', () => stem() && (decode(stem())?.length ?? 0) > 4 * 48_000);
  const spoken = (performance.now() - live) / 1000;
  await service.kill9();
  const kept = decode(stem()).length / 48_000;
  console.log(`spoken ${spoken.toFixed(2)} s, kept ${kept.toFixed(2)} s`);
  assert.ok(kept >= spoken - 1.1, `at most a second is lost: ${spoken - kept}`);
  guest.child.kill('SIGKILL');

  service = new Service(service.data);
  await service.start();
  const view = await service.api('GET', `/rooms/${room}/stage`, undefined, host);
  assert.equal(view.state, 'live', 'the room is back');
  const pass = await consent(service, room, guest.key, ['record', 'podcast']);
  const again = await speak(service, pass, ['--tone', String(afterwards)]);
  peers.push(again);
  const heard = decode(`${service.url}/rooms/${room}/listen.ogg`, 3);
  assert.ok(toneDbfs(heard, afterwards) > -50, 'listeners hear the room again');
  await service.api('POST', `/rooms/${room}/end`, {}, host);
  const episode = await episodeOf(service, room, host);
  const mp3 = new URL(episode.files.find(({format}) => format === 'mp3').url, service.url).href;
  const samples = decode(mp3);
  for (const tone of [before, afterwards]) assert.ok(toneDbfs(samples, tone) > -40, `the episode holds ${tone} Hz`);
  await again.stop();
  assert.equal(await service.stop(), 0);
});
