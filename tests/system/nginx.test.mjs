// deploy/nginx.conf, as it stands but for ports, names and certificate, in front of the real binary.
import assert from 'node:assert/strict';
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {mkdirSync, readFileSync, readdirSync, statSync, writeFileSync} from 'node:fs';
import {get} from 'node:https';
import {createServer} from 'node:net';
import {join} from 'node:path';
import {after, before, test} from 'node:test';
import {Service, member, peer, run, spontaneousRoom, station, temporaryDirectory, until} from './lib.mjs';

const work = temporaryDirectory();
const state = {};
let service;

function fetchTls(path) {
  return new Promise((done, failed) => {
    const request = get({host: '127.0.0.1', port: state.port, path, rejectUnauthorized: false}, (answer) => {
      let body = '';
      answer.on('data', (bytes) => {
        body += bytes.toString('latin1');
        if (body.length > 20_000) request.destroy();
      });
      answer.on('close', () => done({status: answer.statusCode, headers: answer.headers, body}));
    });
    request.on('error', failed);
    request.setTimeout(20_000, () => request.destroy());
  });
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const {port} = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

before(async () => {
  state.port = await freePort();
  service = new Service(temporaryDirectory(), {STAGECAST_TRUSTED_PROXIES: '127.0.0.1',
                                               STAGECAST_SITE_URL: `https://localhost:${state.port}`});
  await service.start();
  run('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2',
                  '-subj', '/CN=localhost', '-keyout', join(work, 'key.pem'), '-out', join(work, 'cert.pem')],
      {stdio: ['ignore', 'pipe', 'pipe']});
  const site = readFileSync(new URL('../../deploy/nginx.conf', import.meta.url), 'utf8')
    .replace('127.0.0.1:8080', service.address)
    .replace('listen 443', `listen 127.0.0.1:${state.port}`)
    .replace('radio.example.org;', 'localhost;')
    .replace('/etc/ssl/radio.example.org/fullchain.pem', join(work, 'cert.pem'))
    .replace('/etc/ssl/radio.example.org/privkey.pem', join(work, 'key.pem'));
  state.temporary = join(work, 'temporary');
  mkdirSync(state.temporary);
  writeFileSync(join(work, 'nginx.conf'), `daemon off; ${process.getuid() === 0 ? 'user root;' : ''}
    worker_processes 1; pid ${work}/pid; error_log ${work}/error.log;
    events { worker_connections 256; }
    http { access_log off; proxy_temp_path ${state.temporary}/proxy; client_body_temp_path ${state.temporary}/body;
           fastcgi_temp_path ${state.temporary}/f; uwsgi_temp_path ${state.temporary}/u; scgi_temp_path ${state.temporary}/s;
           ${site} }`);
  state.nginx = spawn('/usr/sbin/nginx', ['-c', join(work, 'nginx.conf'), '-e', join(work, 'error.log')], {stdio: 'inherit'});
  await until('nginx answering', async () => (await fetchTls('/healthz')).status === 200);
});
after(async () => {
  state.peer?.child.kill('SIGKILL');
  state.nginx?.kill('SIGTERM');
  if (service?.process) await service.stop();
  service?.remove();
});

test('behind nginx pages come by https, cookies are secure, live sound passes and leaves nothing on the proxy’s disk', async () => {
  assert.equal((await fetchTls('/guide')).status, 200);
  const form = await fetchTls('/sign-in');
  assert.match(String(form.headers['set-cookie']), /Secure/);
  const host = await member(service, service.command('admin', 'token'), 'hanna', 'Hanna');
  await station(service, host);
  const {id: room} = await spontaneousRoom(service, host);
  await service.api('POST', `/rooms/${room}/backstage`, {}, host);
  state.peer = await peer(service, room, host, 'Guest', [], ['--tone', '440']);
  await service.api('POST', `/rooms/${room}/live`, {}, host);
  const sound = await fetchTls(`/rooms/${room}/listen.ogg`);
  assert.equal(sound.status, 200);
  assert.ok(sound.body.startsWith('OggS') && sound.body.length > 20_000);
  assert.match(sound.headers['cache-control'], /no-store/);
  const left = readdirSync(state.temporary, {recursive: true}).map((name) => join(state.temporary, name))
    .filter((path) => statSync(path).isFile());
  assert.deepEqual(left, []);
});
