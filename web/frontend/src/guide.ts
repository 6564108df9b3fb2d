// The guide lives: the now-line moves, the grid opens at now, and arrow keys go from airing to airing.
import {element} from './words';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

const grid = document.querySelector<HTMLElement>('.grid');
const view = grid?.parentElement ?? null;
const line = element('now');

function columnAt(list: HTMLElement, at: number): number | null {
    const starts = Date.parse(list.dataset['starts'] ?? '');
    const hours = Number(list.dataset['hours']);
    const first = list.querySelector<HTMLElement>('.hour');
    if (!first || !(hours > 0)) return null;
    const share = (at - starts) / (hours * HOUR_MS);
    if (share < 0 || share > 1) return null;
    const left = first.offsetLeft;
    return left + share * (list.clientWidth - left);
}

// On wide screens the line lies across the grid; on phones it stands between two airings, where the page put it.
const isWide = () => line !== null && getComputedStyle(line).position === 'absolute';

function moveLine(): void {
    if (!grid || !line) return;
    const now = Date.now();
    const left = columnAt(grid, now);
    line.hidden = left === null;
    if (left === null) return;
    line.style.marginLeft = '';
    if (isWide()) line.style.marginLeft = `${left - line.offsetLeft}px`;
    const zone = element('zone-name')?.dataset['zone'] ?? 'UTC';
    const label = line.querySelector('span');
    const clock = new Intl.DateTimeFormat('en-GB', {hour: '2-digit', minute: '2-digit', timeZone: zone}).format(now);
    if (label) label.textContent = (label.textContent ?? '').replace(/\d\d(\D+)\d\d$/, (_, between: string) => clock.replace(':', between));
}

function showNow(): void {
    if (!grid || !view || !line || location.hash) return;
    const left = columnAt(grid, Date.now());
    const first = grid.querySelector<HTMLElement>('.hour');
    if (left === null || !first) return;
    view.scrollLeft = Math.max(0, left - first.offsetLeft - (view.clientWidth - first.offsetLeft) / 4);
}

// The day that is shown stands in the middle of the strip of days, where that is longer than the screen is wide.
function showDay(): void {
    const day = document.querySelector<HTMLElement>('.days [aria-current]')?.parentElement;
    const strip = day?.parentElement;
    if (day && strip) strip.scrollLeft = day.offsetLeft - strip.offsetLeft - (strip.clientWidth - day.offsetWidth) / 2;
}

// --- arrow keys

type Box = {link: HTMLAnchorElement; top: number; left: number; right: number};

function boxes(): Box[] {
    return [...grid!.querySelectorAll<HTMLAnchorElement>('ol a')].map((link) => {
        const {top, left, right} = link.closest('li')!.getBoundingClientRect();
        return {link, top, left, right};
    });
}

const least = (all: Box[], cost: (box: Box) => number): Box | undefined =>
    all.reduce<Box | undefined>((best, box) => best && cost(best) <= cost(box) ? best : box, undefined);

// The airing beside: in the same row before or after; in the row above or below the one that is on at the same time.
function beside(from: HTMLAnchorElement, key: string): Box | undefined {
    const all = boxes();
    const here = all.find(({link}) => link === from);
    if (!here) return undefined;
    const row = all.filter(({top}) => Math.abs(top - here.top) < 2);
    if (key === 'ArrowRight') return least(row.filter(({left}) => left > here.left), ({left}) => left);
    if (key === 'ArrowLeft') return least(row.filter(({left}) => left < here.left), ({left}) => -left);
    if (key === 'Home') return least(row, ({left}) => left);
    if (key === 'End') return least(row, ({left}) => -left);
    const way = key === 'ArrowDown' ? 1 : -1;
    const others = all.filter(({top}) => (top - here.top) * way > 1);
    const next = least(others, ({top}) => (top - here.top) * way);
    if (!next) return undefined;
    const apart = ({left, right}: Box) => Math.max(0, left - here.left, here.left - right + 1);
    return least(others.filter(({top}) => Math.abs(top - next.top) < 2), apart);
}

grid?.addEventListener('keydown', (event) => {
    const link = event.target instanceof HTMLAnchorElement ? event.target : null;
    if (!link || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    if (!/^(Arrow(Right|Left|Up|Down)|Home|End)$/.test(event.key)) return;
    const next = beside(link, event.key);
    if (!next) return;
    event.preventDefault();
    next.link.focus({preventScroll: true});
    next.link.scrollIntoView({block: 'nearest', inline: 'nearest'});
});

moveLine();
showNow();
showDay();
setInterval(moveLine, MINUTE_MS / 2);
addEventListener('resize', moveLine);
