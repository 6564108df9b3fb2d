// A small station's programme, made by the API: what the page tests and the screenshots look at.
import {member} from '../system/lib.mjs';

const channels = [
  {slug: 'harbour-radio', title: 'Harbour Radio', language: 'en', colour: '#1f5f7a',
   description: 'A neighbourhood station: what happens between the bridge and the sea, told by those who live there.'},
  {slug: 'la-verriere', title: 'La Verrière', language: 'fr', colour: '#7a4a1f',
   description: 'Livres, quartiers et idées, depuis un atelier sous les toits.'},
  {slug: 'open-workshop', title: 'Open Workshop', language: 'en', colour: '#5b6b1f',
   description: 'People who make things talk about how.'},
  {slug: 'night-school', title: 'Night School', language: 'en', colour: '#5a3f7d', description: 'One hour, one subject.'},
];

// Hours in UTC on the day asked for, so that the grid is full whenever the tests run.
const shows = [
  ['harbour-radio', 'Morning Tide', 7, 60, 'FREQ=DAILY', 'en'],
  ['harbour-radio', 'The Long Table', 12, 90, 'FREQ=DAILY', 'en'],
  ['harbour-radio', 'Letters Read Aloud', 18, 45, 'FREQ=DAILY', 'en'],
  ['harbour-radio', 'Ferry Talk', 20, 120, 'FREQ=DAILY', 'en'],
  ['la-verriere', 'Premières pages', 9, 45, 'FREQ=DAILY', 'fr'],
  ['la-verriere', 'Le quart d’heure des voisins', 13, 15, 'FREQ=DAILY', 'fr'],
  ['la-verriere', 'Ce que disent les cartes', 19, 60, 'FREQ=DAILY', 'fr'],
  ['open-workshop', 'Solder and Patience', 15, 75, 'FREQ=DAILY', 'en'],
  ['open-workshop', 'Ask a Luthier', 17, 60, 'FREQ=DAILY', 'en'],
  ['night-school', 'Tides, Explained', 19, 60, 'FREQ=DAILY', 'en'],
  ['night-school', 'A Short History of Maps', 21, 60, 'FREQ=DAILY', 'en'],
];

const notes = 'Every day somebody who knows **one thing well** sits down and tells it.\n\n' +
  '- bring a question\n- the microphone is open in the second half\n\nMore at [our notebook](https://example.org/notes).';

// The operator hosts the first channel's shows; the others have a host each: nobody is in two places at once.
export async function makeProgramme(service, operator, today = new Date()) {
  const hosts = {};
  for (const [index, channel] of channels.entries()) {
    await service.api('POST', '/channels', channel, operator);
    const handle = `host-of-${channel.slug}`;
    hosts[channel.slug] = index === 0 ? operator : await member(service, operator, handle, `The host of ${channel.title}`);
    if (index > 0) await service.api('PUT', `/channels/${channel.slug}/members/${handle}`, {role: 'host'}, operator);
  }
  const day = new Date(today - 86_400_000).toISOString().slice(0, 10);
  const made = {};
  for (const [channel, title, hour, length_minutes, rrule, language] of shows) {
    const start = `${day}T${String(hour).padStart(2, '0')}:00`;
    const show = await service.api('POST', '/shows', {
      channel, title, notes, language, schedule: {start, zone: 'UTC', rrule, length_minutes},
    }, hosts[channel]);
    made[title] = show.slug;
  }
  return made;
}

export async function liveRoom(service, operator, title = 'What the Fog Does to Sound') {
  const room = await service.api('POST', '/rooms', {channel: 'harbour-radio', title, length_minutes: 60}, operator);
  await service.api('POST', `/rooms/${room.id}/backstage`, {}, operator);
  for (const name of ['Ines Varga', 'Tomás Ruiz', 'Awa Diop'])
    await service.api('POST', `/rooms/${room.id}/speakers`, {name}, operator);
  await service.api('POST', `/rooms/${room.id}/live`, {}, operator);
  return room.id;
}
