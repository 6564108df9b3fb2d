// Requests a second for a feed that has not changed, against nginx that serves the same bytes as a file: the same
// machine, the same client (wrk), turn by turn. Prints medians and ratios.
import {spawn} from 'node:child_process';
import {mkdirSync, writeFileSync} from 'node:fs';
import {createServer} from 'node:net';
import {once} from 'node:events';
import {join} from 'node:path';
import {Service, member, run, station, temporaryDirectory, until} from '../tests/system/lib.mjs';

const ROUNDS = 5, SECONDS = 3, CONNECTIONS = 16, SHOWS = 40;

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const {port} = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

async function startNginx(folder, bytes) {
  const port = await freePort();
  mkdirSync(join(folder, 'files'));
  writeFileSync(join(folder, 'files/calendar.ics'), bytes);
  writeFileSync(join(folder, 'nginx.conf'), `daemon off; ${process.getuid() === 0 ? 'user root;' : ''}
    worker_processes auto; pid ${folder}/pid; error_log ${folder}/error.log;
    events { worker_connections 256; }
    http { access_log off; sendfile on; keepalive_requests 100000000; types { text/calendar ics; } charset utf-8;
           proxy_temp_path ${folder}/p; client_body_temp_path ${folder}/b; fastcgi_temp_path ${folder}/f;
           uwsgi_temp_path ${folder}/u; scgi_temp_path ${folder}/s;
           server { listen 127.0.0.1:${port}; root ${folder}/files; add_header Cache-Control "public, no-cache"; } }`);
  const child = spawn('/usr/sbin/nginx', ['-c', join(folder, 'nginx.conf'), '-e', join(folder, 'error.log')], {stdio: 'inherit'});
  const url = `http://127.0.0.1:${port}/calendar.ics`;
  await until('nginx answering', async () => (await fetch(url)).status === 200);
  return {child, url};
}

function perSecond(url, headers) {
  const out = run('wrk', ['-t1', `-c${CONNECTIONS}`, `-d${SECONDS}s`, ...headers.flatMap((line) => ['-H', line]), url]).toString();
  // A 304 is what is asked for; anything from 400 on or a broken connection spoils the figure.
  if (/Socket errors/.test(out)) throw new Error(out);
  return Number(out.match(/Requests\/sec:\s+([\d.]+)/)[1]);
}

const median = (numbers) => numbers.sort((a, b) => a - b)[Math.floor(numbers.length / 2)];

const service = await new Service().start();
let nginx;
try {
  const host = await member(service, service.command('admin', 'token'), 'ana', 'Ana');
  await station(service, host);
  const channel = 'test-channel';
  for (let number = 0; number < SHOWS; ++number)
    await service.api('POST', '/shows', {channel, title: `Show ${number}`, accept_clashes: true,
      schedule: {start: '2027-03-02T20:00', zone: 'Europe/Paris', rrule: 'FREQ=WEEKLY;BYDAY=TU', length_minutes: 60}}, host);
  const ours = service.url + '/guide/calendar.ics';
  const answer = await fetch(ours, {headers: {'Accept-Encoding': 'identity'}});
  const bytes = Buffer.from(await answer.arrayBuffer());
  nginx = await startNginx(temporaryDirectory(), bytes);
  const theirs = await fetch(nginx.url);
  if (Buffer.compare(Buffer.from(await theirs.arrayBuffer()), bytes) !== 0) throw new Error('nginx serves other bytes');
  const cases = [
    ['304 for If-None-Match', [`If-None-Match: ${answer.headers.get('etag')}`], [`If-None-Match: ${theirs.headers.get('etag')}`]],
    [`200, ${bytes.length} bytes`, [], []],
  ];
  console.log(`\nunchanged feed, ${CONNECTIONS} connections, requests a second (medians of ${ROUNDS} turns of ${SECONDS} s)`);
  for (const [name, own, other] of cases) {
    const a = [], b = [];
    for (let round = 0; round < ROUNDS; ++round) {
      a.push(perSecond(ours, own));
      b.push(perSecond(nginx.url, other));
    }
    const [x, y] = [median(a), median(b)];
    console.log(`${name.padEnd(27)} ours ${x.toFixed(0).padStart(8)}   nginx ${y.toFixed(0).padStart(8)}   ratio ${(x / y).toFixed(3)}`);
  }
} finally {
  nginx?.child.kill('SIGTERM');
  await service.stop();
  service.remove();
}
