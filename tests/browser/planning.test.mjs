// A host plans by the pages; somebody in another zone reads in the guide what became of it.
import assert from 'node:assert/strict';
import test, {after, before} from 'node:test';
import {Service, browser, member} from '../system/lib.mjs';
import {complaints, poorContrast, shape, signIn} from './look.mjs';

const phone = {width: 390, height: 844};
const desktop = {width: 1280, height: 800};
let service, chromium, host;

// A Tuesday a month ahead, so that none of these airings has begun.
const tuesday = (() => {
  const day = new Date(Date.now() + 30 * 86_400_000);
  while (day.getUTCDay() !== 2) day.setUTCDate(day.getUTCDate() + 1);
  return day.toISOString().slice(0, 10);
})();
const dayAfter = (date, days) => new Date(Date.parse(date + 'T12:00Z') + days * 86_400_000).toISOString().slice(0, 10);

// The instant of a local time, by what the runtime knows of the zone.
function instant(date, time, timeZone) {
  const wanted = Date.parse(`${date}T${time}Z`);
  const shown = (at) => {
    const parts = Object.fromEntries(new Intl.DateTimeFormat('en-GB', {
      timeZone, year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', hourCycle: 'h23',
    }).formatToParts(at).map(({type, value}) => [type, value]));
    return Date.parse(`${parts.year}-${parts.month}-${parts.day}T${parts.hour}:${parts.minute}Z`);
  };
  return new Date(wanted - (shown(wanted) - wanted));
}
const clock = (at, timeZone) =>
  new Intl.DateTimeFormat('en-GB', {timeZone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23'}).format(at);
const dateIn = (at, timeZone) => new Intl.DateTimeFormat('sv-SE', {timeZone, dateStyle: 'short'}).format(at);

before(async () => {
  service = await new Service().start();
  chromium = await browser();
  host = await (await chromium.newContext({viewport: desktop, timezoneId: 'Europe/Paris', javaScriptEnabled: false})).newPage();
  await signIn(service, host);
});

after(async () => {
  await chromium?.close();
  await service?.stop();
  service?.remove();
});

// The nth airing's row on the show's page.
const row = (nth) => host.locator('.own-airings > li').nth(nth);
const showPage = () => host.goto(`${service.url}/shows/tide-tables?zone=Europe/Paris`);

async function planShow() {
  await host.goto(`${service.url}/studio/channels/new`);
  await host.fill('#title', 'Lighthouse');
  await host.click('main button[type=submit]');
  await host.goto(`${service.url}/studio/channels/lighthouse/shows/new`);
  await host.fill('#title', 'Tide Tables');
  await host.fill('#date', tuesday);
  await host.fill('#time', '20:00');
  await host.selectOption('#zone', 'Europe/Paris');
  await host.selectOption('#repeat', 'weekly');
  await host.click('#save-show');
  assert.equal(new URL(host.url()).pathname, '/shows/tide-tables');
}

async function editAiring(nth, link, fill) {
  await showPage();
  await row(nth).locator(`a:text-is("${link}")`).click();
  await fill();
  await host.click('#save-airing');
  assert.match(host.url(), /\/rooms\/[a-z2-7]{26}$/);
}

test('a host plans, edits, moves, cancels, and changes what follows; another zone reads it in the guide', async () => {
  await planShow();
  await editAiring(1, 'Edit', () => host.fill('#title', 'Tide Tables by the Fire'));
  await editAiring(2, 'Move', async () => {
    await host.fill('#date', dayAfter(tuesday, 15));
    await host.fill('#time', '22:45');
  });
  await showPage();
  await row(3).locator('a:text-is("Cancel")').click();
  assert.match(await host.textContent('#consequences'), /calendars/);
  await host.click('#confirm');
  await showPage();
  await row(4).locator('a:text-is("Edit")').click();
  await host.click('.scope a:text-is("This and all that follow")');
  await host.fill('#time', '18:30');
  await host.click('#save-show');
  assert.equal(new URL(host.url()).pathname, '/shows/tide-tables');

  const reader = await (await chromium.newContext({viewport: desktop, timezoneId: 'America/St_Johns'})).newPage();
  await reader.goto(`${service.url}/guide`);
  await reader.waitForFunction(() => document.getElementById('zone-name').dataset.zone === 'America/St_Johns');
  const expected = [
    [tuesday, '20:00', 'Tide Tables', /./],
    [dayAfter(tuesday, 7), '20:00', 'Tide Tables by the Fire', /./],
    [dayAfter(tuesday, 15), '22:45', 'Tide Tables', /./],
    [dayAfter(tuesday, 21), '20:00', 'Tide Tables', /Cancelled/],
    [dayAfter(tuesday, 28), '18:30', 'Tide Tables', /./],
    [dayAfter(tuesday, 35), '18:30', 'Tide Tables', /./],
  ];
  for (const [date, time, title, said] of expected) {
    const at = instant(date, time, 'Europe/Paris');
    await reader.goto(`${service.url}/guide?date=${dateIn(at, 'America/St_Johns')}`);
    const airing = reader.locator('.grid ol li:not(.mark)', {hasText: title})
      .filter({has: reader.locator('b', {hasText: clock(at, 'America/St_Johns')})});
    assert.equal(await airing.count(), 1, `${date} ${time}`);
    assert.match(await airing.textContent(), said, `${date} ${time}`);
  }
  // The page of the moved one says, in the reader's zone, when it was to be.
  const moved = instant(dayAfter(tuesday, 15), '22:45', 'Europe/Paris');
  await reader.goto(`${service.url}/guide?date=${dateIn(moved, 'America/St_Johns')}`);
  await reader.locator('.grid ol li:not(.mark)', {has: reader.locator('b', {hasText: clock(moved, 'America/St_Johns')})})
    .locator('a').first().click();
  const planned = instant(dayAfter(tuesday, 14), '20:00', 'Europe/Paris');
  assert.match(await reader.textContent('.room-head'), new RegExp(`planned for .*${clock(planned, 'America/St_Johns')}`));
  await reader.context().close();
});

test('a cancelled airing is restored from the list', async () => {
  await showPage();
  await row(3).locator('button:text-is("Restore")').click();
  await showPage();
  assert.equal(await row(3).locator('a:text-is("Cancel")').count(), 1);
});

test('a plan that clashes is shown with its ways out, and takes the free start in one tap', async () => {
  await host.goto(`${service.url}/studio/channels/lighthouse/shows/new`);
  await host.fill('#title', 'Fog Signals');
  await host.fill('#date', tuesday);
  await host.fill('#time', '20:30');
  await host.selectOption('#zone', 'Europe/Paris');
  await host.selectOption('#repeat', 'once');
  await host.click('#save-show');
  assert.match(await host.textContent('#clashes'), /Tide Tables/);
  await host.click('#start-instead');
  assert.equal(await host.inputValue('#title'), 'Fog Signals');
  const time = await host.inputValue('#time');
  assert.ok(time === '21:00' || time === '19:00', time);
  await host.click('#save-show');
  assert.equal(new URL(host.url()).pathname, '/shows/fog-signals');
});

test('a co-host who is asked finds the question and answers it', async () => {
  const operator = service.command('admin', 'token');
  const cohost = await member(service, operator, 'ines', 'Ines Varga');
  await host.goto(`${service.url}/studio/shows/tide-tables/people`);
  await host.fill('#handle', 'ines');
  await host.click('button:text-is("Ask")');
  assert.match(await host.textContent('#invited'), /Ines Varga/);
  const context = await chromium.newContext({viewport: phone});
  await context.addCookies([{name: 'stagecast_session', value: cohost, url: service.url}]);
  const page = await context.newPage();
  await page.goto(`${service.url}/studio`);
  await page.click('.invitations button:text-is("Accept")');
  await page.waitForURL('**/shows/tide-tables');
  await page.goto(`${service.url}/hosts/ines`);
  assert.match(await page.textContent('main'), /Tide Tables/);
  await context.close();
});

test('the planning pages read on a phone, in light and dark', async () => {
  await showPage();
  const edit = await row(5).locator('a:text-is("Edit")').getAttribute('href');
  const paths = [edit, edit.replace('/edit', '/cancel'), edit.replace('/edit', '/following'), '/shows/tide-tables',
                 '/studio/shows/tide-tables/airings', '/studio/shows/tide-tables/people', '/studio/shows/tide-tables/retire',
                 '/studio/channels/lighthouse', '/studio'];
  for (const colorScheme of ['light', 'dark']) {
    const page = await (await chromium.newContext({viewport: phone, colorScheme})).newPage();
    await signIn(service, page);
    const heard = complaints(page);
    for (const path of paths) {
      await page.goto(service.url + path);
      const seen = await shape(page);
      assert.equal(seen.headings, 1, path);
      assert.ok(seen.overflow <= 0, `${path} scrolls sideways by ${seen.overflow} px`);
      assert.deepEqual([seen.unnamed, seen.small, seen.foreign], [[], [], []], path);
      assert.deepEqual(await poorContrast(page), [], `${path} in ${colorScheme}`);
    }
    assert.deepEqual(heard, []);
    await page.context().close();
  }
});
