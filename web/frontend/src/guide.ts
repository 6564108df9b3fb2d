// The guide lives: the now-line moves, and the grid opens at now.
import {element} from './words';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

const grid = document.querySelector<HTMLElement>('.grid');
const line = element('now-line');

function columnAt(list: HTMLElement, at: number): number | null {
    const starts = Date.parse(list.dataset['starts'] ?? '');
    const hours = Number(list.dataset['hours']);
    const first = list.querySelector<HTMLElement>('.hour');
    if (!first || !(hours > 0)) return null;
    const share = (at - starts) / (hours * HOUR_MS);
    if (share < 0 || share > 1) return null;
    const left = first.offsetLeft;
    return left + share * (list.scrollWidth - left);
}

function moveLine(): void {
    if (!grid || !line) return;
    const now = Date.now();
    const left = columnAt(grid, now);
    if (left === null) {
        line.hidden = true;
        return;
    }
    const anchor = line.offsetLeft - (parseFloat(line.style.marginLeft) || 0);
    line.style.marginLeft = `${left - anchor}px`;
    const zone = element('zone-name')?.dataset['zone'] ?? 'UTC';
    const label = line.querySelector('span');
    if (label) {
        label.textContent = new Intl.DateTimeFormat('en-GB', {hour: '2-digit', minute: '2-digit', timeZone: zone}).format(now);
    }
}

function showNow(): void {
    const view = grid?.parentElement;
    if (!grid || !view || !line) return;
    const left = columnAt(grid, Date.now());
    const first = grid.querySelector<HTMLElement>('.hour');
    if (left === null || !first) return;
    view.scrollLeft = Math.max(0, left - first.offsetLeft - (view.clientWidth - first.offsetLeft) / 4);
}

moveLine();
showNow();
setInterval(moveLine, MINUTE_MS / 2);
addEventListener('resize', moveLine);
