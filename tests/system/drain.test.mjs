// kill -9 twenty times at random while 5,000 followers are told: nobody is left out, and what is told twice is known.
import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';
import {Service, member, run, station, until} from './lib.mjs';
import {mailServer, webhookReceiver} from './receivers.mjs';

const followers = 5_000, kills = 20, couriers = 4;
let service, mail, hook, host, fan, show, settings;

before(async () => {
  mail = await mailServer();
  hook = await webhookReceiver();
  settings = {STAGECAST_MAIL_SMTP: mail.url, STAGECAST_OUTBOUND_ADDRESSES: 'any'};
  service = new Service(undefined, settings);
  await service.start();
  const operator = service.command('admin', 'token');
  host = await member(service, operator, 'hanna', 'Hanna');
  fan = await member(service, operator, 'fanny', 'Fanny');
  ({show} = await station(service, host));
  await service.api('POST', '/channels/test-channel/webhooks', {url: hook.url, format: 'standard'}, host)
    .then(({secret}) => hook.verifyWith(secret));
  await service.api('PUT', '/me/follows/show/tuesday-talk', {ladder: [60]}, fan);
});

after(async () => {
  if (service.process?.exitCode === null) await service.kill9();
  service.remove();
  await Promise.all([mail.stop(), hook.stop()]);
});

// As they would be after as many people confirmed.
function addFollowers() {
  run('/usr/bin/python3', ['-c', `
import sqlite3, sys
db = sqlite3.connect(sys.argv[1])
show, = db.execute("SELECT id FROM shows WHERE slug = 'tuesday-talk'").fetchone()
for i in range(${followers}):
    follower = "".join(chr(97 + int(digit)) for digit in f"{i:026d}")
    db.execute("INSERT INTO followers VALUES (?, NULL, ?, 'en', 'UTC', 'confirmed', 1, 0, 0, 'off', 100, NULL, 0, 1)",
               (follower, f"follower-{i}@example.org"))
    db.execute("INSERT INTO follows VALUES (?, 'show', ?, 4, 0, 1)", (follower, show))
db.commit()`, service.data + '/stagecast.db']);
}

test('kill -9 twenty times in a drain of 5,000 leaves nobody out, and repeats at most one mail a connection', async () => {
  await service.stop();
  addFollowers();
  service = await new Service(service.data, settings).start();
  await service.api('POST', '/rooms', {channel: 'test-channel', show: 'tuesday-talk', title: 'Harbour news', length_minutes: 30,
    starts_at: new Date(Date.now() + 3_602_000).toISOString()}, host);
  for (let n = 0; n < kills; ++n) {
    const seen = mail.mails.length;
    const enough = seen + 1 + Math.floor(Math.random() * followers / kills / 1.5);
    await until('some mails', () => mail.mails.length >= enough || mail.mails.length >= followers);
    await service.kill9();
    service = await new Service(service.data, settings).start();
  }
  const told = () => mail.mails.filter(({to}) => to.startsWith('follower-'));
  const addressed = () => new Set(told().map(({to}) => to)).size;
  await until('everybody was told', () => addressed() >= followers, 120);
  await until('nothing waits', async () =>
    /stagecast_dispatch_lag_seconds 0\n/.test(await (await fetch(service.url + '/metrics')).text()), 30);
  const repeated = told().length - addressed();
  console.log(`${told().length} mails to ${addressed()} addresses: ${repeated} repeated in ${kills} kills`);
  assert.equal(addressed(), followers);
  assert.ok(repeated <= kills * couriers, `${repeated} repeated`);
  for (let i = 0; i < followers; ++i) {
    const letters = mail.to(`follower-${i}@example.org`);
    assert.equal(new Set(letters.map(({headers}) => headers['message-id'])).size, 1, `follower-${i}`);
  }
  const ids = hook.calls.map(({id}) => id);
  assert.equal(new Set(ids).size, 1, 'one event');
  const {notices} = await service.api('GET', '/me/bell', undefined, fan);
  assert.equal(notices.length, 1);
});
