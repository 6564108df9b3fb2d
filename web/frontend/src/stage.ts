// Stepping on stage: the microphone is checked, what may be kept is asked, then the voice goes out and the room comes back.
import type {Api} from './api';
import type {ListenPanel} from './listen_panel';
import type {StageSpeaker} from './people';
import type {RoomData} from './room_data';
import type {Session} from './rtc';
import {meter, openMicrophone, publish} from './whip';
import {element, say} from './words';

const HEARD_DBFS = -50;

interface Pass {
    speaker: {id: string} | string;
    whip_url: string;
    whip_token: string;
    purposes: string[];
}

export class StageDoor {
    private readonly form = element<HTMLFormElement>('consent-form');
    private readonly open = element<HTMLButtonElement>('step-on-stage');
    private readonly audio = new Audio();
    private microphone: MediaStream | null = null;
    private session: Session | null = null;
    private stopMeter: (() => void) | null = null;
    private mutedByHost = false;

    constructor(private readonly room: RoomData, private readonly api: Api, private readonly roomUrl: string,
                private readonly panel: ListenPanel, private readonly status: (text: string) => void) {
        this.open?.addEventListener('click', () => void this.ask());
        element('consent-cancel')?.addEventListener('click', () => this.closeForm());
        element('change-consent')?.addEventListener('click', () => void this.ask());
        element('mute')?.addEventListener('click', () => this.toggleMute());
        element('leave')?.addEventListener('click', () => this.leave('left_stage'));
        this.form?.addEventListener('change', () => this.summarise());
        this.form?.addEventListener('submit', event => {
            event.preventDefault();
            void this.answer();
        });
        addEventListener('pagehide', () => this.session?.close());
    }

    leave(key?: string): void {
        this.closeForm();
        this.session?.close();
        this.session = null;
        window.stagecast.publisher = null;
        this.release();
        this.showBar(false);
        if (key) this.status(say(this.room.words, key));
    }

    // What the room says about oneself.
    follow(me: StageSpeaker | undefined): void {
        if (!this.session) return;
        if (!me) {
            this.leave('left_stage');
            return;
        }
        if (me.muted && !this.mutedByHost) this.status(say(this.room.words, 'muted_by_host'));
        this.mutedByHost = me.muted;
    }

    private async ask(): Promise<void> {
        if (!this.form) return;
        this.form.hidden = false;
        if (this.open) this.open.hidden = true;
        this.summarise();
        element('consent-title')?.focus();
        await this.checkMicrophone();
    }

    private async checkMicrophone(): Promise<boolean> {
        const hint = element('microphone-hint');
        try {
            this.microphone ??= await openMicrophone();
        } catch (error) {
            const missing = error instanceof DOMException && error.name === 'NotFoundError';
            if (hint) hint.textContent = say(this.room.words, missing ? 'microphone_missing' : 'microphone_refused');
            return false;
        }
        const bar = element<HTMLMeterElement>('meter');
        this.stopMeter ??= meter(this.microphone, dbfs => {
            if (bar) bar.value = Math.max(-60, Math.min(0, dbfs));
            if (hint && dbfs > HEARD_DBFS) hint.textContent = say(this.room.words, 'microphone_ok');
        });
        return true;
    }

    private purposes(): HTMLInputElement[] {
        return [...this.form?.querySelectorAll<HTMLInputElement>('[name^="purpose-"]') ?? []];
    }

    // The others build on the recording: without it they cannot be.
    private summarise(): void {
        const all = this.purposes();
        const record = all.find(box => box.value === 'record');
        for (const box of all) {
            if (box === record) continue;
            box.disabled = !record?.checked;
            if (box.disabled) box.checked = false;
        }
        const line = element('consent-summary')?.querySelector('b');
        if (line) line.textContent = this.kept('keep', all.filter(box => box.checked).map(box => box.value));
    }

    private kept(key: 'keep' | 'kept', purposes: string[]): string {
        const labels = this.purposes().filter(box => purposes.includes(box.value))
            .map(box => box.closest('label')?.querySelector('b')?.textContent ?? box.value);
        if (!labels.length) return say(this.room.words, `${key}_nothing`);
        const what = new Intl.ListFormat(this.room.language).format(labels.map(label => label.toLowerCase()));
        return say(this.room.words, `${key}_these`, {what});
    }

    private async answer(): Promise<void> {
        const submit = element<HTMLButtonElement>('consent-submit');
        const form = this.form!;
        this.refuse('');
        if (!this.session && !await this.checkMicrophone()) return;
        if (submit) submit.disabled = true;
        try {
            const pass = await this.api.call<Pass>('POST', `/rooms/${this.room.id}/consent`, {
                purposes: this.purposes().filter(box => box.checked).map(box => box.value),
                wording: form.dataset['wording'],
                language: form.dataset['language'],
            });
            this.room.me = typeof pass.speaker === 'string' ? pass.speaker : pass.speaker.id;
            if (this.session) this.status(say(this.room.words, 'saved'));
            else await this.step(pass);
            this.sayKept(pass.purposes);
            this.hideForm();
        } catch (error) {
            this.refuse(say(this.room.words, 'failed', {why: (error as Error).message}));
        } finally {
            if (submit) submit.disabled = false;
        }
    }

    private async step(pass: Pass): Promise<void> {
        this.status(say(this.room.words, 'connecting_stage'));
        this.panel.stop();
        const session = await publish(pass.whip_url || `${this.roomUrl}/whip`, pass.whip_token, this.microphone!, this.audio);
        this.session = session;
        window.stagecast.publisher = session.connection;
        session.connection.addEventListener('connectionstatechange', () => {
            if (this.session === session && session.connection.connectionState === 'failed') this.leave('lost_stage');
        });
        this.status('');
        this.showBar(true);
    }

    private sayKept(purposes: string[]): void {
        const line = element('stage-status');
        if (line) line.textContent = this.kept('kept', purposes);
    }

    private showBar(onStage: boolean): void {
        const bar = element('stage-bar');
        if (bar) bar.hidden = !onStage;
        if (this.open) this.open.hidden = onStage;
        const listen = element('listen');
        if (listen) listen.hidden = onStage;
        if (onStage) element('mute')?.focus();
    }

    private toggleMute(): void {
        const track = this.microphone?.getAudioTracks()[0];
        const button = element('mute');
        if (!track || !button) return;
        track.enabled = !track.enabled;
        button.setAttribute('aria-pressed', String(!track.enabled));
        button.textContent = say(this.room.words, track.enabled ? 'mute_self' : 'unmute_self');
    }

    private refuse(why: string): void {
        const line = element('consent-error');
        if (!line) return;
        line.textContent = why;
        line.hidden = why === '';
    }

    private hideForm(): void {
        if (this.form) this.form.hidden = true;
        this.stopMeter?.();
        this.stopMeter = null;
    }

    private closeForm(): void {
        this.hideForm();
        if (this.session) return;
        this.release();
        if (this.open) this.open.hidden = false;
    }

    private release(): void {
        for (const track of this.microphone?.getTracks() ?? []) track.stop();
        this.microphone = null;
        this.audio.srcObject = null;
        const button = element('mute');
        button?.setAttribute('aria-pressed', 'false');
        if (button) button.textContent = say(this.room.words, 'mute_self');
    }
}
