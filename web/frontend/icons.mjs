// The site's mark as PNG, for home screens: drawn from src/icon.svg, which holds rectangles and one circle in a box of
// 32 by 32 and nothing else. The square is full to its edges and the mark a little smaller, so that a system may cut it
// to the shape of its own ("maskable": what lies within 40 % of the width from the middle is kept).
import {deflateSync} from 'node:zlib';

const BOX = 32;
const SHRINK = 0.9;
const SAMPLES = 4;  // in each direction of one pixel

const number = (tag, name) => Number(tag.match(new RegExp(`\\b${name}="([\\d.]+)"`))?.[1] ?? 0);

function shapes(svg) {
    const rects = [...svg.matchAll(/<rect [^>]*>/g)].slice(1).map(([tag]) => {
        const [x, y, w, h] = ['x', 'y', 'width', 'height'].map((name) => number(tag, name));
        return (px, py) => px >= x && px < x + w && py >= y && py < y + h;
    });
    const circles = [...svg.matchAll(/<circle [^>]*>/g)].map(([tag]) => {
        const [x, y, r] = ['cx', 'cy', 'r'].map((name) => number(tag, name));
        return (px, py) => (px - x) ** 2 + (py - y) ** 2 < r * r;
    });
    return [...rects, ...circles];
}

const colours = (svg) => [...svg.matchAll(/fill="#([0-9a-f]{6})"/g)].map(([, hex]) => [0, 2, 4].map((at) => parseInt(hex.slice(at, at + 2), 16)));

// How much of the pixel the mark covers, 0 to 1.
function cover(inside, column, row, size) {
    let hit = 0;
    for (let i = 0; i < SAMPLES * SAMPLES; ++i) {
        const at = (pixel, step) => ((pixel + (step + 0.5) / SAMPLES) / size * BOX - BOX / 2) / SHRINK + BOX / 2;
        const x = at(column, i % SAMPLES), y = at(row, Math.floor(i / SAMPLES));
        if (inside.some((holds) => holds(x, y))) ++hit;
    }
    return hit / (SAMPLES * SAMPLES);
}

function crc32(bytes) {
    let crc = ~0;
    for (const byte of bytes) {
        crc ^= byte;
        for (let bit = 0; bit < 8; ++bit) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
    }
    return ~crc >>> 0;
}

function chunk(type, data) {
    const named = Buffer.concat([Buffer.from(type), data]);
    const [length, crc] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(data.length);
    crc.writeUInt32BE(crc32(named));
    return Buffer.concat([length, named, crc]);
}

export function png(svg, size) {
    const inside = shapes(svg), [paper, ink] = colours(svg);
    const rows = Buffer.alloc(size * (1 + size * 3));  // each begins with its filter: none
    for (let row = 0; row < size; ++row)
        for (let column = 0; column < size; ++column) {
            const part = cover(inside, column, row, size);
            paper.forEach((from, i) => { rows[row * (1 + size * 3) + 1 + column * 3 + i] = Math.round(from + (ink[i] - from) * part); });
        }
    const head = Buffer.alloc(13);
    head.writeUInt32BE(size, 0);
    head.writeUInt32BE(size, 4);
    head.set([8, 2, 0, 0, 0], 8);  // 8 bits, RGB
    return Buffer.concat([Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]), chunk('IHDR', head),
                          chunk('IDAT', deflateSync(rows, {level: 9})), chunk('IEND', Buffer.alloc(0))]);
}
