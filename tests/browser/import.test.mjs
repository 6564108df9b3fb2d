// A host brings a calendar from elsewhere: as a file with scripts, as text without.
import assert from 'node:assert/strict';
import test, {after, before} from 'node:test';
import {Service, browser} from '../system/lib.mjs';
import {complaints, poorContrast, shape, signIn} from './look.mjs';

const phone = {width: 390, height: 844};
const desktop = {width: 1280, height: 800};
let service, chromium;

const ahead = (days) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10).replaceAll('-', '');
const calendar = (uid, title) => [
  'BEGIN:VCALENDAR', 'VERSION:2.0', 'X-WR-CALNAME:Sendeplan',
  'BEGIN:VEVENT', `UID:${uid}`, `SUMMARY:${title}`, `DTSTART;TZID=W. Europe Standard Time:${ahead(20)}T200000`, 'DURATION:PT1H',
  'RRULE:FREQ=WEEKLY', 'END:VEVENT',
  'BEGIN:VEVENT', `UID:${uid}-day`, 'SUMMARY:Feiertag', `DTSTART;VALUE=DATE:${ahead(30)}`, 'END:VEVENT',
  'END:VCALENDAR', ''].join('\r\n');

before(async () => {
  service = await new Service().start();
  chromium = await browser();
  const page = await signedIn();
  await page.goto(`${service.url}/studio/channels/new`);
  await page.fill('#title', 'Lighthouse');
  await page.click('main button[type=submit]');
  await page.context().close();
});

after(async () => {
  await chromium?.close();
  await service?.stop();
  service?.remove();
});

async function signedIn(options = {}) {
  const page = await (await chromium.newContext({viewport: desktop, ...options})).newPage();
  await signIn(service, page);
  return page;
}

async function look(page) {
  await page.click('#import-look');
  assert.match(await page.textContent('#import-summary'), /1 show · 0 rooms · 1 event not taken/);
  assert.match(await page.textContent('#import-report'), /It lasts whole days/);
}

async function take(page, title) {
  await page.click('#import-take');
  await page.click(`#import-report a:text-is("${title}")`);
  assert.match(new URL(page.url()).pathname, /^\/shows\//);
  assert.equal(await page.textContent('h1'), title);
}

test('a chosen file goes into the field, is looked at and taken', async () => {
  const page = await signedIn({viewport: phone});
  const heard = complaints(page);
  await page.goto(`${service.url}/channels/lighthouse`);
  await page.click('a:text-is("Import a calendar")');
  await page.waitForSelector('#import-file:visible');
  await page.setInputFiles('#import-file', {name: 'plan.ics', mimeType: 'text/calendar', buffer: Buffer.from(calendar('a', 'Montagsgespräch'))});
  await page.waitForFunction(() => document.querySelector('#ics').value.startsWith('BEGIN:VCALENDAR'));
  await look(page);
  const seen = await shape(page);
  assert.equal(seen.headings, 1);
  assert.ok(seen.overflow <= 0, `scrolls sideways by ${seen.overflow} px`);
  assert.deepEqual([seen.unnamed, seen.small, seen.foreign], [[], [], []]);
  assert.deepEqual(await poorContrast(page), []);
  await take(page, 'Montagsgespräch');
  assert.deepEqual(heard, []);
  await page.context().close();
});

test('a file too large for the form is refused before it is sent', async () => {
  const page = await signedIn();
  await page.goto(`${service.url}/studio/channels/lighthouse/import`);
  await page.waitForSelector('#import-file:visible');
  await page.setInputFiles('#import-file', {name: 'big.ics', mimeType: 'text/calendar', buffer: Buffer.from('x:'.repeat(300_000))});
  await page.waitForSelector('#import-file-why:not([hidden])');
  assert.match(await page.textContent('#import-file-why'), /too large/);
  assert.equal(await page.inputValue('#ics'), '');
  await page.context().close();
});

test('without scripts pasting does, and what came is not taken twice', async () => {
  const page = await signedIn({javaScriptEnabled: false});
  for (const attempt of ['first', 'second']) {
    await page.goto(`${service.url}/studio/channels/lighthouse/import`);
    assert.equal(await page.isVisible('#import-file'), false);
    await page.fill('#ics', calendar('b', 'Tea & <i>Toast</i>').replaceAll('T200000', 'T100000'));
    if (attempt === 'first') {
      await look(page);
      await take(page, 'Tea & <i>Toast</i>');
    } else {
      await page.click('#import-look');
      assert.match(await page.textContent('#import-report'), /It came to this channel before/);
      assert.equal(await page.locator('#import-take').count(), 0);
    }
  }
  await page.context().close();
});
