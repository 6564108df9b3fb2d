// A speaker whose ICE agent sends no checks after the first (libnice, so GStreamer) stays on stage as long as they speak.
import assert from 'node:assert/strict';
import {after, test} from 'node:test';
import {Service, decode, member, peer, spontaneousRoom, station, until} from './lib.mjs';

const service = new Service();
let guest;

after(async () => {
  guest?.child.kill('SIGKILL');
  await service.stop();
  service.remove();
});

test('a speaker from GStreamer is heard and kept beyond the 30 s that consent lasts', async () => {
  await service.start();
  const host = await member(service, service.command('admin', 'token'), 'hanna', 'Hanna');
  await station(service, host);
  const {id: room} = await spontaneousRoom(service, host);
  await service.api('POST', `/rooms/${room}/backstage`, {}, host);
  guest = await peer(service, room, host, 'Guest', ['record'], ['--tone', '440']);
  await service.api('POST', `/rooms/${room}/live`, {}, host);
  const stem = () => service.files().find((path) => path.includes('stems') && path.endsWith('.opus'));
  await until('35 s of stem', () => stem() && decode(stem()).length > 35 * 48_000, 60);
  const {speakers} = await service.api('GET', `/rooms/${room}/stage`, undefined, host);
  assert.equal(speakers[0].connected, true);
});
