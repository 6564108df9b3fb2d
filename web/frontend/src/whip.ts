import {connected, exchange, type Session} from './rtc';

const CONNECT_TIMEOUT_MS = 10000;

// Echo cancellation and friends are on, unless a test that sends tones asked for the raw microphone.
export async function openMicrophone(): Promise<MediaStream> {
    const raw = localStorage.getItem('stagecast.rawmic') === '1';
    return navigator.mediaDevices.getUserMedia({
        audio: {echoCancellation: !raw, noiseSuppression: !raw, autoGainControl: !raw, channelCount: 1},
    });
}

// Publishes the microphone and plays what comes back: the room without one's own voice.
export async function publish(url: string, token: string, microphone: MediaStream,
                              audio: HTMLAudioElement): Promise<Session> {
    const connection = new RTCPeerConnection({bundlePolicy: 'max-bundle'});
    const track = microphone.getAudioTracks()[0];
    if (!track) throw new Error('no microphone');
    connection.addTransceiver(track, {direction: 'sendrecv', streams: [microphone]});
    connection.addEventListener('track', event => {
        audio.srcObject = event.streams[0] ?? new MediaStream([event.track]);
        void audio.play().catch(() => undefined);
    });
    await connection.setLocalDescription(await connection.createOffer());
    const session = await exchange(connection, url, token);
    try {
        await connected(connection, CONNECT_TIMEOUT_MS);
    } catch (error) {
        session.close();
        throw error;
    }
    return session;
}

// The level of a microphone in dBFS, 10 times a second, until stopped.
export function meter(microphone: MediaStream, show: (dbfs: number) => void): () => void {
    const context = new AudioContext();
    const analyser = context.createAnalyser();
    analyser.fftSize = 2048;
    context.createMediaStreamSource(microphone).connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    const timer = setInterval(() => {
        analyser.getFloatTimeDomainData(samples);
        const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
        show(10 * Math.log10(Math.max(power, 1e-12)));
    }, 100);
    return () => {
        clearInterval(timer);
        void context.close();
    };
}
