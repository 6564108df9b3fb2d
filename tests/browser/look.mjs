// What every page must hold, looked at in Chromium.

// Signs in by the operator's link, as a person would.
export async function signIn(service, page) {
  await page.goto(service.command('admin', 'link').replace(/^https?:\/\/[^/]+/, service.url));
}

// Collects what the browser complains about while a page loads.
export function complaints(page) {
  const found = [];
  page.on('console', (message) => { if (message.type() === 'error') found.push(message.text()); });
  page.on('pageerror', (error) => found.push(String(error)));
  return found;
}

export async function shape(page) {
  return page.evaluate(() => ({
    headings: document.querySelectorAll('h1').length,
    language: document.documentElement.lang,
    overflow: document.documentElement.scrollWidth - document.documentElement.clientWidth,
    unnamed: [...document.querySelectorAll('a, button, input:not([type=hidden]), select, textarea')]
      .filter((control) => control.checkVisibility())
      .filter((control) => !(control.textContent.trim() || control.ariaLabel || control.labels?.length))
      .map((control) => control.outerHTML.slice(0, 120)),
    small: [...document.querySelectorAll('button, .button, input:not([type=hidden],[type=checkbox]), select')]
      .filter((control) => control.checkVisibility() && control.getBoundingClientRect().height < 44)
      .map((control) => control.outerHTML.slice(0, 120)),
    foreign: performance.getEntriesByType('resource').map(({name}) => name).filter((name) => !name.startsWith(location.origin)),
  }));
}

// Texts whose contrast with what is behind them is too low (WCAG 2.2, 1.4.3).
export async function poorContrast(page) {
  return page.evaluate(() => {
    const channels = (colour) => {
      const canvas = document.createElement('canvas');
      canvas.width = canvas.height = 1;
      const pen = canvas.getContext('2d');
      pen.fillStyle = colour;
      pen.fillRect(0, 0, 1, 1);
      return [...pen.getImageData(0, 0, 1, 1).data];
    };
    const luminance = ([r, g, b]) => [r, g, b].map((v) => v / 255)
      .map((v) => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
      .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
    const behind = (element) => {
      for (let at = element; at; at = at.parentElement) {
        const colour = channels(getComputedStyle(at).backgroundColor);
        if (colour[3] === 255) return colour;
      }
      return [255, 255, 255, 255];
    };
    const poor = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const element = node.parentElement;
      if (!node.data.trim() || !element.checkVisibility() || element.closest('script, noscript, [hidden]')) continue;
      if (element.closest(':disabled')) continue;
      const style = getComputedStyle(element);
      const size = parseFloat(style.fontSize);
      const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
      const [a, b] = [luminance(channels(style.color)), luminance(behind(element))];
      const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
      if (ratio < (large ? 3 : 4.5)) poor.push(`${ratio.toFixed(2)} "${node.data.trim().slice(0, 40)}"`);
    }
    return poor;
  });
}
