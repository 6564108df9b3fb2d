// The guide in Chromium: a full day of 200 channels, read without a script, by keyboard, on a phone, on paper.
import assert from 'node:assert/strict';
import test, {after, before} from 'node:test';
import {Service, browser} from '../system/lib.mjs';
import {fullDay} from './full_day.mjs';
import {complaints, poorContrast, shape} from './look.mjs';
import {makeProgramme} from './programme.mjs';

const phone = {width: 390, height: 844};
const desktop = {width: 1280, height: 800};
const FULL = '2031-06-03';  // the day with 200 channels: no airing of the programme's shows is planned that far ahead
// A day of the programme that is ahead whenever the tests begin and end.
const AHEAD = new Date(Date.now() + 10 * 86_400_000).toISOString().slice(0, 10);
let service, chromium, operator;

before(async () => {
  service = await new Service().start();
  operator = service.command('admin', 'token');
  await makeProgramme(service, operator);
  await fullDay(service, FULL);
  chromium = await browser();
});

after(async () => {
  await chromium?.close();
  await service?.stop();
  service?.remove();
});

async function opened(path, options = {}) {
  const context = await chromium.newContext({viewport: desktop, ...options});
  const page = await context.newPage();
  page.heard = complaints(page);
  await page.goto(service.url + path);
  return page;
}

test('a full day of 200 channels is whole, and under 100 kB of HTML, CSS and JS on the wire', async (t) => {
  const page = await opened(`/guide?date=${FULL}&zone=UTC`);
  const bytes = await page.evaluate(() =>
    [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]
      .filter(({name}) => !name.includes('.woff2')).reduce((sum, {transferSize}) => sum + transferSize, 0));
  t.diagnostic(`${bytes} bytes`);
  assert.ok(bytes > 30_000 && bytes < 100_000, `${bytes} bytes`);
  assert.equal(await page.locator('.grid ol a').count(), 2400);
  assert.equal(await page.locator('.grid .channel').count(), 200);
  await page.context().close();
});

test('every airing of a full day stands in its channel’s row, and none covers another', async () => {
  const page = await opened(`/guide?date=${FULL}&zone=UTC`);
  const wrong = await page.evaluate(() => {
    const box = (element) => element.getBoundingClientRect();
    const rows = [...document.querySelectorAll('.channel')].map((row) => ({name: row.textContent.trim(), top: box(row).top}));
    const found = [];
    const seen = new Map();
    for (const item of document.querySelectorAll('.grid ol li:not(.mark)')) {
      const {top, left, right} = box(item);
      const row = rows.findLast((one) => one.top <= top + 1);
      const channel = item.querySelector('i').textContent.split(' · ')[0];
      if (row?.name !== channel) found.push(`${channel} in the row of ${row?.name}`);
      const others = seen.get(top) ?? [];
      if (others.some((other) => left < other.right - 1 && other.left < right - 1)) found.push(`${item.textContent} is covered`);
      seen.set(top, [...others, {left, right}]);
    }
    return found.slice(0, 5);
  });
  assert.deepEqual(wrong, []);
  await page.context().close();
});

test('the guide fits phone and desk, names its controls, and can be read in light and dark', async () => {
  for (const colorScheme of ['light', 'dark'])
    for (const viewport of [phone, desktop])
      for (const path of ['/guide?zone=UTC', '/guide?view=week&zone=UTC', '/guide?q=tide&zone=UTC', '/guide?date=2031-01-01',
                          '/guide?category=News', `/guide?date=${FULL}&zone=UTC&channel=channel-7`]) {
        const page = await opened(path, {viewport, colorScheme});
        const seen = await shape(page);
        assert.equal(seen.headings, 1, path);
        assert.ok(seen.overflow <= 0, `${path} scrolls sideways by ${seen.overflow} px`);
        assert.deepEqual(seen.unnamed, [], path);
        assert.deepEqual(seen.small, [], path);
        assert.deepEqual(seen.foreign, [], path);
        assert.deepEqual(await poorContrast(page), [], `${path} in ${colorScheme}`);
        assert.deepEqual(page.heard, [], path);
        await page.context().close();
      }
});

