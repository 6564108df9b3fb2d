// The pages of the real binary, in Chromium: what a person sees and does.
import assert from 'node:assert/strict';
import test, {after, before} from 'node:test';
import {Service, browser, until} from '../system/lib.mjs';
import {complaints, poorContrast, shape, signIn} from './look.mjs';
import {liveRoom, makeProgramme} from './programme.mjs';

const phone = {width: 390, height: 844};
const desktop = {width: 1280, height: 800};
let service, chromium, operator, room;

before(async () => {
  service = await new Service().start();
  operator = service.command('admin', 'token');
  await makeProgramme(service, operator);
  room = await liveRoom(service, operator);
  chromium = await browser();
});

after(async () => {
  await chromium?.close();
  await service?.stop();
  service?.remove();
});

async function signedIn(options = {}) {
  const context = await chromium.newContext({viewport: desktop, ...options});
  const page = await context.newPage();
  await signIn(service, page);
  return page;
}

const openPages = () => ['/guide', '/channels/harbour-radio', '/shows/ferry-talk', `/rooms/${room}`, '/hosts/operator', '/sign-in',
                         '/sign-up', '/reset', '/no-such-page'];
const ownPages = () => [...openPages(), '/studio', '/studio/channels/new', '/studio/channels/harbour-radio/shows/new', '/studio/channels/harbour-radio/import',
                        '/studio/shows/ferry-talk', '/me', '/desk'];

test('every page has one heading, names every control, loads nothing from elsewhere, and fits a phone', async () => {
  const page = await signedIn({viewport: phone});
  const heard = complaints(page);
  for (const path of ownPages()) {
    heard.length = 0;
    await page.goto(service.url + path);
    const seen = await shape(page);
    assert.equal(seen.headings, 1, path);
    assert.ok(seen.overflow <= 0, `${path} scrolls sideways by ${seen.overflow} px`);
    assert.deepEqual(seen.unnamed, [], path);
    assert.deepEqual(seen.small, [], path);
    assert.deepEqual(seen.foreign, [], path);
    const unexpected = heard.filter((text) => !(path === '/no-such-page' && text.includes('404')));
    assert.deepEqual(unexpected, [], path);
  }
  await page.context().close();
});

test('every text can be read, in light and in dark', async () => {
  for (const colorScheme of ['light', 'dark']) {
    const page = await signedIn({colorScheme});
    for (const path of ownPages()) {
      await page.goto(service.url + path);
      assert.deepEqual(await poorContrast(page), [], `${path} in ${colorScheme}`);
    }
    await page.context().close();
  }
});

test('the guide and a show page stay under 100 kB of HTML, CSS and JS on the wire', async () => {
  const page = await chromium.newPage();
  for (const path of ['/guide', '/shows/ferry-talk']) {
    await page.goto(service.url + path);
    const bytes = await page.evaluate(() => [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]
      .filter(({name}) => !name.includes('.woff2')).reduce((sum, {transferSize}) => sum + transferSize, 0));
    assert.ok(bytes > 1_000 && bytes < 100_000, `${path}: ${bytes}`);
  }
  await page.close();
});

test('one plans a channel and a show by the forms, with a living preview, and sees it in the guide', async () => {
  const page = await signedIn({timezoneId: 'Europe/Paris'});
  await page.goto(`${service.url}/studio/channels/new`);
  await page.fill('#title', 'Lighthouse');
  await page.click('main button[type=submit]');
  await page.waitForURL('**/channels/lighthouse');
  await page.goto(`${service.url}/studio/channels/lighthouse/shows/new`);
  await page.fill('#title', 'The Keeper’s Hour');
  await page.fill('#date', '2027-03-02');
  await page.fill('#time', '06:00');  // when its host is in no other show
  await page.selectOption('#zone', 'Europe/Paris');
  await page.selectOption('#repeat', 'weekly');
  await until('the preview', async () => (await page.locator('#preview-airings time').count()) === 5 &&
    /Tuesday/.test(await page.textContent('#preview-sentence')));
  await page.click('#save-show');
  await page.waitForURL('**/shows/the-keeper-s-hour');
  assert.match(await page.textContent('.lead'), /Tuesday/);
  await page.goto(`${service.url}/guide?date=2027-03-02&zone=Europe/Paris`);
  assert.match(await page.textContent('.grid'), /The Keeper’s Hour/);
  assert.equal(await page.textContent('.grid ol li:has-text("Keeper") b'), '06:00');
  await page.context().close();
});

