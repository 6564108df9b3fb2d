// Following in Chromium: from the guide to one's own programme and calendar, as a listener does it.
import assert from 'node:assert/strict';
import test, {after, before} from 'node:test';
import {Service, browser, member, python, until} from '../system/lib.mjs';
import {complaints, poorContrast, shape} from './look.mjs';
import {makeProgramme} from './programme.mjs';

const phone = {width: 390, height: 844};
const desktop = {width: 1280, height: 800};
let service, chromium, operator;

before(async () => {
  service = await new Service().start();
  operator = service.command('admin', 'token');
  await makeProgramme(service, operator);
  for (const handle of ['awa', 'ben', 'cleo', 'dora', 'emil', 'fay']) await member(service, operator, handle, handle[0].toUpperCase() + handle.slice(1));
  chromium = await browser();
});

after(async () => {
  await chromium?.close();
  await service?.stop();
  service?.remove();
});

async function fillSignIn(page, handle) {
  await page.fill('#email', `${handle}@example.org`);
  await page.fill('#password', `correct horse ${handle}`);
  await page.click('main button[type=submit]');
}

async function signedIn(handle, options = {}) {
  const context = await chromium.newContext({viewport: desktop, ...options});
  const page = await context.newPage();
  await page.goto(`${service.url}/sign-in`);
  await fillSignIn(page, handle);
  await page.waitForURL('**/guide');
  return page;
}

// What an independent reader finds in a calendar: [summary, first start, number of alarms] of each event.
function events(text) {
  return python(
    'import sys,json\nfrom icalendar import Calendar\n' +
    'c=Calendar.from_ical(sys.stdin.buffer.read())\n' +
    'print(json.dumps([[str(e["SUMMARY"]),e["DTSTART"].dt.isoformat(),len(list(e.walk("VALARM")))] for e in c.walk("VEVENT")]))',
    text);
}

test('a stranger follows a show from the guide: signs in, comes back, has it in a calendar of their own', async () => {
  // No script at all: the whole way is links and forms.
  const context = await chromium.newContext({viewport: phone, javaScriptEnabled: false});
  const page = await context.newPage();
  await page.goto(`${service.url}/guide?zone=Europe/Paris`);
  const airing = page.locator('main a:visible', {hasText: 'Ferry Talk'}).first();
  await page.goto(service.url + await airing.getAttribute('href'));
  await page.locator('main a[href="/shows/ferry-talk"]').first().click();
  await page.waitForURL('**/shows/ferry-talk');
  await page.click('.follow a');
  assert.match(await page.textContent('main'), /Without an account/);
  assert.match(await page.getAttribute('main a[href^="webcal:"]', 'href'), /^webcal:\/\/.*\/shows\/ferry-talk\/calendar\.ics$/);
  await page.click('main a[href^="/sign-in"]');
  await fillSignIn(page, 'awa');
  await page.waitForURL('**/follow/show/ferry-talk');
  await page.click('.follow button');
  await page.waitForURL('**/shows/ferry-talk');
  assert.equal(await page.getAttribute('.follow button', 'aria-pressed'), 'true');

  await page.goto(`${service.url}/me`);
  assert.ok(await page.locator('#programme .entries > li').count() >= 14);
  assert.equal(await page.locator('#programme .entries > li:visible').count(), 12);
  assert.match(await page.textContent('#follows'), /Ferry Talk/);
  await page.check('[name=alarm][value="60"]');
  await page.click('#calendar form.sheet button');
  const address = (await page.textContent('#new-link')).trim();
  const calendar = await fetch(address);
  assert.equal(calendar.headers.get('cache-control'), 'private, no-cache');
  const found = events(await calendar.text());
  assert.deepEqual(found.map(([summary, , alarms]) => [summary, alarms]), [['Ferry Talk', 1]]);
  assert.equal((await fetch(address, {headers: {'If-None-Match': calendar.headers.get('etag')}})).status, 304);

  // Unfollowed, it is gone from the calendar; taken back, the calendar is gone.
  await page.click('#follows button');
  assert.deepEqual(events(await (await fetch(address)).text()), []);
  await page.click('#calendar form[action$="/revoke"] button');
  assert.equal((await fetch(address)).status, 404);
  await context.close();
});

test('what the guide shows and what one is reminded of are the same instants', async () => {
  const {token} = await service.api('POST', '/session', {email: 'ben@example.org', password: 'correct horse ben'});
  await service.api('PUT', '/me/follows/channel/la-verriere', undefined, token);
  const from = new Date(Date.now() + 3_600_000).toISOString(), to = new Date(Date.now() + 6 * 86_400_000).toISOString();
  const {airings: reminded} = await service.api('GET', `/me/reminders?from=${from}&to=${to}`, undefined, token);
  const {airings: guide} = await service.api('GET', `/guide?from=${from}&to=${to}`);
  const wanted = guide.filter(({channel, starts_at}) => channel.slug === 'la-verriere' && starts_at >= from);
  assert.ok(wanted.length >= 15);
  assert.deepEqual(reminded.map(({room, starts_at}) => [room, starts_at]), wanted.map(({room, starts_at}) => [room, starts_at]));
  for (const {starts_at, due} of reminded)
    assert.deepEqual(due.map(({at}) => Date.parse(at)), [Date.parse(starts_at) - 3_600_000, Date.parse(starts_at)]);
});

