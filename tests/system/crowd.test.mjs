// Clients that send headers slowly and clients that hold a stream change nothing for the guide's readers; joins and
// leaves leave nothing behind.
import assert from 'node:assert/strict';
import {connect} from 'node:net';
import {after, before, test} from 'node:test';
import {Service, browser, member, peer, spontaneousRoom, station, until} from './lib.mjs';

const service = new Service();
const state = {peers: []};

before(async () => {
  await service.start();
  state.host = await member(service, service.command('admin', 'token'), 'hanna', 'Hanna');
  await station(service, state.host);
  state.room = (await spontaneousRoom(service, state.host)).id;
  await service.api('POST', `/rooms/${state.room}/backstage`, {}, state.host);
  state.peers.push(await peer(service, state.room, state.host, 'Guest', [], ['--tone', '440']));
  await service.api('POST', `/rooms/${state.room}/live`, {}, state.host);
});
after(async () => {
  await state.browser?.close();
  for (const {child} of state.peers) child.kill('SIGKILL');
  if (service.process.exitCode === null) await service.stop();
  service.remove();
});

function socket(first) {
  const [host, port] = service.address.split(':');
  const client = connect({host, port: Number(port)});
  client.on('error', () => {});
  client.received = 0;
  client.on('data', (bytes) => { client.received += bytes.length; });
  client.write(first);
  return client;
}

async function readGuide(times) {
  const took = [];
  for (let i = 0; i < times; ++i) {
    const begin = performance.now();
    const answer = await fetch(`${service.url}/guide`, {signal: AbortSignal.timeout(5_000), headers: {Connection: 'close'}});
    assert.equal(answer.status, 200);
    await answer.text();
    took.push(performance.now() - begin);
  }
  took.sort((a, b) => a - b);
  return {median_ms: took[times >> 1].toFixed(1), worst_ms: took.at(-1).toFixed(1)};
}

test('200 slow headers and 100 held streams change nothing for the guide’s readers', async () => {
  const idle = await readGuide(50);
  const slow = Array.from({length: 200}, () => socket('GET /guide HTTP/1.1\r\nHost: x\r\n'));
  const drip = setInterval(() => slow.forEach((client) => client.writable && client.write('X-A: b\r\n')), 500);
  const holders = Array.from({length: 100}, (_, i) => socket(
    `GET /rooms/${state.room}/${i % 2 ? 'listen.ogg' : 'events'} HTTP/1.1\r\nHost: x\r\n\r\n`));
  await until('every holder gets its stream', () => holders.every(({received}) => received > 500));
  const crowded = await readGuide(50);
  console.log('guide, idle:', idle, 'with the crowd:', crowded);
  const held = holders.map(({received}) => received);
  await until('every stream goes on', () => holders.every(({received}, i) => received > held[i]));
  await until('slow clients are sent away', () => slow.every(({closed, destroyed}) => closed || destroyed), 20);
  clearInterval(drip);
  holders.forEach((client) => client.destroy());
});

test('20 joins and leaves of speakers and of listeners leave no thread, socket or memory behind', async () => {
  state.browser = await browser();
  const page = await state.browser.newPage();
  await page.goto(`${service.url}/guide`);
  const listen = () => page.evaluate(async (url) => {
    const connection = new RTCPeerConnection();
    connection.addTransceiver('audio', {direction: 'recvonly'});
    await connection.setLocalDescription();
    const answer = await fetch(url, {method: 'POST', headers: {'Content-Type': 'application/sdp'},
                                     body: connection.localDescription.sdp});
    await connection.setRemoteDescription({type: 'answer', sdp: await answer.text()});
    await new Promise((done) => {
      connection.onconnectionstatechange = () => connection.connectionState === 'connected' && done();
    });
    await fetch(answer.headers.get('Location'), {method: 'DELETE'});
    connection.close();
  }, `/rooms/${state.room}/whep`);
  const round = async () => {
    const speaker = await peer(service, state.room, state.host, 'Passing', [], ['--tone', '660']);
    await listen();
    await speaker.stop();
  };
  const settled = (atMost) => until('everything is given back', () => {
    const now = service.resources();
    return now.threads <= atMost.threads && now.descriptors <= atMost.descriptors && now;
  });
  for (let i = 0; i < 4; ++i) await round();
  const warm = await until('a quiet moment', () => service.resources());
  for (let i = 0; i < 20; ++i) await round();
  const later = await settled(warm);
  console.log('before:', warm, 'after 20 rounds:', later);
  assert.ok(later.rss_kb - warm.rss_kb < 4_096, `memory grew by ${later.rss_kb - warm.rss_kb} kB`);
});
