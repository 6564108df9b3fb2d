// The room page: follows the room's events, and brings the parts that need sound to life.
import {Api} from './api';
import {HostControls} from './host';
import {ListenPanel} from './listen_panel';
import {People, type StageEvent} from './people';
import type {RoomData} from './room_data';
import {StageDoor} from './stage';
import {count, element, pageData, say} from './words';

declare global {
    interface Window {
        // For tests: whose getStats() tells what is heard and sent.
        stagecast: {listener: RTCPeerConnection | null; publisher: RTCPeerConnection | null};
    }
}
window.stagecast = {listener: null, publisher: null};

const data = pageData<RoomData>('room-data');
const api = new Api(data.csrf);
const roomUrl = `/rooms/${data.id}`;

const status = (text: string) => {
    const line = element('status');
    if (!line) return;
    line.textContent = text;
    line.hidden = text === '';
};

const panel = new ListenPanel(roomUrl, data.words);
const door = new StageDoor(data, api, roomUrl, panel, status);
const people = new People(data, api, status);
new HostControls(data, api, status);

function showState(state: string): void {
    for (const part of document.querySelectorAll<HTMLElement>('[data-when]'))
        part.hidden = !(part.dataset['when'] ?? '').split(' ').includes(state);
    element('room')?.setAttribute('data-state', state);
}

function follow(): void {
    const events = new EventSource(`${roomUrl}/events`);
    events.addEventListener('stage', event => {
        const stage = JSON.parse((event as MessageEvent<string>).data) as StageEvent;
        if (stage.state !== data.state) {
            data.state = stage.state;
            showState(stage.state);
            status(say(data.words, `state_${stage.state}`));
            if (stage.state === 'ended' || stage.state === 'cancelled') {
                panel.stop();
                door.leave();
                events.close();
            }
        }
        people.show(stage.speakers);
        door.follow(stage.speakers.find(speaker => speaker.id === data.me));
        const listeners = element('listeners');
        if (listeners) listeners.textContent = count(data.words, 'listeners', stage.listeners, data.language);
    });
    events.addEventListener('levels', event => {
        people.showLevels(JSON.parse((event as MessageEvent<string>).data) as Record<string, number>);
    });
}

function tickCountdown(): void {
    const clock = element('countdown');
    if (!clock) return;
    const left = Math.floor((Date.parse(data.startsAt) - Date.now()) / 1000);
    if (left <= 0) {
        clock.textContent = say(data.words, 'soon');
        return;
    }
    const [days, hours, minutes] = [Math.floor(left / 86400), Math.floor(left / 3600) % 24, Math.floor(left / 60) % 60];
    if (days > 0) clock.textContent = say(data.words, 'days', {days, hours});
    else if (hours > 0) clock.textContent = say(data.words, 'hours', {hours, minutes});
    else clock.textContent = say(data.words, 'minutes', {minutes, seconds: left % 60});
}

// Only now, when something answers.
for (const control of document.querySelectorAll<HTMLElement>('[data-needs-script]')) control.hidden = false;
if (data.state !== 'ended' && data.state !== 'cancelled') follow();
if (data.state === 'scheduled' || data.state === 'backstage') {
    tickCountdown();
    setInterval(tickCountdown, 1000);
}