test('what the planning form refuses stands at its field, with what was typed kept', async () => {
  const page = await signedIn({javaScriptEnabled: false});
  await page.goto(`${service.url}/studio/channels/harbour-radio/shows/new`);
  await page.fill('#title', 'Never');
  await page.selectOption('#repeat', 'rule');
  await page.fill('#rrule', 'FREQ=SECONDLY');
  await page.click('#save-show');
  assert.equal(await page.inputValue('#title'), 'Never');
  assert.equal(await page.inputValue('#rrule'), 'FREQ=SECONDLY');
  assert.equal(await page.locator('.field.is-wrong #rrule').count(), 1);
  await page.context().close();
});

test('without a script the guide reads, its days and zones change, and the zone is remembered', async () => {
  const context = await chromium.newContext({viewport: desktop, javaScriptEnabled: false});
  const page = await context.newPage();
  await page.goto(`${service.url}/guide`);
  const before = await page.textContent('.grid ol li:not(.mark) b');
  await page.selectOption('#zone-select', 'Asia/Tokyo');
  await page.click('.zone button');
  assert.match(page.url(), /zone=Asia%2FTokyo/);
  await page.goto(`${service.url}/guide`);
  assert.equal(await page.getAttribute('#zone-name', 'data-zone'), 'Asia/Tokyo');
  assert.notEqual(await page.textContent('.grid ol li:not(.mark) b'), before);
  await page.click('.days a[rel=next]');
  assert.match(page.url(), /date=\d{4}-\d\d-\d\d/);
  await context.close();
});

test('on a first visit the times are those of the visitor’s device', async () => {
  const context = await chromium.newContext({timezoneId: 'America/Lima'});
  const page = await context.newPage();
  await page.goto(`${service.url}/shows/ferry-talk`);
  await page.waitForSelector('.next :text("Lima")');
  await page.goto(`${service.url}/guide`);
  assert.equal(await page.getAttribute('#zone-name', 'data-zone'), 'America/Lima');
  await context.close();
});

test('a wide guide puts each airing in its channel’s row, at its hour', async () => {
  const page = await chromium.newPage({viewport: desktop});
  await page.goto(`${service.url}/guide?zone=UTC`);
  const places = await page.evaluate(() => {
    const box = (element) => element.getBoundingClientRect();
    const channel = [...document.querySelectorAll('.channel')].find((row) => row.textContent.includes('Night School'));
    const airing = [...document.querySelectorAll('.grid ol li')].find((item) => item.textContent.includes('A Short History of Maps'));
    const hour = [...document.querySelectorAll('.hour')].find((mark) => mark.textContent === '21:00');
    return {rows: [box(channel).top, box(channel).bottom, box(airing).top], columns: [box(hour).left, box(airing).left]};
  });
  assert.ok(places.rows[2] >= places.rows[0] && places.rows[2] < places.rows[1], JSON.stringify(places));
  assert.ok(Math.abs(places.columns[0] - places.columns[1]) < 4, JSON.stringify(places));
  await page.close();
});

test('on a phone the guide is a list by time', async () => {
  const page = await chromium.newPage({viewport: phone});
  await page.goto(`${service.url}/guide?zone=UTC`);
  const tops = await page.evaluate(() => [...document.querySelectorAll('.grid ol li:not(.mark)')].map((item) => item.getBoundingClientRect().top));
  assert.ok(tops.length >= 11);
  assert.deepEqual(tops, [...tops].sort((a, b) => a - b));
  await page.close();
});

