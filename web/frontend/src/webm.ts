// The live WebM stream through Media Source: for networks that let no UDP through.

const TYPE = 'audio/webm; codecs="opus"';
const FAR_BEHIND_S = 2.5;  // then jump
const NEAR_S = 0.3;        // to this far behind the newest sound
const KEEP_S = 20;         // of what was heard
const FIRST_SOUND_TIMEOUT_MS = 6000;

export interface WebmSession {
    behind(): number;
    close(): void;
}

export const canPlayWebm = (): boolean => 'MediaSource' in window && MediaSource.isTypeSupported(TYPE);

export async function listenByWebm(url: string, audio: HTMLAudioElement, lost: () => void): Promise<WebmSession> {
    const source = new MediaSource();
    const address = URL.createObjectURL(source);
    audio.src = address;
    await new Promise(resolve => source.addEventListener('sourceopen', resolve, {once: true}));
    URL.revokeObjectURL(address);
    const buffer = source.addSourceBuffer(TYPE);
    const abort = new AbortController();
    const answer = await fetch(url, {signal: abort.signal});
    if (!answer.ok || !answer.body) throw new Error(`${answer.status}`);
    const newest = () => audio.buffered.length ? audio.buffered.end(audio.buffered.length - 1) : 0;

    const pump = async (reader: ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>>) => {
        for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
            await append(buffer, piece.value);
            if (newest() - audio.currentTime > FAR_BEHIND_S) audio.currentTime = newest() - NEAR_S;
            if (audio.paused && !audio.ended) void audio.play().catch(() => undefined);
            await forget(buffer, audio.currentTime - KEEP_S);
        }
    };
    pump(answer.body.getReader()).catch(() => undefined).finally(() => abort.signal.aborted || lost());
    await firstSound(audio);
    return {
        behind: () => newest() - audio.currentTime + 0.1,
        close() {
            abort.abort();
            audio.removeAttribute('src');
            audio.load();
        },
    };
}

async function append(buffer: SourceBuffer, bytes: BufferSource): Promise<void> {
    const done = new Promise((resolve, reject) => {
        buffer.addEventListener('updateend', resolve, {once: true});
        buffer.addEventListener('error', reject, {once: true});
    });
    buffer.appendBuffer(bytes);
    await done;
}

async function forget(buffer: SourceBuffer, before: number): Promise<void> {
    if (!buffer.buffered.length || buffer.buffered.start(0) > before - KEEP_S) return;
    const done = new Promise(resolve => buffer.addEventListener('updateend', resolve, {once: true}));
    buffer.remove(0, before);
    await done;
}

export function firstSound(audio: HTMLAudioElement): Promise<void> {
    return new Promise((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error('timeout')), FIRST_SOUND_TIMEOUT_MS);
        audio.addEventListener('timeupdate', () => {
            clearTimeout(timer);
            resolve();
        }, {once: true});
    });
}
