// What the system tests share: the real binary on a data directory of its own, the API, real peers, and ears.
import {spawn, spawnSync} from 'node:child_process';
import {once} from 'node:events';
import {existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join, resolve} from 'node:path';
import {setTimeout as pause} from 'node:timers/promises';
import {fileURLToPath} from 'node:url';
import {chromium} from 'playwright-core';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const build = process.env.STAGECAST_BUILD ?? join(root, 'build/release');
export const binary = join(build, 'stagecast');
const peerBinary = join(build, 'whip_peer');

export function temporaryDirectory() {
  return mkdtempSync(join(tmpdir(), 'stagecast-system-'));
}

// Asks again until `look` gives something, at most `seconds`. The one place where a test waits for another process.
export async function until(what, look, seconds = 30) {
  const deadline = Date.now() + seconds * 1000;
  let last;
  while (Date.now() < deadline) {
    try {
      const seen = await look();
      if (seen) return seen;
    } catch (failure) {
      last = failure;
    }
    await pause(50);
  }
  throw new Error(`${what} did not happen within ${seconds} s${last ? ': ' + last.message : ''}`);
}

export function run(command, args, options = {}) {
  const done = spawnSync(command, args, {maxBuffer: 1 << 28, ...options});
  if (done.error) throw done.error;
  if (done.status !== 0) throw new Error(`${command} ${args.join(' ')}: ${done.status}\n${done.stderr}`);
  return done.stdout;
}

// Python from Debian's packages, whatever else is first on the path.
export function python(script, input) {
  return JSON.parse(run('/usr/bin/python3', ['-c', script], {input}).toString());
}

export class Service {
  constructor(data = temporaryDirectory(), settings = {}) {
    this.data = data;
    this.settings = settings;
  }

  async start(listen = '127.0.0.1:0') {
    this.log = '';
    this.process = spawn(binary, ['serve', '--data', this.data, '--listen', listen],
                         {env: {...process.env, ...this.settings}, stdio: ['ignore', 'pipe', 'pipe']});
    this.process.stderr.on('data', (bytes) => { this.log = (this.log + bytes).slice(-200_000); });
    this.exited = once(this.process, 'exit');
    let out = '';
    this.process.stdout.on('data', (bytes) => { out += bytes; });
    const line = await until('the service listening', () => {
      if (this.process.exitCode !== null) throw new Error('it ended: ' + this.log);
      return out.match(/listening on http:\/\/([\d.]+):(\d+)/);
    });
    this.address = `${line[1]}:${line[2]}`;
    this.url = 'http://' + this.address;
    return this;
  }

  // A command of the same binary on the same data: "admin", "link".
  command(...words) {
    return run(binary, [...words, '--data', this.data, '--listen', this.address],
               {env: {...process.env, ...this.settings}}).toString().trim();
  }

  async stop() {
    if (this.process.exitCode === null) this.process.kill('SIGTERM');
    const [status] = await this.exited;
    return status;
  }

  async kill9() {
    this.process.kill('SIGKILL');
    await this.exited;
  }

  remove() {
    rmSync(this.data, {recursive: true, force: true});
  }

  // Calls the API; throws with the problem document unless it answered 2xx. `as` is a bearer token.
  async api(method, path, body, as) {
    const answer = await this.ask(method, path, body, as);
    if (!answer.ok) throw Object.assign(new Error(`${method} ${path}: ${answer.status} ${answer.text}`), answer);
    return answer.json;
  }

  async ask(method, path, body, as) {
    // A connection each: a test that measures sound for seconds would not see the server close an idle one.
    const headers = {Connection: 'close'};
    if (as) headers.Authorization = 'Bearer ' + as;
    if (body !== undefined) headers['Content-Type'] = 'application/json';
    const answer = await fetch(this.url + '/api/v1' + path,
                               {method, headers, body: body === undefined ? undefined : JSON.stringify(body)});
    const text = await answer.text();
    let json;
    try { json = JSON.parse(text); } catch { json = undefined; }
    return {status: answer.status, ok: answer.ok, type: answer.headers.get('content-type'), text, json};
  }

