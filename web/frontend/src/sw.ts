// The service worker: it shows what is pushed and opens it when it is tapped. It keeps nothing and answers no request.
// What is pushed is {title, body, url, tag}; a later message with the same tag takes the place of an earlier one.
export {};

interface Pushed {
    title?: string;
    body?: string;
    url?: string;
    tag?: string;
}
interface Extendable extends Event {
    waitUntil(work: Promise<unknown>): void;
}
interface PushReceived extends Extendable {
    readonly data: {json(): unknown} | null;
}
interface Tapped extends Extendable {
    readonly notification: Notification;
}
interface WindowOfOurs {
    readonly url: string;
    focus(): Promise<unknown>;
}
interface Worker {
    readonly registration: {showNotification(title: string, options: NotificationOptions): Promise<void>};
    readonly clients: {
        matchAll(options: {type: 'window'; includeUncontrolled: boolean}): Promise<WindowOfOurs[]>;
        openWindow(url: string): Promise<unknown>;
    };
    readonly location: Location;
    skipWaiting(): Promise<void>;
    addEventListener(type: 'install', listener: (event: Extendable) => void): void;
    addEventListener(type: 'push', listener: (event: PushReceived) => void): void;
    addEventListener(type: 'notificationclick', listener: (event: Tapped) => void): void;
}
const worker = globalThis as unknown as Worker;

function pushed(event: PushReceived): Pushed {
    try {
        return (event.data?.json() ?? {}) as Pushed;
    } catch {
        return {};
    }
}

// A page of this site, whatever was sent.
function ownPage(url: string | undefined): string {
    const page = new URL(url ?? '/me/bell', worker.location.origin);
    return page.origin === worker.location.origin ? page.href : `${worker.location.origin}/me/bell`;
}

async function open(url: string): Promise<void> {
    const windows = await worker.clients.matchAll({type: 'window', includeUncontrolled: true});
    const there = windows.find((one) => one.url === url);
    await (there ? there.focus() : worker.clients.openWindow(url));
}

worker.addEventListener('install', (event) => event.waitUntil(worker.skipWaiting()));
// Browsers take a subscription away from who shows nothing: something is always shown.
worker.addEventListener('push', (event) => {
    const {title, body, url, tag} = pushed(event);
    const options: NotificationOptions = {icon: '/static/icon-192.png', data: ownPage(url)};
    if (body) options.body = body;
    if (tag) options.tag = tag;
    event.waitUntil(worker.registration.showNotification(title ?? worker.location.host, options));
});
worker.addEventListener('notificationclick', (event) => {
    event.notification.close();
    event.waitUntil(open(event.notification.data as string));
});
