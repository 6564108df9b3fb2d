// Buttons that copy a text of the page: <button data-copy="id of the text" data-done="what to say then" hidden>. They
// show only where the browser can.

async function copy(button: HTMLButtonElement): Promise<void> {
    const text = document.getElementById(button.dataset['copy'] ?? '')?.textContent;
    if (!text) return;
    await navigator.clipboard.writeText(text);
    button.textContent = button.dataset['done'] ?? '';
}

if ('clipboard' in navigator)
    for (const button of document.querySelectorAll<HTMLButtonElement>('button[data-copy]')) {
        button.hidden = false;
        button.addEventListener('click', () => void copy(button));
    }
