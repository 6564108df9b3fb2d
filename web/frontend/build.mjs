// Makes web/dist: what the browser loads. Modules and styles by esbuild; the guide's grid positions as classes, because
// the pages' Content-Security-Policy allows no inline styles.
import {build} from 'esbuild';
import {copyFile, mkdir, rm, writeFile, readFile} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {png} from './icons.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const out = join(here, '..', 'dist');

const STEPS_PER_HOUR = 12;  // the guide's grid has a column for 5 minutes
const MAX_HOURS = 25;       // the longest day: when daylight saving ends
const MAX_ROWS = 320;       // kMaxGridRows of web/pages/grid.h
const MAX_LANES = 40;       // kMaxGridLanes

// One letter each, since a day of 2,400 airings has three of them for each: web/pages/grid_html.h.
function gridClasses() {
    const range = (first, last) => Array.from({length: last - first + 1}, (_, i) => first + i);
    return [
        ...range(0, MAX_HOURS * STEPS_PER_HOUR).map(n => `.a${n}{grid-column-start:${n + 2}}`),
        ...range(2, MAX_HOURS * STEPS_PER_HOUR).map(n => `.f${n}{grid-column-end:span ${n}}`),
        ...range(1, MAX_ROWS).map(n => `.r${n}{grid-row-start:${n + 1}}`),
        ...range(2, MAX_LANES).map(n => `.l${n}{grid-row-end:span ${n}}`),
        ...range(1, MAX_HOURS).map(n => `.h${n}{--hours:${n}}`),
    ].join('\n');
}

await rm(out, {recursive: true, force: true});
await mkdir(out, {recursive: true});
await build({
    absWorkingDir: here,
    entryPoints: ['src/zone.ts', 'src/guide.ts', 'src/room.ts', 'src/plan.ts', 'src/import.ts', 'src/embed.ts', 'src/copy.ts',
                  'src/bell.ts', 'src/push.ts', 'src/site.css',
                  'src/guide.css', 'src/embed.css'],
    outdir: out,
    bundle: true,
    minify: true,
    format: 'esm',
    target: ['es2022', 'chrome110', 'firefox115', 'safari16'],
    loader: {'.woff2': 'file', '.svg': 'file'},
    assetNames: '[name]-[hash]',
    logLevel: 'warning',
});
// A worker is no module: not every browser takes one.
await build({
    absWorkingDir: here,
    entryPoints: ['src/sw.ts'],
    outdir: out,
    bundle: true,
    minify: true,
    format: 'iife',
    target: ['es2022', 'chrome110', 'firefox115', 'safari16'],
    logLevel: 'warning',
});
const icon = await readFile(join(here, 'src', 'icon.svg'), 'utf8');
for (const size of [192, 512]) await writeFile(join(out, `icon-${size}.png`), png(icon, size));
const guide = await readFile(join(out, 'guide.css'), 'utf8');
await writeFile(join(out, 'guide.css'), `${guide}@media screen and (min-width:60rem){${gridClasses()}}\n`);
for (const name of ['icon.svg', 'artwork.png']) await copyFile(join(here, 'src', name), join(out, name));
