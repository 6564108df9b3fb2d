// The planning form: when a show is on, chosen without a word of iCalendar, and what that means as one types.
import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';
import {Service, browser, toneFile, until} from '../system/lib.mjs';
import {complaints, poorContrast, shape, signIn} from './look.mjs';

let service, chromium, operator;
before(async () => {
  service = await new Service().start();
  chromium = await browser(toneFile(service.data, 440));
  operator = service.command('admin', 'token');
  await service.api('POST', '/channels', {title: 'Harbour Radio', slug: 'harbour-radio'}, operator);
});
after(async () => {
  await chromium?.close();
  await service?.stop();
  service?.remove();
});

async function form(options = {}, language = 'en') {
  const page = await (await chromium.newContext({timezoneId: 'Europe/London', ...options})).newPage();
  page.complaints = complaints(page);
  await signIn(service, page);
  await page.goto(`${service.url}/guide?lang=${language}&zone=Europe/London`);
  await page.goto(`${service.url}/studio/channels/harbour-radio/shows/new`);
  await page.selectOption('#zone', 'Europe/Paris');
  await page.fill('#date', '2099-03-03');
  await page.fill('#time', '20:00');
  return page;
}

const says = (page, pattern) => until(`the preview says ${pattern}`, async () =>
  pattern.test(await page.locator('#preview').innerText()));
const show = (slug) => service.api('GET', '/shows/' + slug, undefined, operator);

test('each choice is said as one makes it, with the next five airings in both zones', async () => {
  const page = await form();
  await page.selectOption('#repeat', 'weekly');
  await says(page, /Every Tuesday at 20:00, Paris time/);
  assert.equal(await page.locator('#preview-airings time').count(), 5);
  assert.equal(await page.locator('#preview-airings time').first().getAttribute('datetime'), '2099-03-03T19:00:00Z');
  await says(page, /Tue 3 March 2099, 20:00\s+For you: Tue 3 March 2099, 19:00/);
  await page.fill('#every', '2');
  await says(page, /Every second Tuesday/);
  await page.fill('#every', '1');
  await page.selectOption('#repeat', 'monthly_weekday');
  await page.check('[name=place][value="1"]');
  await page.check('[name=place][value="3"]');
  await says(page, /Every month on the first and third Tuesday/);
  await page.selectOption('#ends', 'on');
  await page.fill('#until', '2099-06-30');
  await says(page, /until 30 June 2099/);
  await page.selectOption('#ends', 'after');
  await page.fill('#count', '3');
  await says(page, /3 times/);
  assert.equal(await page.locator('#preview-airings time').count(), 3);
  for (const [repeat, sentence] of [['once', /On Tuesday 3 March 2099/], ['weekdays', /Every weekday/],
                                    ['monthly_date', /Every month on the 3rd/], ['yearly', /Every year on 3 March/]]) {
    await page.selectOption('#repeat', repeat);
    await says(page, sentence);
  }
  assert.equal(await page.isVisible('#rrule'), false);
  assert.deepEqual(page.complaints, []);
  await page.context().close();
});

test('dates off are added and taken away one by one, on a phone, in French', async () => {
  const page = await form({viewport: {width: 390, height: 844}, hasTouch: true, colorScheme: 'dark'}, 'fr');
  await page.selectOption('#repeat', 'weekly');
  await page.click('details summary');
  assert.equal(await page.isVisible('#exdates'), false);
  for (const date of ['2099-03-17', '2099-03-10']) {
    await page.fill('#exdates ~ input, .field:has(#exdates) .add-date input[type=date]', date);
    await page.click('.field:has(#exdates) .add-date button');
  }
  await says(page, /sauf les 10 et 17 mars 2099/);
  await page.click('.field:has(#exdates) .dates li:first-child button');
  await says(page, /sauf le 17 mars 2099/);
  await page.fill('.field:has(#rdates) .add-date input[type=date]', '2099-03-19');
  await page.fill('.field:has(#rdates) .add-date input[type=time]', '18:30');
  await page.click('.field:has(#rdates) .add-date button');
  await says(page, /et aussi le 19 mars 2099 \(18\u202fh\u202f30\)/);
  await page.fill('#pause_from', '2099-07-01');
  await page.fill('#pause_to', '2099-08-31');
  await says(page, /avec une pause du 1er juillet au 31 août 2099/);
  const {overflow, unnamed, small} = await shape(page);
  assert.deepEqual({overflow, unnamed, small}, {overflow: 0, unnamed: [], small: []});
  assert.deepEqual(await poorContrast(page), []);
  await page.fill('#title', 'Le quai');
  await page.click('#save-show');
  await page.waitForURL('**/shows/le-quai');
  const {schedule} = await show('le-quai');
  assert.deepEqual([schedule.exdates, schedule.rdates, schedule.pauses],
                   [['2099-03-17T20:00:00'], ['2099-03-19T18:30:00'], [{first: '2099-07-01', last: '2099-08-31'}]]);
  await page.context().close();
});

