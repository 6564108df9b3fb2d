// This browser is told by push messages: it asks for leave, subscribes by the service worker, and hands the server
// where to push. The page shows the button only where the browser can; its words stand in the button's data.
import {Api} from './api';
import {element} from './words';

const button = element<HTMLButtonElement>('push-on');
const status = element('push-status');

function bytesOf(base64url: string): Uint8Array<ArrayBuffer> {
    const text = atob(base64url.replaceAll('-', '+').replaceAll('_', '/'));
    const bytes = new Uint8Array(text.length);
    for (let i = 0; i < text.length; ++i) bytes[i] = text.charCodeAt(i);
    return bytes;
}

// "Firefox, Linux": what its owner knows the browser by in the list.
function label(): string {
    const agent = navigator.userAgent;
    const known = (names: [string, RegExp][]) => names.find(([, pattern]) => pattern.test(agent))?.[0];
    const browser = known([['Edge', /Edg/], ['Opera', /OPR/], ['Firefox', /Firefox|FxiOS/], ['Chrome', /Chrom|CriOS/], ['Safari', /Safari/]]);
    const system = known([['Android', /Android/], ['iPhone', /iPhone/], ['iPad', /iPad/], ['Windows', /Windows/], ['macOS', /Mac OS/], ['Linux', /Linux/]]);
    return [browser, system].filter(Boolean).join(', ');
}

async function subscribe(api: Api): Promise<void> {
    const registration = await navigator.serviceWorker.register('/sw.js');
    await navigator.serviceWorker.ready;
    const {key} = await api.call<{key: string}>('GET', '/push-key');
    const made = await registration.pushManager.subscribe({userVisibleOnly: true, applicationServerKey: bytesOf(key)});
    const {endpoint, keys} = made.toJSON();
    await api.call('POST', '/me/push', {endpoint, keys: {p256dh: keys?.['p256dh'], auth: keys?.['auth']}, label: label()});
}

async function turnOn(): Promise<void> {
    button!.disabled = true;
    const say = (key: string) => { status!.textContent = button!.dataset[key] ?? ''; };
    try {
        if (await Notification.requestPermission() !== 'granted') return say('denied');
        await subscribe(new Api(button!.dataset['csrf'] ?? ''));
        location.hash = 'push';
        location.reload();
    } catch (failure) {
        say('failed');
        status!.textContent += ` ${(failure as Error).message}`;
    } finally {
        button!.disabled = false;
    }
}

if (button && status && 'serviceWorker' in navigator && 'PushManager' in window && 'Notification' in window) {
    button.hidden = false;
    element('push-cannot')!.hidden = true;
    button.addEventListener('click', () => void turnOn());
}
