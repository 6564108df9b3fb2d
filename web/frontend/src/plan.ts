// The planning form shows what it means while one plans: the sentence and the next airings, by the API's preview.
import {Api, ApiError} from './api';
import {element, pageData, say, type Words} from './words';

const PAUSE_MS = 250;  // after the last key
const WEEKDAYS = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA'];

interface Preview {
    sentence: string;
    airings: {local: string; starts_at: string}[];
}

const form = element<HTMLFormElement>('plan');
const words = pageData<Words>('plan-data');

function field(name: string): string {
    return String(new FormData(form!).get(name) ?? '').trim();
}

// The same rule that the server makes of these choices.
export function ruleOf(repeat: string, date: string, every: string, weekdays: string[], rule: string): string {
    if (repeat === 'once') return '';
    if (repeat === 'rule') return rule;
    const day = new Date(`${date}T00:00:00Z`);
    if (Number.isNaN(day.getTime())) return '';
    const weekday = WEEKDAYS[day.getUTCDay()] ?? 'MO';
    const interval = Number(every || '1') === 1 ? '' : `;INTERVAL=${Number(every)}`;
    const ofMonth = day.getUTCDate();
    switch (repeat) {
        case 'daily': return `FREQ=DAILY${interval}`;
        case 'weekly': return `FREQ=WEEKLY${interval};BYDAY=${(weekdays.length ? weekdays : [weekday]).join(',')}`;
        case 'monthly_date': return `FREQ=MONTHLY${interval};BYMONTHDAY=${ofMonth}`;
        case 'monthly_weekday': return `FREQ=MONTHLY${interval};BYDAY=${Math.floor((ofMonth - 1) / 7) + 1}${weekday}`;
        default: return `FREQ=MONTHLY${interval};BYDAY=-1${weekday}`;
    }
}

function dates(name: string): string[] {
    return field(name).split('\n').map(line => line.trim()).filter(Boolean)
        .map(line => line.length === 10 ? `${line}T${field('time')}` : line.replace(' ', 'T'));
}

function showChoices(): void {
    const repeat = field('repeat');
    for (const part of form!.querySelectorAll<HTMLElement>('[data-for]'))
        part.hidden = !(part.dataset['for'] ?? '').split(' ').includes(repeat);
    const rule = element<HTMLInputElement>('rrule');
    if (rule && repeat !== 'rule') {
        const weekdays = new FormData(form!).getAll('weekday').map(String);
        rule.value = ruleOf(repeat, field('date'), field('every'), weekdays, '');
    }
}

function showPreview(preview: Preview | null, why: string): void {
    const sentence = element('preview-sentence')!;
    const list = element('preview-airings')!;
    const reason = element('preview-why')!;
    reason.hidden = why === '';
    reason.textContent = why;
    if (!preview) return;
    sentence.textContent = preview.sentence;
    const format = new Intl.DateTimeFormat(form!.dataset['language'] === 'fr' ? 'fr' : 'en-GB', {
        weekday: 'short', day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit', timeZone: form!.dataset['zone'] ?? 'UTC',
    });
    list.replaceChildren(...preview.airings.map(airing => {
        const item = document.createElement('li');
        const time = document.createElement('time');
        time.dateTime = airing.starts_at;
        time.textContent = format.format(new Date(airing.starts_at));
        item.append(time);
        return item;
    }));
}

const api = new Api(field('csrf'));
let newest = 0;

async function preview(): Promise<void> {
    const mine = ++newest;
    const schedule = {
        start: `${field('date')}T${field('time')}`,
        zone: field('zone'),
        rrule: element<HTMLInputElement>('rrule')?.value ?? '',
        exdates: dates('exdates'),
        rdates: dates('rdates'),
        length_minutes: Number(field('length_minutes')),
    };
    try {
        const made = await api.call<Preview>('POST', '/shows/preview', {schedule, language: form!.dataset['language']});
        if (mine === newest) showPreview(made, '');
    } catch (error) {
        if (mine !== newest) return;
        showPreview(null, error instanceof ApiError ? error.message : say(words, 'failed', {why: String(error)}));
    }
}

if (form) {
    let timer = 0;
    const later = () => {
        showChoices();
        clearTimeout(timer);
        timer = window.setTimeout(() => void preview(), PAUSE_MS);
    };
    form.addEventListener('input', later);
    later();
}