test('everything in French, with French dates', async () => {
  const context = await chromium.newContext({locale: 'fr-FR'});
  const page = await context.newPage();
  await page.goto(`${service.url}/guide?date=2027-03-02`);
  assert.equal(await page.getAttribute('html', 'lang'), 'fr');
  assert.equal(await page.textContent('h1'), 'mardi 2 mars');
  await context.close();
});

test('a host opens, goes live and ends by the page; the guest’s link is shown once', async () => {
  const page = await signedIn();
  page.on('dialog', (dialog) => dialog.accept());
  await page.goto(`${service.url}/studio`);
  await page.fill('#room-title', 'Right now');
  await page.click('form[action="/studio/rooms/new"] button');
  await page.waitForURL('**/rooms/*');
  await page.click('#open-backstage');
  await page.waitForSelector('#go-live:visible');
  await page.fill('#invite-guest-name', 'Gus');
  await page.click('#invite-guest');
  await page.waitForSelector('#guest-link:visible');
  const link = await page.textContent('#guest-link');
  assert.match(link, /\/rooms\/[a-z2-7]{26}\/guest\/[\w-]{43}$/);
  await page.waitForSelector('.speaker:has-text("Gus")');
  await page.click('#go-live');
  await page.waitForSelector('#listen:visible');
  const context = await chromium.newContext();
  const guest = await context.newPage();
  await guest.goto(link.replace(/^https?:\/\/[^/]+/, service.url));
  assert.match(guest.url(), /\/rooms\/[a-z2-7]{26}$/);
  await guest.waitForSelector('#step-on-stage:visible');
  await page.click('#end-room');
  await guest.waitForFunction(() => document.getElementById('room').dataset.state === 'ended');
  await context.close();
  await page.context().close();
});

test('one steps on stage with nothing kept, is seen there, mutes, and leaves', async () => {
  const page = await signedIn();
  await page.goto(`${service.url}/rooms/${room}`);
  await page.click('#step-on-stage');
  for (const name of ['record', 'replay', 'podcast', 'clip'])
    assert.equal(await page.isChecked(`#consent-form [name=purpose-${name}]`), false);
  await page.click('#consent-submit');
  await page.waitForSelector('#stage-bar:visible');
  assert.match(await page.textContent('#stage-status'), /Nothing of your voice is kept/);
  const me = await page.evaluate(() => JSON.parse(document.getElementById('room-data').textContent).me);
  await until('connected', async () => {
    const {speakers} = await service.api('GET', `/rooms/${room}/stage`, undefined, operator);
    return speakers.some(({connected, recorded, handle}) => handle === 'operator' && connected && !recorded);
  });
  assert.ok(me === null || typeof me === 'string');
  await page.click('#mute');
  assert.equal(await page.getAttribute('#mute', 'aria-pressed'), 'true');
  await page.click('#leave');
  await page.waitForSelector('#step-on-stage:visible');
  assert.equal(await page.evaluate(() => window.stagecast.publisher), null);
  await page.context().close();
});

test('sound comes in one tap, and the page says by which door and how far behind', async () => {
  const page = await chromium.newPage();
  await page.goto(`${service.url}/rooms/${room}`);
  await page.click('#listen');
  await page.waitForFunction(() => /\d s behind/.test(document.getElementById('door').textContent));
  assert.match(await page.textContent('#door'), /WebRTC/);
  await page.click('#stop-listening');
  assert.equal(await page.evaluate(() => window.stagecast.listener), null);
  await page.close();
});

test('where WebRTC does not get through, Media Source does', async () => {
  const context = await chromium.newContext();
  const page = await context.newPage();
  await page.route('**/whep', (route) => route.abort());
  await page.goto(`${service.url}/rooms/${room}`);
  await page.click('#listen');
  await page.waitForFunction(() => /Media Source/.test(document.getElementById('door').textContent));
  await context.close();
});