test('without a script one reads the day, goes to the week, filters, searches, and comes to now', async () => {
  const page = await opened(`/guide?date=${AHEAD}&zone=UTC`, {javaScriptEnabled: false});
  assert.ok(await page.locator('.grid ol a').count() >= 10);
  await page.click('.days .apart a');
  assert.match(page.url(), /view=week/);
  assert.equal(await page.locator('.grid .hour').count(), 7);
  await page.click('.guide-search summary');
  await page.selectOption('#guide-language', 'fr');
  await page.click('.guide-search details button');
  assert.match(page.url(), /language=fr/);
  assert.deepEqual((await page.locator('.grid .channel').allTextContents()).map((name) => name.trim()), ['La Verrière']);
  await page.fill('#guide-q', 'PREMIERES');
  await page.click('.guide-search .ask button');
  assert.ok(await page.locator('.results .entry').count() >= 10);
  await page.click('.results .actions a.plain');
  await page.click('#to-now');
  assert.match(page.url(), /#now$/);
  assert.equal(await page.locator('#now').count(), 1);
  await page.context().close();
});

test('a link to a moment opens its day in the visitor’s zone with that hour in view and marked, script or none', async () => {
  for (const javaScriptEnabled of [true, false])
    for (const viewport of [phone, desktop]) {
      const page = await opened(`/guide?at=${FULL}T03:30Z&zone=America/Los_Angeles`, {javaScriptEnabled, viewport});
      assert.equal(new URL(page.url()).searchParams.get('date'), '2031-06-02');
      assert.equal((await page.textContent('#at span')).trim(), '20:30');
      const box = await page.locator('#at span').boundingBox();
      assert.ok(box.x >= 0 && box.x < viewport.width && box.y >= 0 && box.y < viewport.height, JSON.stringify(box));
      await page.context().close();
    }
});

test('a moment at which nothing is on has its place in the day too', async () => {
  const page = await opened(`/guide?at=${FULL}T23:15Z&zone=UTC`);
  assert.equal((await page.textContent('#at span')).trim(), '23:15');
  assert.ok(await page.locator('#at span').isVisible());
  await page.context().close();
});

test('arrow keys go from airing to airing, and Tab reaches each', async () => {
  const page = await opened(`/guide?date=${AHEAD}&zone=UTC`);
  await page.locator('.grid ol a', {hasText: 'Ferry Talk'}).first().focus();
  for (const [key, wanted] of [['ArrowLeft', /Letters Read Aloud/], ['ArrowRight', /Ferry Talk/], ['ArrowDown', /La Verrière/],
                               ['ArrowUp', /Harbour Radio/], ['Home', /Morning Tide/]]) {
    await page.keyboard.press(key);
    assert.match(await page.evaluate(() => document.activeElement.textContent), wanted);
  }
  assert.equal(await page.evaluate(() => [...document.querySelectorAll('.grid ol a')].every((link) => link.tabIndex === 0)), true);
  await page.context().close();
});

test('by keyboard one skips the airings, or jumps to now', async () => {
  const page = await opened(`/guide?date=${AHEAD}&zone=UTC`);
  const focused = () => page.evaluate(() => document.activeElement.id);
  await page.locator('.skip-grid a').focus();
  await page.keyboard.press('Enter');
  assert.equal(await focused(), 'after-grid');
  await page.locator('#to-now').focus();
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/guide#now$/);
  const box = await page.locator('#now span').boundingBox();
  assert.ok(box.x >= 0 && box.x < desktop.width && box.y >= 0 && box.y < desktop.height, JSON.stringify(box));
  await page.context().close();
});

test('a screen reader hears time, title, channel and host of an airing, and the names of what is around it', async () => {
  const page = await opened(`/guide?date=${AHEAD}&zone=UTC`);
  const grid = page.getByRole('region', {name: 'The day by channel and time'});
  assert.equal(await grid.count(), 1);
  assert.equal(await grid.getByRole('link', {name: /^20:00 Ferry Talk Harbour Radio · \S+/}).count(), 1);
  assert.equal(await grid.getByRole('list', {name: 'Channels'}).getByRole('listitem').count(), 4);
  assert.ok(await grid.getByRole('heading', {level: 3}).count() >= 8);
  assert.equal(await page.getByRole('navigation', {name: 'Days'}).locator('[aria-current=date]').count(), 1);
  assert.equal(await page.getByRole('search').getByRole('searchbox', {name: /Search/}).count(), 1);
  await page.context().close();
});

test('on paper the day is a programme: times, titles, channels, and no controls', async () => {
  const page = await opened(`/guide?date=${AHEAD}&zone=UTC`);
  await page.emulateMedia({media: 'print'});
  const seen = await page.evaluate(() => ({
    controls: [...document.querySelectorAll('button, select, input, nav, summary')].filter((one) => one.checkVisibility()).length,
    columns: getComputedStyle(document.querySelector('.grid')).columnCount,
    titles: [...document.querySelectorAll('.grid ol a')].filter((one) => one.checkVisibility()).length,
    whole: ['h1', '#zone-name', '.grid ol i'].every((part) => document.querySelector(part).checkVisibility()),
  }));
  assert.equal(seen.controls, 0);
  assert.equal(seen.columns, '3');
  assert.ok(seen.titles >= 10 && seen.whole, JSON.stringify(seen));
  await page.context().close();
});

test('a short address of a full day leads to its room', async () => {
  const page = await opened(`/guide?date=${FULL}&zone=UTC`);
  const href = await page.getAttribute('.grid ol a', 'href');
  assert.match(href, /^\/r\/[a-z2-7]{12}$/);
  await page.goto(service.url + href);
  assert.match(page.url(), new RegExp(`/rooms/${href.slice(3)}[a-z2-7]{14}$`));
  await page.context().close();
});
