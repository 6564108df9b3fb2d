// The README's curl examples, run as they stand, in order, against a fresh service.
import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {readFileSync} from 'node:fs';
import {after, before, test} from 'node:test';
import {Service} from './lib.mjs';

const service = new Service();
before(async () => { await service.start(); });
after(async () => {
  await service.stop();
  service.remove();
});

test('the curl examples of the README do what they say', () => {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
  const [, script] = readme.match(/<!-- run by tests\/system\/readme\.test\.mjs -->\n```sh\n([\s\S]*?)```/);
  const done = spawnSync('bash', ['-euxo', 'pipefail', '-c', script], {
    env: {...process.env, SITE: service.url, OPERATOR: service.command('admin', 'token')}, encoding: 'utf8'});
  assert.equal(done.status, 0, `${done.stdout}\n${done.stderr}`);
  assert.match(done.stdout, /RRULE:FREQ=WEEKLY;BYDAY=TU/);
  assert.match(done.stdout, /"stems_erased"/);
  assert.match(done.stdout, /<rss/);
});
