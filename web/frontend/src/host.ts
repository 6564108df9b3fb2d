// The host's forms, sent by the API so that the page, and with it the host's own voice, stays.
import type {Api} from './api';
import type {RoomData} from './room_data';
import {element, say} from './words';

export class HostControls {
    constructor(private readonly room: RoomData, private readonly api: Api,
                private readonly status: (text: string) => void) {
        this.take('run-form', async (_, pressed) => {
            const what = pressed?.value;
            if (what === 'end' && !confirm(say(room.words, 'confirm_end'))) return;
            await api.call('POST', `/rooms/${room.id}/${what}`, {});
        });
        this.take('invite-form', async form => {
            await this.invite({handle: value(form, 'handle').replace(/^@/, '')});
            form.reset();
        });
        this.take('guest-form', async form => {
            const made = await this.invite({name: value(form, 'name')});
            form.reset();
            const link = element('guest-link');
            if (link) link.textContent = made.link ?? '';
            const calendar = element('guest-calendar');
            if (calendar) calendar.textContent = made.calendar ?? '';
            const result = element('guest-result');
            if (result) result.hidden = false;
        });
    }

    private invite(whom: {handle: string} | {name: string}): Promise<{link?: string; calendar?: string}> {
        return this.api.call('POST', `/rooms/${this.room.id}/speakers`, whom);
    }

    private take(id: string, work: (form: HTMLFormElement, pressed: HTMLButtonElement | null) => Promise<void>): void {
        const form = element<HTMLFormElement>(id);
        form?.addEventListener('submit', event => {
            event.preventDefault();
            this.status('');
            work(form, event.submitter as HTMLButtonElement | null).catch((error: Error) => {
                this.status(say(this.room.words, 'failed', {why: error.message}));
            });
        });
    }
}

function value(form: HTMLFormElement, name: string): string {
    return String(new FormData(form).get(name) ?? '').trim();
}
