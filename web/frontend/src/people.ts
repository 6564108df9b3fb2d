// Who is on stage: the list as the server first made it, kept in step with the room's events.
import type {Api} from './api';
import type {RoomData} from './room_data';
import {element, say} from './words';

export interface StageSpeaker {
    id: string;
    name: string;
    handle: string;
    role: string;
    connected: boolean;
    muted: boolean;
    asked: boolean;
    recorded: boolean;
}

export interface StageEvent {
    state: string;
    listeners: number;
    speakers: StageSpeaker[];
}

const SPEAKING_DBFS = -45;  // above this a voice is heard, below it a room is

export class People {
    private readonly list = element<HTMLUListElement>('speakers');
    private shown = '';

    constructor(private readonly room: RoomData, private readonly api: Api,
                private readonly status: (text: string) => void) {}

    show(speakers: StageSpeaker[]): void {
        const now = JSON.stringify(speakers);
        if (!this.list || now === this.shown) return;
        this.shown = now;
        const focused = document.activeElement?.getAttribute('data-focus');
        this.list.replaceChildren(...speakers.map(speaker => this.item(speaker)));
        if (focused) this.list.querySelector<HTMLElement>(`[data-focus="${focused}"]`)?.focus();
        const nobody = element('nobody');
        if (nobody) nobody.hidden = speakers.length > 0;
    }

    showLevels(levels: Record<string, number>): void {
        for (const item of this.list?.querySelectorAll<HTMLElement>('.speaker') ?? []) {
            const level = levels[item.dataset['speaker'] ?? ''] ?? -127;
            item.classList.toggle('is-speaking', level > SPEAKING_DBFS);
        }
    }

    private item(speaker: StageSpeaker): HTMLElement {
        const item = make('li', 'speaker');
        item.dataset['speaker'] = speaker.id;
        item.classList.toggle('is-away', !speaker.connected);
        const initial = make('span', 'initial', [...speaker.name][0] ?? '');
        initial.setAttribute('aria-hidden', 'true');
        item.append(initial, this.name(speaker), this.marks(speaker));
        if (this.room.mayRun) item.append(this.controls(speaker));
        return item;
    }

    private name(speaker: StageSpeaker): HTMLElement {
        const name = make('span', 'name');
        if (!speaker.handle) name.textContent = speaker.name;
        else {
            const link = document.createElement('a');
            link.href = `/hosts/${speaker.handle}`;
            link.textContent = speaker.name;
            name.append(link);
        }
        return name;
    }

    private marks(speaker: StageSpeaker): HTMLElement {
        const words = this.room.words;
        const marks = make('span', 'marks');
        marks.append(make('span', '', say(words, `role.${speaker.role}`)));
        if (!speaker.connected) marks.append(make('span', '', say(words, 'away')));
        if (speaker.muted) marks.append(make('span', '', say(words, 'muted')));
        if (speaker.recorded) marks.append(make('span', 'recorded', say(words, 'recorded')));
        return marks;
    }

    private controls(speaker: StageSpeaker): HTMLElement {
        const words = this.room.words;
        const row = make('span', 'actions');
        const path = `/rooms/${this.room.id}/speakers/${speaker.id}`;
        const mute = button('plain small', say(words, speaker.muted ? 'unmute' : 'mute'), `mute-${speaker.id}`);
        mute.addEventListener('click', () => void this.ask('PATCH', path, {muted: !speaker.muted}));
        const remove = button('quiet small', say(words, 'remove'), `remove-${speaker.id}`);
        remove.addEventListener('click', () => void this.ask('DELETE', path));
        mute.setAttribute('aria-label', `${mute.textContent}: ${speaker.name}`);
        remove.setAttribute('aria-label', `${remove.textContent}: ${speaker.name}`);
        row.append(mute, remove);
        return row;
    }

    private async ask(method: string, path: string, body?: unknown): Promise<void> {
        try {
            await this.api.call(method, path, body);
        } catch (error) {
            this.status(say(this.room.words, 'failed', {why: (error as Error).message}));
        }
    }
}

function make(tag: string, className = '', text = ''): HTMLElement {
    const made = document.createElement(tag);
    if (className) made.className = className;
    if (text) made.textContent = text;
    return made;
}

function button(className: string, text: string, focus: string): HTMLButtonElement {
    const made = document.createElement('button');
    made.type = 'button';
    made.className = className;
    made.textContent = text;
    made.dataset['focus'] = focus;
    return made;
}
