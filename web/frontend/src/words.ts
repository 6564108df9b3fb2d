// The texts that modules say, given by the page in the visitor's language.
export type Words = Record<string, string>;

export function say(words: Words, key: string, values: Record<string, string | number> = {}): string {
    let text = words[key] ?? key;
    for (const [name, value] of Object.entries(values)) text = text.replaceAll(`{${name}}`, String(value));
    return text;
}

export function count(words: Words, key: string, number: number, language: string): string {
    const rule = new Intl.PluralRules(language).select(number) === 'one' ? 'one' : 'other';
    return say(words, `${key}.${rule}`, {count: number});
}

// The JSON that the page carries in a <script type="application/json">.
export function pageData<T>(id: string): T {
    const text = document.getElementById(id)?.textContent;
    if (!text) throw new Error(`the page has no ${id}`);
    return JSON.parse(text) as T;
}

export function element<T extends HTMLElement = HTMLElement>(id: string): T | null {
    return document.getElementById(id) as T | null;
}
