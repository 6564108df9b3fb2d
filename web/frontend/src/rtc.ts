// WHIP (RFC 9725) and WHEP: one POST with the offer, the answer comes back whole. The server is ICE-lite and answers from
// one address, so no candidate has to be waited for.

export interface Session {
    readonly connection: RTCPeerConnection;
    // Ends it on both sides.
    close(): void;
}

// Chromium answers lost audio packets only if the offer says so: NACK for Opus is added to the local offer.
export function withOpusNack(sdp: string): string {
    const type = /^a=rtpmap:(\d+) opus\/48000\/2\s*$/im.exec(sdp)?.[1];
    if (!type || new RegExp(`^a=rtcp-fb:${type} nack\\s*$`, 'm').test(sdp)) return sdp;
    return sdp.replace(new RegExp(`^(a=rtpmap:${type} opus/48000/2)\\s*$`, 'im'), `$1\r\na=rtcp-fb:${type} nack`);
}

export async function exchange(connection: RTCPeerConnection, url: string, token?: string): Promise<Session> {
    const headers: Record<string, string> = {'Content-Type': 'application/sdp'};
    if (token) headers['Authorization'] = `Bearer ${token}`;
    const answer = await fetch(url, {method: 'POST', headers, body: connection.localDescription?.sdp ?? ''});
    if (answer.status !== 201) {
        connection.close();
        const problem = await answer.json().catch(() => ({})) as {detail?: string};
        throw new Error(problem.detail ?? `${answer.status}`);
    }
    const location = answer.headers.get('Location');
    const session = location ? new URL(location, answer.url).href : undefined;
    await connection.setRemoteDescription({type: 'answer', sdp: await answer.text()});
    return {
        connection,
        close() {
            connection.close();
            if (!session) return;
            const leave: RequestInit = {method: 'DELETE', keepalive: true};
            if (token) leave.headers = {Authorization: `Bearer ${token}`};
            void fetch(session, leave).catch(() => undefined);
        },
    };
}

// Resolves when connected; rejects when it fails or takes longer than `timeoutMs`.
export function connected(connection: RTCPeerConnection, timeoutMs: number): Promise<void> {
    return new Promise((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error('timeout')), timeoutMs);
        const look = () => {
            const state = connection.connectionState;
            if (state === 'connected') resolve();
            else if (state === 'failed' || state === 'closed') reject(new Error(state));
            else return;
            clearTimeout(timer);
        };
        connection.addEventListener('connectionstatechange', look);
        look();
    });
}