  // The texts of the mails in the data directory, decoded, newest last.
  mails() {
    const folder = join(this.data, 'mail');
    if (!existsSync(folder)) return [];
    const names = readdirSync(folder).filter((name) => name.endsWith('.eml'))
      .sort((a, b) => statSync(join(folder, a)).mtimeMs - statSync(join(folder, b)).mtimeMs);
    return names.map((name) => python(
      'import sys,json,email,email.policy\n' +
      'm=email.message_from_binary_file(sys.stdin.buffer,policy=email.policy.default)\n' +
      'print(json.dumps({"to":str(m["To"]),"subject":str(m["Subject"]),' +
      '"unsubscribe":str(m["List-Unsubscribe"] or "").strip(" <>"),"text":m.get_body(("plain",)).get_content()}))',
      readFileSync(join(folder, name))));
  }

  async mailTo(address, pattern) {
    return until(`a mail to ${address}`, () => {
      const mail = this.mails().reverse().find(({to, text}) => to.includes(address) && pattern.test(text));
      return mail && mail.text.match(pattern);
    });
  }

  // Every file below the data directory.
  files(folder = this.data) {
    return readdirSync(folder, {withFileTypes: true}).flatMap((entry) =>
      entry.isDirectory() ? this.files(join(folder, entry.name)) : entry.isFile() ? [join(folder, entry.name)] : []);
  }

  resources() {
    const status = readFileSync(`/proc/${this.process.pid}/status`, 'utf8');
    const number = (name) => Number(status.match(new RegExp(name + ':\\s+(\\d+)'))[1]);
    return {threads: number('Threads'), rss_kb: number('VmRSS'),
            descriptors: readdirSync(`/proc/${this.process.pid}/fd`).length};
  }
}

// An account that is signed in, by invitation.
export async function member(service, operator, handle, name) {
  const email = handle + '@example.org';
  const password = 'correct horse ' + handle;
  const {token: invitation} = await service.api('POST', '/invitations', {email}, operator);
  await service.api('POST', '/accounts', {email, password, name, handle, invitation});
  return (await service.api('POST', '/session', {email, password})).token;
}

// A channel with one weekly show of this host.
export async function station(service, host) {
  const channel = await service.api('POST', '/channels', {title: 'Test Channel', slug: 'test-channel'}, host);
  const show = await service.api('POST', '/shows', {
    channel: 'test-channel', title: 'Tuesday Talk', slug: 'tuesday-talk', notes: 'We talk.',
    schedule: {start: '2026-01-06T20:00', zone: 'Europe/Paris', rrule: 'FREQ=WEEKLY;BYDAY=TU', length_minutes: 60},
  }, host);
  return {channel, show};
}

export async function spontaneousRoom(service, host, title = 'Now') {
  return service.api('POST', '/rooms', {channel: 'test-channel', show: 'tuesday-talk', title, length_minutes: 30}, host);
}

export async function consent(service, room, key, purposes) {
  const {version, language} = await service.api('GET', '/consent-wording?language=en', undefined, key);
  return service.api('POST', `/rooms/${room}/consent`, {purposes, wording: version, language}, key);
}

// A guest on webrtcbin who has answered. Resolves when published; hears into `file` as raw s16le.
export async function peer(service, room, host, name, purposes, voice, file) {
  const guest = await service.api('POST', `/rooms/${room}/speakers`, {name}, host);
  const pass = await consent(service, room, guest.key, purposes);
  return {...await speak(service, pass, voice, file), key: guest.key, speaker: pass.speaker};
}

export async function speak(service, pass, voice, file) {
  const args = ['--url', service.url + new URL(pass.whip_url, service.url).pathname, '--token', pass.whip_token, ...voice];
  if (file) args.push('--hear', file);
  const child = spawn(peerBinary, args, {stdio: ['ignore', 'pipe', 'pipe']});
  let out = '', errors = '';
  child.stdout.on('data', (bytes) => { out += bytes; });
  child.stderr.on('data', (bytes) => { errors += bytes; });
  const exited = once(child, 'exit');
  await until('the peer connected', () => {
    if (child.exitCode !== null) throw new Error('the peer ended: ' + errors);
    return out.includes('connected');
  });
  return {child, async stop() { child.kill('SIGTERM'); await exited; }};
}

// Decodes anything ffmpeg knows to mono 48 kHz; null for what is not sound.
export function decode(file, seconds) {
  const args = ['-v', 'error', '-i', file, ...(seconds ? ['-t', String(seconds)] : []),
                '-f', 's16le', '-ac', '1', '-ar', '48000', '-'];
  const done = spawnSync('ffmpeg', args, {maxBuffer: 1 << 28, timeout: 60_000});
  return done.status === 0 && done.stdout.length > 0 ? samplesOf(done.stdout) : null;
}

