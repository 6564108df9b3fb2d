// A chosen calendar file goes into the field that is sent, where it can be seen: the form itself takes text only.
import {element} from './words';

// What the server takes of a form, less the rest of it: a body has at most 1 MiB, and escapes make text longer.
const MAX_FORM_BYTES = 1024 * 1024 - 16 * 1024;

const form = element<HTMLFormElement>('import');
const file = element<HTMLInputElement>('import-file');
const text = element<HTMLTextAreaElement>('ics');
const why = element('import-file-why');

async function take(): Promise<void> {
    const chosen = file!.files?.[0];
    if (!chosen) return;
    const bytes = chosen.size > MAX_FORM_BYTES ? null : await chosen.text();
    const fits = bytes !== null && new URLSearchParams({ics: bytes.replace(/\r?\n/g, '\r\n')}).toString().length <= MAX_FORM_BYTES;
    why!.hidden = fits;
    why!.textContent = fits ? '' : form!.dataset['tooLarge'] ?? '';
    if (fits) text!.value = bytes;
}

if (form && file && text && why) {
    element('import-file-field')!.hidden = false;
    file.addEventListener('change', () => void take());
    void take();  // chosen before this ran, or kept by the browser
}
