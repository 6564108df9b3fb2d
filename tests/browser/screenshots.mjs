// Writes docs/screenshots/*.png: the main pages on phone and desktop, in light and dark.
import {mkdirSync} from 'node:fs';
import {dirname, join, resolve} from 'node:path';
import {fileURLToPath} from 'node:url';
import {Service, browser, toneFile} from '../system/lib.mjs';
import {signIn} from './look.mjs';
import {liveRoom, makeProgramme} from './programme.mjs';

const out = process.argv[2] ?? resolve(dirname(fileURLToPath(import.meta.url)), '../../docs/screenshots');
mkdirSync(out, {recursive: true});
const service = await new Service().start();
const chromium = await browser(toneFile(service.data, 440));
try {
  const operator = service.command('admin', 'token');
  await makeProgramme(service, operator);
  const live = await liveRoom(service, operator);
  const {airings} = await service.api('GET', '/shows/ferry-talk/airings', undefined, operator);
  const before = airings.find(({state, starts_at}) => state === 'scheduled' && Date.parse(starts_at) > Date.now() + 3_600_000);

  const stage = await (await chromium.newContext()).newPage();
  await signIn(service, stage);
  await stage.goto(`${service.url}/rooms/${live}`);
  await stage.click('#step-on-stage');
  await stage.check('[name=purpose-record]');
  await stage.check('[name=purpose-podcast]');
  await stage.click('#consent-submit');
  await stage.waitForSelector('#stage-bar:visible');

  const shots = [
    ['guide', '/guide?zone=UTC'],
    ['channel', '/channels/harbour-radio'],
    ['show', '/shows/ferry-talk'],
    ['room-before', `/rooms/${before.room}`],
    ['room-live', `/rooms/${live}`],
    ['sign-in', '/sign-in'],
    ['studio', '/studio', 'own'],
    ['plan', '/studio/channels/harbour-radio/shows/new', 'own'],
    ['airing', `/studio/rooms/${before.room}/edit`, 'own'],
    ['airings', '/studio/shows/ferry-talk/airings', 'own'],
    ['review', '/studio/channels/harbour-radio/shows/new', 'own', async (page) => {
      await page.fill('#title', 'Late Ferry');
      await page.fill('#date', before.starts_at.slice(0, 10));
      await page.fill('#time', '21:00');
      await page.selectOption('#zone', 'UTC');
      await page.click('#save-show');
      await page.waitForSelector('#clashes');
    }],
    ['people', '/studio/shows/ferry-talk/people', 'own'],
    ['channel-settings', '/studio/channels/harbour-radio', 'own'],
    ['room-host', `/rooms/${live}`, 'own'],
    ['consent', `/rooms/${live}`, 'own', async (page) => {
      await page.click('#step-on-stage');
      await page.waitForTimeout(400);
    }],
    ['me', '/me', 'own'],
    ['desk', '/desk', 'own'],
  ];
  for (const [size, viewport] of [['phone', {width: 390, height: 844}], ['desktop', {width: 1280, height: 800}]]) {
    for (const colorScheme of ['light', 'dark']) {
      const context = await chromium.newContext({viewport, colorScheme, deviceScaleFactor: size === 'phone' ? 2 : 1});
      const stranger = await context.newPage();
      const own = await (await chromium.newContext({viewport, colorScheme, deviceScaleFactor: size === 'phone' ? 2 : 1})).newPage();
      await signIn(service, own);
      for (const [name, path, who, work] of shots) {
        const page = who === 'own' ? own : stranger;
        await page.goto(service.url + path);
        await page.evaluate(() => document.fonts.ready);
        await work?.(page);
        await page.waitForTimeout(250);
        await page.screenshot({path: join(out, `${name}-${size}-${colorScheme}.png`)});
      }
      await context.close();
      await own.context().close();
    }
  }
} finally {
  await chromium.close();
  await service.stop();
  service.remove();
}
