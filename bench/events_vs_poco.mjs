// Open event streams: what each costs in memory, and an event to all of them in CPU and time, against Poco's thread for
// each connection: the same machine, the same client, turn by turn. bench/events_vs_poco.mjs [STREAMS]
import {spawn} from 'node:child_process';
import {readFileSync} from 'node:fs';
import {connect} from 'node:net';
import {once} from 'node:events';
import {createInterface} from 'node:readline';
import {Service, member, station, until} from '../tests/system/lib.mjs';

const STREAMS = Number(process.argv[2] ?? 10_000), EVENTS = 5, AT_ONCE = 200;
const build = process.env.STAGECAST_BUILD ?? 'build/release';

const rssKb = (pid) => Number(readFileSync(`/proc/${pid}/status`, 'utf8').match(/VmRSS:\s+(\d+)/)[1]);
// Milliseconds of CPU: the clock ticks of proc(5) are hundredths.
const cpuMs = (pid) => {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
};

class Streams {
  constructor() { this.events = 0; this.begun = 0; this.sockets = []; }

  async open(port, head) {
    while (this.sockets.length < STREAMS) {
      for (let n = 0; n < AT_ONCE && this.sockets.length < STREAMS; ++n) {
        const socket = connect(port, '127.0.0.1', () => socket.write(head));
        let begun = false;
        socket.on('data', (bytes) => {
          const text = bytes.toString();
          if (!begun && text.includes('retry')) { begun = true; ++this.begun; }
          this.events += text.split('event: bell').length - 1;
        });
        socket.on('error', () => {});
        this.sockets.push(socket);
      }
      await until('streams begun', () => this.begun >= this.sockets.length, 60);
    }
  }

  close() { for (const socket of this.sockets) socket.destroy(); }
}

async function measure(pid, port, head, ring) {
  const streams = new Streams();
  const before = rssKb(pid);
  await streams.open(port, head);
  const kb = (rssKb(pid) - before) / STREAMS;
  const cpu = [], ms = [];
  for (let n = 1; n <= EVENTS; ++n) {
    const cpuBefore = cpuMs(pid), start = performance.now();
    await ring(n);
    await until('everybody heard', () => streams.events >= n * STREAMS, 60);
    ms.push(performance.now() - start);
    cpu.push((cpuMs(pid) - cpuBefore) * 1000 / STREAMS);
  }
  streams.close();
  const median = (numbers) => numbers.sort((a, b) => a - b)[Math.floor(numbers.length / 2)];
  return {kb, us: median(cpu), ms: median(ms)};
}

async function ours() {
  const service = await new Service().start();
  try {
    const operator = service.command('admin', 'token');
    const host = await member(service, operator, 'hanna', 'Hanna');
    const fan = await member(service, operator, 'fanny', 'Fanny');
    await station(service, host);
    await service.api('PUT', '/me/follows/show/tuesday-talk', {ladder: [0]}, fan);
    const port = Number(service.address.split(':')[1]);
    // Rooms that are planned and cancelled: a notice each.
    return await measure(service.process.pid, port,
      `GET /me/bell/events HTTP/1.1\r\nHost: ${service.address}\r\nAuthorization: Bearer ${fan}\r\n\r\n`, async (n) => {
        const room = await service.api('POST', '/rooms', {channel: 'test-channel', show: 'tuesday-talk', title: `Number ${n}`,
          starts_at: new Date(Date.now() + n * 86_400_000).toISOString(), length_minutes: 30, accept_clashes: true}, host);
        await service.api('POST', `/rooms/${room.id}/cancel`, {version: room.version}, host);
      });
  } finally {
    await service.stop();
    service.remove();
  }
}

async function pocos() {
  const child = spawn(`${build}/poco_events`, {stdio: ['pipe', 'pipe', 'inherit']});
  const [port] = await once(createInterface({input: child.stdout}), 'line');
  try {
    return await measure(child.pid, Number(port), 'GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n',
      (n) => child.stdin.write(`{"notice":"${n}"}\n`));
  } finally {
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
}

const a = await ours(), b = await pocos();
console.log(`\n${STREAMS} open event streams               ours     Poco   ratio`);
for (const [what, field] of [['memory, kB a stream', 'kb'], ['CPU of an event, us a stream', 'us'], ['until all have heard, ms', 'ms']])
  console.log(`${what.padEnd(32)} ${a[field].toFixed(1).padStart(8)} ${b[field].toFixed(1).padStart(8)} ${(a[field] / b[field]).toFixed(3).padStart(7)}`);
