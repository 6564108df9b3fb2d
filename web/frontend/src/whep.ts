import {connected, exchange, withOpusNack, type Session} from './rtc';

const CONNECT_TIMEOUT_MS = 6000;
const LOSSY = 0.01;           // share of packets lost above which a longer jitter buffer pays
const LONG_BUFFER_MS = 200;   // conceals 0–0.3 % instead of 0.9 % at 5 % loss, for a fifth of a second

export interface LiveSession extends Session {
    // Seconds between the stage and the ear, as far as this end can tell.
    behind(): Promise<number>;
}

export async function listenByWhep(url: string, audio: HTMLAudioElement): Promise<LiveSession> {
    const connection = new RTCPeerConnection({bundlePolicy: 'max-bundle'});
    const {receiver} = connection.addTransceiver('audio', {direction: 'recvonly'});
    connection.addEventListener('track', event => {
        audio.srcObject = event.streams[0] ?? new MediaStream([event.track]);
        void audio.play().catch(() => undefined);
    });
    const offer = await connection.createOffer();
    await connection.setLocalDescription({type: 'offer', sdp: withOpusNack(offer.sdp ?? '')});
    const session = await exchange(connection, url);
    try {
        await connected(connection, CONNECT_TIMEOUT_MS);
    } catch (error) {
        session.close();
        throw error;
    }
    return {...session, behind: () => delayOf(connection, receiver)};
}

async function delayOf(connection: RTCPeerConnection, receiver: RTCRtpReceiver): Promise<number> {
    let seconds = 0.08;  // packet, mixing and play-out on the way
    for (const report of (await connection.getStats()).values()) {
        if (report.type === 'inbound-rtp' && report.jitterBufferEmittedCount > 0) {
            seconds += report.jitterBufferDelay / report.jitterBufferEmittedCount;
            if (report.packetsLost > LOSSY * report.packetsReceived) lengthenBuffer(receiver);
        }
        if (report.type === 'candidate-pair' && report.nominated) seconds += (report.currentRoundTripTime ?? 0) / 2;
    }
    return seconds;
}

function lengthenBuffer(receiver: RTCRtpReceiver): void {
    (receiver as RTCRtpReceiver & {jitterBufferTarget?: number | null}).jitterBufferTarget = LONG_BUFFER_MS;
}