test('a start that its rule does not give is refused at the date, and one takes the date that would do', async () => {
  const page = await form();
  await page.selectOption('#repeat', 'weekly');
  await page.check('[name=weekday][value="TH"]');
  await page.waitForSelector('.field.is-wrong:has(#date) button[name=use_date]');
  await page.click('.field:has(#date) button[name=use_date]');
  await says(page, /Every Thursday/);
  assert.equal(await page.inputValue('#date'), '2099-03-05');
  assert.equal(await page.locator('.is-wrong').count(), 0);
  await page.context().close();
});

test('a pasted event fills the fields for what it says', async () => {
  const page = await form({permissions: ['clipboard-read', 'clipboard-write']});
  await page.selectOption('#repeat', 'rule');
  await page.evaluate(() => navigator.clipboard.writeText('BEGIN:VEVENT\nDTSTART;TZID=America/New_York:20990305T190000\n' +
    'RRULE:FREQ=WEEKLY;BYDAY=TH;COUN\n T=9\nEXDATE;TZID=America/New_York:20990312T190000\nEND:VEVENT'));
  await page.focus('#rrule');
  await page.keyboard.press('Control+V');
  await says(page, /Every Thursday at 19:00, New York time, 9 times, except on 12 March 2099/);
  await until('the fields', async () => await page.inputValue('#date') === '2099-03-05');
  assert.deepEqual([await page.inputValue('#time'), await page.inputValue('#zone'), await page.inputValue('#rrule')],
                   ['19:00', 'America/New_York', 'FREQ=WEEKLY;BYDAY=TH;COUNT=9']);
  await page.context().close();
});

test('a show opens with the choices that make it, and saved as it is it stays as it is', async () => {
  const page = await form();
  const {version} = await service.api('POST', '/shows', {channel: 'harbour-radio', title: 'Third Tuesday', slug: 'third-tuesday',
    schedule: {start: '2099-03-17T21:15', zone: 'Europe/Paris', rrule: 'UNTIL=21001231;FREQ=MONTHLY;BYDAY=3TU', length_minutes: 45,
               exdates: ['2099-04-21T21:15'], pauses: [{first: '2099-07-01', last: '2099-08-31'}]}}, operator);
  const before = (await show('third-tuesday')).schedule;
  await page.goto(`${service.url}/studio/shows/third-tuesday`);
  assert.deepEqual([await page.inputValue('#repeat'), await page.inputValue('#ends'), await page.inputValue('#until')],
                   ['monthly_weekday', 'on', '2100-12-31']);
  assert.equal(await page.isChecked('[name=place][value="3"]'), true);
  await page.click('#save-show');
  await page.waitForURL('**/shows/third-tuesday');
  const after = await show('third-tuesday');
  assert.deepEqual(after.schedule, before);
  assert.ok(after.version <= version + 1);
  await page.context().close();
});

test('without a script a button shows what the form means, in the viewer’s language, and saves nothing', async () => {
  const page = await form({javaScriptEnabled: false}, 'fr');
  await page.fill('#title', 'Sans script');
  await page.selectOption('#repeat', 'monthly_last');
  await page.click('#see-plan');
  assert.match(await page.locator('.is-wrong:has(#date)').innerText(), /la première date qui convient est le 31 mars 2099/);
  await page.click('button[name=use_date]');
  assert.equal(await page.inputValue('#date'), '2099-03-31');
  assert.match(await page.textContent('#preview-sentence'), /^Chaque mois, le dernier mardi à 20\u202fh\u202f00, heure de Paris$/);
  assert.equal(await page.locator('#preview-airings time').count(), 5);
  assert.equal((await service.ask('GET', '/shows/sans-script', undefined, operator)).status, 404);
  await page.selectOption('#repeat', 'rule');
  await page.fill('#rrule', 'FREQ=WEEKLY;BYDAY=TU,XX');
  await page.click('#save-show');
  assert.match(await page.locator('.is-wrong:has(#rrule)').innerText(), /BYDAY prend des jours/);
  await page.fill('#rrule', 'rrule:freq=weekly;byday=tu,th');
  await page.click('#save-show');
  await page.waitForURL('**/shows/sans-script');
  assert.equal((await show('sans-script')).schedule.rrule, 'FREQ=WEEKLY;BYDAY=TU,TH');
  await page.context().close();
});