export function samplesOf(bytes) {
  const samples = new Float32Array(Math.floor(bytes.length / 2));
  for (let i = 0; i < samples.length; ++i) samples[i] = bytes.readInt16LE(2 * i) / 32768;
  return samples;
}

// The level of one frequency in dBFS: Goertzel over Hann windows of a second, the loudest counts.
export function toneDbfs(samples, frequency) {
  const length = Math.min(48_000, samples.length);
  if (length < 4_800) return -Infinity;
  const factor = 2 * Math.cos(2 * Math.PI * frequency / 48_000);
  let loudest = 0;
  for (let start = 0; start + length <= samples.length; start += length) {
    let s1 = 0, s2 = 0;
    for (let i = 0; i < length; ++i) {
      const hann = 0.5 - 0.5 * Math.cos(2 * Math.PI * i / length);
      const s0 = samples[start + i] * hann + factor * s1 - s2;
      s2 = s1;
      s1 = s0;
    }
    loudest = Math.max(loudest, Math.sqrt(Math.max(0, s1 * s1 + s2 * s2 - factor * s1 * s2)) * 4 / length);
  }
  return 20 * Math.log10(Math.max(loudest, 1e-9));
}

// A WAV of one tone, for Chromium's microphone.
export function toneFile(folder, frequency, seconds = 20) {
  const frames = 48_000 * seconds;
  const bytes = Buffer.alloc(44 + 2 * frames);
  bytes.write('RIFF', 0);
  bytes.writeUInt32LE(36 + 2 * frames, 4);
  bytes.write('WAVEfmt ', 8);
  bytes.writeUInt32LE(16, 16);
  bytes.writeUInt16LE(1, 20);
  bytes.writeUInt16LE(1, 22);
  bytes.writeUInt32LE(48_000, 24);
  bytes.writeUInt32LE(96_000, 28);
  bytes.writeUInt16LE(2, 32);
  bytes.writeUInt16LE(16, 34);
  bytes.write('data', 36);
  bytes.writeUInt32LE(2 * frames, 40);
  for (let i = 0; i < frames; ++i) {
    bytes.writeInt16LE(Math.round(8_000 * Math.sin(2 * Math.PI * frequency * i / 48_000)), 44 + 2 * i);
  }
  const path = join(folder, `tone-${frequency}.wav`);
  writeFileSync(path, bytes);
  return path;
}

export async function browser(microphone) {
  return chromium.launch({
    executablePath: '/usr/bin/chromium',
    headless: true,
    args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
           '--disable-background-networking', '--disable-component-update', '--disable-sync',
           '--autoplay-policy=no-user-gesture-required', '--use-fake-ui-for-media-stream',
           '--use-fake-device-for-media-stream',
           ...(microphone ? [`--use-file-for-fake-audio-capture=${microphone}`] : [])],
  });
}

// What a page hears on one of its connections: the level of each frequency in dBFS, the loudest of `seconds`.
export async function hears(page, connection, frequencies, seconds = 3) {
  return page.evaluate(async ([name, wanted, duration]) => {
    const track = window.stagecast[name].getReceivers().find(({track: t}) => t.kind === 'audio').track;
    const context = new AudioContext({sampleRate: 48_000});
    await context.resume();
    const analyser = new AnalyserNode(context, {fftSize: 32_768, smoothingTimeConstant: 0});
    context.createMediaStreamSource(new MediaStream([track])).connect(analyser);
    const bins = new Float32Array(analyser.frequencyBinCount);
    const levels = Object.fromEntries(wanted.map((f) => [f, -200]));
    const end = performance.now() + duration * 1000;
    while (performance.now() < end) {
      await new Promise(requestAnimationFrame);
      analyser.getFloatFrequencyData(bins);
      for (const f of wanted) {
        const at = Math.round(f * 32_768 / 48_000);
        levels[f] = Math.max(levels[f], ...bins.slice(at - 2, at + 3));
      }
    }
    await context.close();
    return levels;
  }, [connection, frequencies, seconds]);
}

export async function episodeOf(service, room, as, accept = ({state}) => state === 'published') {
  return until('the episode', async () => {
    const episode = await service.api('GET', `/rooms/${room}/episode`, undefined, as);
    return accept(episode) && episode;
  }, 60);
}
