// Sound in one tap, and says by which door it comes and how far behind it is.
import {listen, type Door, type Listening} from './listen';
import {element, say, type Words} from './words';

const DOORS: readonly Door[] = ['whep', 'mse', 'plain'];
const REFRESH_MS = 2000;

export class ListenPanel {
    private readonly audio = new Audio();
    private readonly start = element<HTMLButtonElement>('listen');
    private readonly halt = element<HTMLButtonElement>('stop-listening');
    private listening: Listening | null = null;
    private timer = 0;

    constructor(private readonly roomUrl: string, private readonly words: Words) {
        this.start?.addEventListener('click', () => void this.play(DOORS));
        this.halt?.addEventListener('click', () => this.stop());
    }

    stop(): void {
        if (!this.listening) return;
        this.close();
        this.say('stopped');
    }

    private async play(doors: readonly Door[]): Promise<void> {
        this.show('connecting');
        try {
            this.listening = await listen(this.roomUrl, this.audio, doors, door => this.lost(door));
        } catch {
            this.close();
            this.say('no_sound');
            return;
        }
        window.stagecast.listener = this.listening.connection;
        this.nameToSystem();
        await this.sayDoor();
        this.timer = window.setInterval(() => void this.sayDoor(), REFRESH_MS);
    }

    // The door broke while it was used: the next one.
    private lost(door: Door): void {
        this.close();
        const rest = DOORS.slice(DOORS.indexOf(door) + 1);
        if (rest.length) void this.play(rest);
        else this.say('no_sound');
    }

    private close(): void {
        clearInterval(this.timer);
        this.listening?.close();
        this.listening = null;
        window.stagecast.listener = null;
        if (this.start) this.start.hidden = false;
        if (this.halt) this.halt.hidden = true;
    }

    private show(key: string): void {
        if (this.start) this.start.hidden = true;
        if (this.halt) {
            this.halt.hidden = false;
            this.halt.focus();
        }
        this.say(key);
    }

    private async sayDoor(): Promise<void> {
        if (!this.listening) return;
        const {door} = this.listening;
        const seconds = await this.listening.behind();
        const behind = say(this.words, 'seconds', {seconds: new Intl.NumberFormat(document.documentElement.lang, {maximumFractionDigits: 1}).format(seconds)});
        this.say(`door_${door}`, {behind});
    }

    private say(key: string, values: Record<string, string> = {}): void {
        const line = element('door');
        const text = say(this.words, key, values);
        if (line && line.textContent !== text) line.textContent = text;
    }

    // So that the sound goes on, and can be stopped, with the screen locked.
    private nameToSystem(): void {
        if (!('mediaSession' in navigator)) return;
        navigator.mediaSession.metadata = new MediaMetadata({title: document.querySelector('h1')?.textContent ?? ''});
        navigator.mediaSession.setActionHandler('pause', () => this.stop());
    }
}
