// The catalogues: every language says everything, in the same shape.
import assert from 'node:assert/strict';
import {readFileSync, readdirSync} from 'node:fs';
import {dirname, join, resolve} from 'node:path';
import test from 'node:test';
import {fileURLToPath} from 'node:url';

const web = resolve(dirname(fileURLToPath(import.meta.url)), '../../web');
const catalogue = (language) => JSON.parse(readFileSync(join(web, 'i18n', `${language}.json`), 'utf8'));
const texts = (folder, ending) => readdirSync(join(web, folder)).filter((name) => name.endsWith(ending))
  .map((name) => [name, readFileSync(join(web, folder, name), 'utf8')]);
const english = catalogue('en');
const placeholders = (text) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();

test('both languages have the same texts, none empty', () => {
  const french = catalogue('fr');
  assert.deepEqual(Object.keys(french).sort(), Object.keys(english).sort());
  for (const [key, text] of Object.entries({...english, ...french})) assert.ok(text.trim(), key);
});

test('a text names the same values in both languages', () => {
  const french = catalogue('fr');
  for (const key of Object.keys(english)) assert.deepEqual(placeholders(french[key]), placeholders(english[key]), key);
});

test('a reason keeps its values in other words', () => {
  for (const language of ['en', 'fr'])
    for (const [why, said] of Object.entries(catalogue(`reasons.${language}`)))
      for (const name of placeholders(said)) assert.ok(placeholders(why).includes(name), why);
});

test('every text that a template asks for is there', () => {
  for (const [name, template] of texts('templates', '.mustache'))
    for (const [, key] of template.matchAll(/\{\{[#^/&]?t\.([^}]+)\}\}/g)) assert.ok(key in english, `${name}: ${key}`);
});

test('every text that a page or a module asks for is there', () => {
  for (const [name, source] of texts('pages', '.cc'))
    for (const [, key] of source.matchAll(/\b(?:text|count)\(\s*"([a-z_.0-9]*[a-z_0-9])"/g))
      assert.ok(key in english || `${key}.one` in english, `${name}: ${key}`);
  for (const [name, source] of texts('frontend/src', '.ts'))
    for (const [, key] of source.matchAll(/\bsay\([\w.!]*words, '([a-z_]+)'/g)) assert.ok(`js.${key}` in english, `${name}: ${key}`);
});

test('templates write no words of their own', () => {
  for (const [name, template] of texts('templates', '.mustache')) {
    const words = template.replace(/\{\{\{?[^}]*\}?\}\}/g, ' ').replace(/<[^>]*>/g, ' ').match(/\p{L}{3,}/gu) ?? [];
    assert.deepEqual(words, [], name);
  }
});

test('nothing is inline: no script, no style, no handler', () => {
  for (const [name, template] of texts('templates', '.mustache')) {
    assert.doesNotMatch(template, /\sstyle=|<style|\son\w+=/, name);
    for (const [tag] of template.matchAll(/<script[^>]*>/g)) assert.match(tag, /src=|type="application\/(ld\+)?json"/, name);
  }
});
