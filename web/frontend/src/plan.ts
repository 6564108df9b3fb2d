// The planning form while one plans: what the chosen repeat asks for, dates off one by one, and what all of it means,
// said by the server, which alone makes rules of choices.
import {element, pageData, say, type Words} from './words';

const PAUSE_MS = 250;  // after the last key

const form = element<HTMLFormElement>('plan');
const words = pageData<Words>('plan-data');

function value(name: string): string {
    return String(new FormData(form!).get(name) ?? '').trim();
}

function set(id: string, text: string | undefined): void {
    const control = element<HTMLInputElement>(id);
    if (control && text !== undefined) control.value = text;
}

// --- what is asked for ---

function showChoices(): void {
    const repeat = value('repeat');
    const ends = value('ends');
    for (const part of form!.querySelectorAll<HTMLElement>('[data-for]'))
        part.hidden = !(part.dataset['for'] ?? '').split(' ').includes(repeat);
    for (const part of form!.querySelectorAll<HTMLElement>('[data-ends]'))
        part.hidden = part.dataset['ends'] !== ends;
}

// --- dates, one by one ---

const DATE_LINE = /^(\d{4}-\d\d-\d\d)(?: (\d\d:\d\d))?$/;

function sayDate(line: string): string {
    const [, date, time] = DATE_LINE.exec(line) ?? [];
    const said = new Intl.DateTimeFormat(form!.dataset['language'] === 'fr' ? 'fr' : 'en-GB', {
        weekday: 'short', day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC',
    }).format(new Date(`${date}T00:00:00Z`));
    return time ? `${said}, ${time}` : said;
}

function button(text: string, work: () => void): HTMLButtonElement {
    const made = document.createElement('button');
    made.type = 'button';
    made.className = 'plain small';
    made.textContent = text;
    made.addEventListener('click', work);
    return made;
}

function input(type: string, label: string): HTMLInputElement {
    const made = document.createElement('input');
    made.type = type;
    made.ariaLabel = label;
    return made;
}

// A list with a date to add, in place of the text of dates that stays behind it. Text that is not plain dates is left
// as it is.
class DateList {
    private readonly list = document.createElement('ul');
    private readonly date: HTMLInputElement;
    private readonly time: HTMLInputElement;

    constructor(private readonly area: HTMLTextAreaElement, withTime: boolean) {
        const label = area.labels?.[0]?.textContent?.trim() ?? '';
        this.date = input('date', label);
        this.time = input('time', say(words, 'time'));
        this.list.className = 'dates';
        const row = document.createElement('div');
        row.className = 'inline add-date';
        row.append(this.date, ...(withTime ? [this.time] : []), button(say(words, 'add_date'), () => this.add()));
        area.before(this.list, row);
        area.hidden = true;
        this.hint()?.setAttribute('hidden', '');
        this.show();
    }

    static fits(area: HTMLTextAreaElement): boolean {
        return DateList.lines(area).every(line => DATE_LINE.test(line));
    }

    show(): void {
        this.list.replaceChildren(...DateList.lines(this.area).map(line => {
            const item = document.createElement('li');
            const drop = button('×', () => this.put(DateList.lines(this.area).filter(other => other !== line)));
            drop.ariaLabel = say(words, 'remove_date', {date: sayDate(line)});
            item.append(sayDate(line), drop);
            return item;
        }));
    }

    private static lines(area: HTMLTextAreaElement): string[] {
        return area.value.split('\n').map(line => line.trim()).filter(Boolean);
    }

    private hint(): HTMLElement | null {
        return this.area.closest('.field')?.querySelector('.hint') ?? null;
    }

    private add(): void {
        if (!DATE_LINE.test(this.date.value)) return this.date.focus();
        const own = this.time.value && this.time.value !== value('time') ? ` ${this.time.value}` : '';
        this.put([...DateList.lines(this.area), this.date.value + own]);
        this.date.value = '';
        this.date.focus();
    }

    private put(lines: string[]): void {
        this.area.value = [...new Set(lines)].sort().join('\n');
        this.show();
        this.area.dispatchEvent(new Event('input', {bubbles: true}));
    }
}

const dateLists: DateList[] = [];

function makeDateLists(): void {
    for (const [id, withTime] of [['exdates', false], ['rdates', true]] as const) {
        const area = element<HTMLTextAreaElement>(id);
        if (area && DateList.fits(area)) dateLists.push(new DateList(area, withTime));
    }
}

// --- what it means ---

// Where the refusal stands: at its field, if that is shown.
function markRefused(box: HTMLElement): void {
    for (const old of form!.querySelectorAll('.stack .refused')) {
        old.closest('.is-wrong')?.classList.remove('is-wrong');
        if (!box.contains(old)) old.remove();
    }
    const refused = box.querySelector<HTMLElement>('.refused');
    const field = document.getElementById(refused?.dataset['field'] ?? '')?.closest<HTMLElement>('.field');
    if (!refused || !field || !field.checkVisibility()) return;
    field.classList.add('is-wrong');
    field.append(refused.cloneNode(true));
}

// What a pasted event brought goes into the fields for it.
function takePasted(): void {
    const taken = element('preview-taken');
    if (!taken) return;
    for (const name of ['date', 'time', 'zone', 'repeat', 'rrule', 'exdates', 'rdates']) set(name, taken.dataset[name]);
    for (const list of dateLists) list.show();
    showChoices();
}

let newest = 0;
let pasted = false;

async function preview(): Promise<void> {
    const mine = ++newest;
    const box = element('preview')!;
    const reason = element('preview-why')!;
    try {
        const sent = new URLSearchParams();
        for (const [name, text] of new FormData(form!)) if (typeof text === 'string') sent.append(name, text);
        const answer = await fetch('/studio/plan/preview', {method: 'POST', body: sent});
        if (!answer.ok) throw new Error(answer.statusText);
        const html = await answer.text();
        if (mine !== newest) return;
        box.innerHTML = html;
        reason.hidden = true;
        markRefused(box);
        if (pasted) takePasted();
        pasted = false;
    } catch (error) {
        if (mine !== newest) return;
        reason.hidden = false;
        reason.textContent = say(words, 'failed', {why: String(error)});
    }
}

if (form) {
    let timer = 0;
    const later = () => {
        showChoices();
        clearTimeout(timer);
        timer = window.setTimeout(() => void preview(), PAUSE_MS);
    };
    // Title and notes say nothing of when it is on.
    element('when')?.addEventListener('input', later);
    element('rrule')?.addEventListener('paste', () => { pasted = true; });
    form.addEventListener('click', event => {
        const use = (event.target as HTMLElement).closest<HTMLButtonElement>('button[name=use_date]');
        if (!use) return;
        event.preventDefault();
        set('date', use.value);
        element('date')?.focus();
        later();
    });
    element('see-plan')!.hidden = true;
    makeDateLists();
    showChoices();
}
