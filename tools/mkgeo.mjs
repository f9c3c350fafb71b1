#!/usr/bin/env node
// mkgeo.mjs - out of the published table of address ranges and countries, what src/service/geo.c looks up.
//
//   node tools/mkgeo.mjs NODE_MODULES OUT
//
// The file, all numbers big endian: "fwg1" | countries u32 | IPv4 ranges u32 | IPv6 ranges u32 | two letters for each country, the first of them
// spaces: unknown | the first address of each IPv4 range, 4 bytes, sorted | the first /48 of each IPv6 range, 6 bytes, sorted | for each IPv4
// range, then for each IPv6 range, its country, 1 byte. A range ends where the next begins; what belongs to nobody is a range of country 0.
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const PACKAGE = '@ip-location-db/asn-country';

const [modules, out] = process.argv.slice(2);
if (!modules || !out) {
  console.error('usage: mkgeo.mjs NODE_MODULES OUT');
  process.exit(64);
}

// Rows of the file as [first, last, country]; of IPv6 only the first 48 bits, and what is smaller than that goes to who comes first.
function read(name, shift) {
  const rows = readFileSync(join(modules, PACKAGE, name), 'utf8').split('\n').filter(Boolean).map((line) => {
    const [first, last, country] = line.trim().split(',');
    if (!/^[A-Z]{2}$/.test(country)) throw new Error(`${name}: ${line}`);
    return [BigInt(first) >> shift, BigInt(last) >> shift, country];
  });
  return rows.sort((a, b) => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0));
}

// Without gaps, and with neighbours of one country as one range.
function ranges(rows) {
  const list = [];
  let next = 0n;
  const add = (first, country) => {
    if (list.length === 0 ? country !== '  ' : list.at(-1)[1] !== country) list.push([first, country]);
  };
  for (const [first, last, country] of rows) {
    if (last < next) continue;
    if (first > next) add(next, '  ');
    add(first > next ? first : next, country);
    next = last + 1n;
  }
  add(next, '  ');
  return list;
}

const v4 = ranges(read('asn-country-ipv4-num.csv', 0n));
const v6 = ranges(read('asn-country-ipv6-num.csv', 80n));
const countries = ['  ', ...[...new Set([...v4, ...v6].map(([, country]) => country))].filter((c) => c !== '  ').sort()];
if (countries.length > 256) throw new Error('more countries than a byte can number');
const number = new Map(countries.map((c, i) => [c, i]));

const head = Buffer.alloc(16);
head.write('fwg1', 'latin1');
[countries.length, v4.length, v6.length].forEach((n, i) => head.writeUInt32BE(n, 4 + 4 * i));
const starts = (list, bytes) => {
  const b = Buffer.alloc(list.length * bytes);
  list.forEach(([first], i) => b.writeUIntBE(Number(first), i * bytes, bytes));
  return b;
};
const owners = (list) => Buffer.from(list.map(([, country]) => number.get(country)));
const file = Buffer.concat([head, Buffer.from(countries.join(''), 'latin1'), starts(v4, 4), starts(v6, 6), owners(v4), owners(v6)]);
writeFileSync(out, file);
console.log(`${countries.length - 1} countries, ${v4.length} ranges of IPv4, ${v6.length} of IPv6; ${file.length} bytes`);
console.log(`${createHash('sha256').update(file).digest('hex')}  ${out}`);