test('the button is one tap, and says by its state whether one follows', async () => {
  const page = await signedIn('cleo');
  for (const path of ['/shows/morning-tide', '/channels/harbour-radio', '/hosts/operator']) {
    await page.goto(service.url + path);
    const button = page.locator('.follow button');
    assert.equal(await button.getAttribute('aria-pressed'), 'false', path);
    await Promise.all([page.waitForNavigation(), button.click()]);
    assert.equal(new URL(page.url()).pathname, path);
    assert.equal(await button.getAttribute('aria-pressed'), 'true', path);
    assert.doesNotMatch(await page.textContent('.follow'), /follow\./, path);
  }
  await page.context().close();
});

test('the address of the calendar is copied by a button where the browser can', async () => {
  const page = await signedIn('dora');
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.goto(`${service.url}/me`);
  await page.click('#calendar form.sheet button');
  await page.click('[data-copy]');
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), (await page.textContent('#new-link')).trim());
  assert.equal(await page.textContent('[data-copy]'), 'Copied');
  await page.context().close();
});

test('one chooses when one is told of a show, without a script: the ladder, quiet hours, what is wrong at its field', async () => {
  const page = await signedIn('emil', {viewport: phone, javaScriptEnabled: false});
  await page.goto(`${service.url}/shows/ferry-talk`);
  await page.click('.follow button');
  await page.goto(`${service.url}/me#telling`);
  await page.click('#ladders summary');
  assert.deepEqual(await page.locator('#ladders [name=rung]:checked').evaluateAll((all) => all.map(({value}) => value)), ['60', '0']);
  await page.check('#ladders [name=rung][value="1440"]');
  await page.uncheck('#ladders [name=rung][value="60"]');
  await page.click('#ladders button');
  await page.waitForURL('**/me#telling');
  assert.match(await page.textContent('#ladders summary'), /Show · a day before, at the start/);

  await page.fill('#quiet_from', '23:30');
  await page.fill('#daily_budget', '200');
  await page.click('#telling-settings button');
  assert.match(await page.textContent('#daily_budget-error'), /0 to 100/);
  assert.equal(await page.inputValue('#quiet_from'), '23:30');
  await page.fill('#daily_budget', '5');
  await page.selectOption('#digest', 'weekly');
  await page.click('#telling-settings button');
  await page.waitForURL('**/me#telling');
  assert.equal(await page.inputValue('#quiet_from'), '23:30');
  assert.equal(await page.inputValue('#digest'), 'weekly');
  await page.context().close();
});

test('the bell rings on an open page, says what it is, and is quiet once it was heard', async () => {
  const page = await signedIn('fay');
  const heard = complaints(page);
  await page.goto(`${service.url}/shows/morning-tide`);
  await page.click('.follow button');
  await page.goto(`${service.url}/guide`);
  assert.equal(await page.isVisible('#bell-count'), false);
  await service.api('POST', '/shows/morning-tide/notes', {text: 'The harbour master is our guest.'}, operator);
  await page.waitForSelector('#bell-count:visible');
  assert.equal(await page.textContent('#bell-count b'), '1');
  await page.waitForFunction(() => document.getElementById('bell-said').textContent.includes('Morning Tide'));
  assert.equal(await page.getAttribute('#bell-said', 'aria-live'), 'polite');
  await page.click('#bell');
  await page.waitForURL('**/me/bell');
  assert.match(await page.textContent('#bell-list .is-new'), /harbour master/);
  await page.waitForSelector('#bell-count', {state: 'hidden'});
  await page.reload();
  assert.equal(await page.locator('#bell-list .is-new').count(), 0);
  assert.equal(await page.locator('#bell-list > li').count(), 1);
  assert.deepEqual(heard, []);
  await page.context().close();
});

