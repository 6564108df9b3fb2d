// The bell of every page: its count rises when something is told, and what it is is said politely. One stream while
// the page is seen: browsers open few connections to one site, and a hidden page needs none. The server says on every
// joining how many are unheard.
import {Api} from './api';
import {element} from './words';

interface Bell {
    unheard: number;
    notices: {id: string; subject: string}[];
}

const SPREAD_MS = 2_000;  // over which the pages of many ask for the words of one notice
const MOST = 99;          // shown as "99+" beyond

const bell = element<HTMLAnchorElement>('bell');
const badge = element('bell-count');
const said = element('bell-said');
const api = new Api(element<HTMLInputElement>('bell-csrf')?.value ?? '');
let unheard = Number.parseInt(bell?.dataset['unheard'] ?? '0', 10);
let source: EventSource | null = null;

function show(count: number): void {
    unheard = count;
    badge!.hidden = count === 0;
    badge!.firstElementChild!.textContent = count > MOST ? `${MOST}+` : String(count);
}

async function hear(notice: string): Promise<void> {
    show(unheard + 1);
    await new Promise((done) => setTimeout(done, Math.random() * SPREAD_MS));
    const now = await api.call<Bell>('GET', '/me/bell');
    show(now.unheard);
    const what = now.notices.find(({id}) => id === notice);
    if (what) said!.textContent = (bell!.dataset['said'] ?? '').replace('{what}', what.subject);
}

function listen(): void {
    if (source) return;
    source = new EventSource('/me/bell/events');
    source.addEventListener('unheard', ({data}) => show(Number.parseInt(data as string, 10)));
    source.addEventListener('bell', ({data}) => void hear((JSON.parse(data as string) as {notice: string}).notice).catch(() => {}));
}

function rest(): void {
    source?.close();
    source = null;
}

// Who looks at the list has heard it: the marks of what was new stay on the page.
async function markHeard(): Promise<void> {
    if (unheard === 0) return;
    await api.call('POST', '/me/bell/heard');
    show(0);
    element('hear')!.hidden = true;
}

if (bell && badge && said) {
    const attend = () => document.visibilityState === 'visible' ? listen() : rest();
    document.addEventListener('visibilitychange', attend);
    addEventListener('pagehide', rest);
    addEventListener('pageshow', attend);
    const begin = element('bell-list') ? markHeard().catch(() => {}) : Promise.resolve();
    void begin.then(attend);
}
