// Live sound by the first door that opens: WebRTC, Media Source, a plain stream.
import {canPlayWebm, firstSound, listenByWebm} from './webm';
import {listenByWhep} from './whep';

export type Door = 'whep' | 'mse' | 'plain';

export interface Listening {
    readonly door: Door;
    readonly connection: RTCPeerConnection | null;
    behind(): Promise<number>;
    close(): void;
}

// Opens the next door of `doors`; those behind it are tried by the caller when it breaks later.
export async function listen(roomUrl: string, audio: HTMLAudioElement, doors: readonly Door[],
                             lost: (door: Door) => void): Promise<Listening> {
    let why: unknown;
    for (const door of doors) {
        try {
            return await open(door, roomUrl, audio, () => lost(door));
        } catch (error) {
            why = error;
            reset(audio);
        }
    }
    throw why;
}

async function open(door: Door, roomUrl: string, audio: HTMLAudioElement, lost: () => void): Promise<Listening> {
    if (door === 'whep') {
        const session = await listenByWhep(`${roomUrl}/whep`, audio);
        session.connection.addEventListener('connectionstatechange', () => {
            if (session.connection.connectionState === 'failed') lost();
        });
        return {door, connection: session.connection, behind: session.behind, close: () => (session.close(), reset(audio))};
    }
    if (door === 'mse') {
        if (!canPlayWebm()) throw new Error('no Media Source');
        const session = await listenByWebm(`${roomUrl}/listen.webm`, audio, lost);
        return {door, connection: null, behind: () => Promise.resolve(session.behind()), close: () => session.close()};
    }
    audio.src = `${roomUrl}/listen.ogg`;
    await audio.play();
    await firstSound(audio);
    audio.addEventListener('error', lost, {once: true});
    return {door, connection: null, behind: () => Promise.resolve(NaN), close: () => reset(audio)};
}

function reset(audio: HTMLAudioElement): void {
    audio.srcObject = null;
    audio.removeAttribute('src');
    audio.load();
}