test('the service worker stands for the whole site and shows what is pushed; Chromium takes the manifest', async () => {
  const page = await signedIn('fay');
  await page.goto(`${service.url}/me`);
  assert.equal(await page.isVisible('#push-on'), true);
  const scope = await page.evaluate(async () => {
    await navigator.serviceWorker.register('/sw.js');
    return (await navigator.serviceWorker.ready).scope;
  });
  assert.equal(scope, `${service.url}/`);
  const session = await page.context().newCDPSession(page);
  const {errors, url} = await session.send('Page.getAppManifest');
  assert.equal(new URL(url).pathname, '/manifest.webmanifest');
  assert.deepEqual(errors, []);

  // What is pushed is shown, with its words, and replaced by its tag; nonsense is shown too, as a word of the site.
  await page.context().grantPermissions(['notifications']);
  const registered = new Promise((done) => session.on('ServiceWorker.workerRegistrationUpdated', ({registrations}) => registrations[0] && done(registrations[0].registrationId)));
  await session.send('ServiceWorker.enable');
  const registrationId = await registered;
  const push = (data) => session.send('ServiceWorker.deliverPushMessage', {origin: service.url, registrationId, data});
  const shown = () => page.evaluate(async () => (await (await navigator.serviceWorker.ready).getNotifications())
    .map(({title, body, tag, data}) => ({title, body, tag, data})));
  const pushed = (title) => ({title, body: 'Begins in an hour.', url: '/rooms/x', tag: 'x'});
  await push(JSON.stringify(pushed('Ferry Talk at 20:00')));
  await push(JSON.stringify(pushed('Ferry Talk at 21:00')));
  const told = {title: 'Ferry Talk at 21:00', body: 'Begins in an hour.', tag: 'x', data: `${service.url}/rooms/x`};
  await until('the later one', async () => (await shown()).some(({title}) => title === told.title));
  assert.deepEqual(await shown(), [told]);
  await push(JSON.stringify({title: 'Elsewhere', url: 'https://elsewhere.example/'}));
  await until('the third', async () => (await shown()).length === 2);
  assert.equal((await shown()).find(({title}) => title === 'Elsewhere').data, `${service.url}/me/bell`);
  await push('no JSON');
  await until('the fourth', async () => (await shown()).length === 3);
  await page.context().close();
});

// The newest message to an address, as an operator reads it.
const newestTo = (address) => until(`a message to ${address}`, async () => {
  const {messages} = await service.api('GET', '/messages', undefined, operator);
  return messages.find(({to}) => to === address);
});

test('a stranger follows by e-mail, changes everything by the link, and ends it by the link of a real message', async () => {
  const context = await chromium.newContext({viewport: phone, javaScriptEnabled: false});
  const page = await context.newPage();
  await page.goto(`${service.url}/shows/the-long-table`);
  await page.click('.follow a');
  await page.fill('#email', 'gus@example.org');
  await page.click('#by-mail button');
  assert.match(await page.textContent('main'), /A letter is on its way/);
  const [link] = (await newestTo('gus@example.org')).text.match(/http\S+\/follow\/\S+/);
  await page.goto(service.url + new URL(link).pathname);
  assert.match(await page.textContent('h1'), /The Long Table/);
  await page.click('#confirm');
  await page.waitForURL('**/following/**');
  await page.click('#ladders summary');
  await page.check('#ladders [name=rung][value="10"]');
  await page.click('#ladders button:not([name])');
  assert.match(await page.textContent('#ladders summary'), /an hour before, 10 minutes before, at the start/);
  await page.fill('#quiet_from', '00:00');
  await page.fill('#quiet_until', '00:00');
  await page.click('#telling-settings button');

  await service.api('POST', '/shows/the-long-table/notes', {text: 'Bread, and how it is made.'}, operator);
  const {unsubscribe: end} = await until('the mail', () => service.mails().find(({to, unsubscribe}) => to.includes('gus@') && unsubscribe));
  await page.goto(service.url + new URL(end).pathname);
  assert.match(await page.textContent('main'), /The Long Table/);
  await page.click('#confirm');
  assert.match(await page.textContent('h1'), /It is ended/);
  await page.reload();
  await context.close();
});

test('the pages of following name every control, fit a phone, and can be read in light and dark, in both languages', async () => {
  const page = await signedIn('cleo', {viewport: phone});
  const heard = complaints(page);
  const {airings} = await service.api('GET', '/shows/ferry-talk/airings', undefined, operator);
  const room = `/rooms/${airings.find(({state, starts_at}) => state === 'scheduled' && Date.parse(starts_at) > Date.now() + 3_600_000).room}`;
  await service.api('PUT', '/me/follows/show/ferry-talk', {}, (await service.api('POST', '/session', {email: 'cleo@example.org', password: 'correct horse cleo'})).token);
  for (const colorScheme of ['light', 'dark'])
    for (const lang of ['en', 'fr']) {
      await page.emulateMedia({colorScheme});
      for (const path of ['/me', '/me/bell', '/follow/show/ferry-talk', '/shows/morning-tide', '/channels/harbour-radio', '/hosts/operator', room]) {
        await page.goto(`${service.url}${path}?lang=${lang}`);
        if (path === '/me') await page.click('#calendar form.sheet button');
        const seen = await shape(page);
        assert.equal(seen.headings, 1, path);
        assert.ok(seen.overflow <= 0, `${path} scrolls sideways by ${seen.overflow} px`);
        assert.deepEqual(seen.unnamed, [], path);
        assert.deepEqual(seen.small, [], path);
        assert.deepEqual(seen.foreign, [], path);
        assert.deepEqual(await poorContrast(page), [], `${path} in ${colorScheme}, ${lang}`);
      }
    }
  assert.deepEqual(heard, []);
  await page.context().close();
});
