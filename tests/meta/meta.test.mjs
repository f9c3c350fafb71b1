// What must hold of the source itself.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { adminSql, Installation, ROOT } from '../harness/server.mjs';
import { jsonpath, parse } from '../harness/hurl.mjs';

const read = (path) => readFileSync(join(ROOT, path), 'utf8');
const list = (folder) => readdirSync(join(ROOT, folder)).map((name) => `${folder}/${name}`);
const ORDER = ['base', 'crypt', 'sql', 'dict', 'pdf', 'mail', 'store', 'service', 'nouns', 'api', 'edge', 'flows', 'fieldward'];
const GENERIC = ['base', 'crypt', 'sql', 'dict', 'mail', 'store', 'service', 'api', 'edge'];

/** layer(name USES a b LIBS …) lines of CMakeLists.txt */
const layers = new Map([...read('CMakeLists.txt').matchAll(/^layer\((\w+)(?: USES ([\w ]+?))?(?: LIBS [^)]*)?\)/gm)].map(([, name, uses]) => [name, (uses ?? '').split(' ').filter(Boolean)]));

test('layers see only what lies below them', () => {
  assert.ok(layers.size >= 10);
  for (const [name, uses] of layers) {
    for (const other of uses) assert.ok(ORDER.indexOf(other) < ORDER.indexOf(name), `${name} uses ${other}`);
    if (GENERIC.includes(name)) for (const above of ['nouns', 'flows', 'fieldward']) assert.ok(!uses.includes(above), `${name} knows ${above}`);
  }
  assert.deepEqual(layers.get('edge'), ['base'], 'the edge knows nothing but base');
  assert.deepEqual(layers.get('base'), []);
});

test('generic layers name no noun', () => {
  const nouns = read('src/nouns/nouns.h').match(/extern const struct noun ([^;]+);/)[1].split(',').map((n) => n.trim().replace('noun_', ''));
  const openapi = JSON.parse(read('spec/openapi.json'));
  const plurals = new Set(Object.keys(openapi.paths).filter((path) => path.startsWith('/v1/')).map((path) => path.split('/')[2]).filter((p) => !['portal', 'enquiry_form', 'numbering', 'login', 'logout', 'me', 'forgot', 'reset', 'refresh', 'invitation', 'email', 'staff', 'openapi.json', 'audit', 'audit_events', 'audit_events.csv', 'rights', 'import_presets'].includes(p)));
  // The platform's own rows are its own business.
  const words = [...nouns, ...plurals].filter((n) => !['tenant', 'tenants', 'user', 'membership', 'memberships', 'role', 'import', 'note', 'task', 'site', 'contact', 'items', 'messages', 'signature'].includes(n)); // "items" is what every list calls its rows, "messages" a member of a gateway's form, "signature" one of a passkey's answer
  const pattern = new RegExp(`"(?:${words.join('|')})"|\\bnoun_(?:${nouns.join('|')})\\b|\\b(?:JOB|CUSTOMER|VISIT|SITE|CONTACT|EMPLOYEE)_[A-Z]+|nouns\\.h`);
  const found = [];
  for (const layer of GENERIC)
    for (const path of list(`src/${layer}`).filter((p) => /\.[ch]$/.test(p) && !/\/test_/.test(p)))
      read(path).split('\n').forEach((line, i) => { if (pattern.test(line) && !(path.endsWith('crypt/common.c'))) found.push(`${path}:${i + 1}: ${line.trim()}`); });
  assert.deepEqual(found, []);
});

test('every header compiles alone', () => {
  const flags = execFileSync('pkg-config', ['--cflags', 'jansson', 'libsodium', 'libcrypto', 'libpq', 'cairo', 'cmocka', 'libcurl'], { encoding: 'utf8' }).trim().split(/\s+/);
  const failed = [];
  for (const [layer, uses] of [...layers, ['fieldward', ORDER.slice(0, -1)]])
    for (const path of list(`src/${layer}`).filter((p) => p.endsWith('.h'))) {
      const quotes = [layer, ...uses].flatMap((l) => ['-iquote', join(ROOT, 'src', l)]);
      const run = spawnSync('cc', ['-std=c17', '-D_GNU_SOURCE', '-Wall', '-Werror', '-fsyntax-only', ...quotes, '-isystem', join(ROOT, '.deps/sqlcipher'), ...flags, '-x', 'c', '-'], { encoding: 'utf8', input: `#include "${path.split('/').at(-1)}"\n` });
      if (run.status !== 0) failed.push(`${path}: ${run.stderr.split('\n')[0]}`);
    }
  assert.deepEqual(failed, []);
});

test('migrations are numbered without a gap', () => {
  const numbers = [...new Set(readdirSync(join(ROOT, 'migrations')).map((name) => {
    assert.match(name, /^\d{4}-[a-z0-9-]+(\.sqlite|\.pgsql)?\.sql$/);
    return Number(name.slice(0, 4));
  }))].sort((a, b) => a - b);
  assert.deepEqual(numbers, numbers.map((_, i) => i + 1));
  for (const name of readdirSync(join(ROOT, 'migrations')).filter((n) => /\.(sqlite|pgsql)\.sql$/.test(n))) {
    const twin = name.includes('.sqlite.') ? name.replace('.sqlite.', '.pgsql.') : name.replace('.pgsql.', '.sqlite.');
    assert.ok(existsSync(join(ROOT, 'migrations', twin)), `${name} has a twin for the other engine`);
  }
});

test('sealed columns, tenant first in every key: the schema', () => {
  const schema = read('spec/schema.pgsql.sql');
  for (const [, name, body] of schema.matchAll(/CREATE TABLE (\w+) \(([\s\S]*?)\n\) ;/g)) {
    assert.match(body, /tenant_id bigint NOT NULL/, name);
    assert.match(body, /PRIMARY KEY \(tenant_id[,)]/, `${name}: the key begins with the company`);
    for (const [, key] of body.matchAll(/FOREIGN KEY \(([^)]*)\)/g)) assert.match(key, /^tenant_id/, name);
  }
  for (const [, index] of schema.matchAll(/CREATE (?:UNIQUE )?INDEX \w+ ON \w+ \(([^)]*)\)/g)) assert.match(index, /^tenant_id/);
  for (const [, noun, field] of read('spec/privacy.md').matchAll(/^\| ([a-z_]+)\.([a-z0-9_]+) \|/gm)) {
    const table = new RegExp(`CREATE TABLE ${noun} \\(([\\s\\S]*?)\\n\\) ;`).exec(schema)[1];
    assert.match(table, new RegExp(`^\\s*${field} bytea`, 'm'), `${noun}.${field} is sealed bytes`);
  }
});

test('README shows how to start it and how to test it', () => {
  const text = read('README.md');
  assert.match(text, /script\/server/);
  assert.match(text, /script\/test/);
});

test('every path that the README and docs/dev name is there', () => {
  for (const path of ['README.md', ...list('docs/dev').filter((p) => p.endsWith('.md'))])
    for (const [, target] of read(path).matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g))
      if (!target.endsWith('.png')) assert.ok(existsSync(join(ROOT, path, '..', target)), `${path} names ${target}`);
});

test('routes of the document are routes of the router', () => {
  const { paths } = JSON.parse(read('spec/openapi.json'));
  assert.ok(Object.keys(paths).length > 60);
  for (const [path, methods] of Object.entries(paths))
    for (const method of Object.keys(methods).filter((m) => /^(get|post|patch|delete|put)$/.test(m))) assert.ok(methods[method].responses, `${method} ${path}`);
});

test('tests name what they prove', () => {
  const wanted = ['S-019', 'S-024', 'S-025', 'S-032', 'S-033', 'S-034', 'S-035', 'S-046', 'S-051', 'S-088', 'S-089', 'S-096', 'S-097', 'S-098', 'S-104', 'S-111', 'S-113', 'S-001', 'S-010', 'S-170', 'S-134', 'S-138', 'S-139', 'S-152', 'S-157', 'S-191', 'S-192'];
  const all = readdirSync(join(ROOT, 'tests'), { recursive: true }).map(String).filter((name) => /\.(mjs|hurl)$/.test(name) && !name.includes('node_modules')).map((name) => read(`tests/${name}`)).join('\n');
  assert.deepEqual(wanted.filter((name) => !all.includes(name)), []);
});

// ---- the player of stories ----

test('the player refuses what it does not understand', () => {
  assert.throws(() => parse('GET http://x/\n'), /expects no status/);
  assert.throws(() => parse('GET http://x/\nHTTP 200\n[Asserts]\nstatus == 200\n[Options]\nretry: 3\nGET http://y/\n'), /expects no status/);
  assert.throws(() => parse('POST http://x/\nnonsense\nHTTP 200\n'), /Name: value/);
  assert.equal(parse('# c\nPOST http://x/\nA: b\n{\n"GET": 1\n}\nHTTP 201\nX: y\n[Captures]\nid: jsonpath "$.id"\n\nGET http://y/\nHTTP *\n').length, 2);
});

test('the player reads JSON paths', () => {
  const doc = { a: [{ n: 'x', v: 1 }, { n: 'y', v: 2 }], 'b c': { d: null } };
  assert.equal(jsonpath(doc, '$.a[1].v'), 2);
  assert.deepEqual(jsonpath(doc, '$.a[*].n'), ['x', 'y']);
  assert.deepEqual(jsonpath(doc, "$.a[?(@.n=='y')].v"), [2]);
  assert.equal(jsonpath(doc, "$['b c'].d"), null);
  assert.equal(jsonpath(doc, '$.a[5].v'), undefined);
  assert.throws(() => jsonpath(doc, '$..v'));
});

// ---- the database as it is made ----

let it;
before(async () => { it = await Installation.create({ engine: 'sqlite' }); });
after(() => it?.end());

test('the migrations give the emitted schema, table by table', () => {
  const flat = (text) => text.replace(/\s+/g, ' ').replace(/ ?([(),;]) ?/g, '$1').trim().toLowerCase();
  const want = new Map([...read('spec/schema.sqlite.sql').matchAll(/CREATE TABLE (\w+) \(([\s\S]*?)\n\) ([^;]*);/g)].map(([, name, body]) => [name, flat(body)]));
  const have = new Map(adminSql(it, "SELECT name, sql FROM sqlite_master WHERE type = 'table'").map(({ name, sql }) => [name, sql]));
  for (const [name] of want) assert.ok(have.has(name), `table ${name}`);
  for (const [name] of want) {
    const columns = adminSql(it, `SELECT name FROM pragma_table_info('${name}')`).map((r) => r.name);
    const expected = [...new RegExp(`CREATE TABLE ${name} \\(([\\s\\S]*?)\\n\\) `).exec(read('spec/schema.sqlite.sql'))[1].matchAll(/(?:^|,)\s*(\w+) (?:INTEGER|TEXT|BLOB)\b/gm)].map((m) => m[1]);
    assert.deepEqual(columns, expected, name);
  }
  const indexes = (text) => [...text.matchAll(/CREATE (?:UNIQUE )?INDEX (\w+)/g)].map((m) => m[1]).sort();
  assert.deepEqual(adminSql(it, "SELECT name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL").map((r) => r.name).sort(), indexes(read('spec/schema.sqlite.sql')));
});

test('passwords are stored one way only (S-104)', () => {
  const folder = mkdtempSync(join(tmpdir(), 'fwt-'));
  try {
    const schema = read('spec/schema.sql');
    assert.doesNotMatch(schema, /\bpassword\s+\$TEXT/, 'not even the hash lies open');
    assert.match(read('spec/fields.md') + read('src/nouns/platform.c'), /One-way hash of the password/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

const tables = [...read('spec/schema.sql').matchAll(/CREATE TABLE (\w+) \(([\s\S]*?)\n\) \$KEYED;/g)].map(([, name, body]) => ({ name, body }));

test('S-019: core data lie in relations with keys and constraints: every reference of the dictionary is a foreign key', () => {
  assert.ok(tables.length > 25);
  for (const { name, body } of tables) assert.match(body, /PRIMARY KEY \(tenant_id/, name);
  const references = [...read('spec/fields.md').matchAll(/^## (\w+) \(tag[\s\S]*?(?=^## |(?![\s\S]))/gm)].flatMap(([section, noun]) =>
    [...section.matchAll(/^\| (\w+) \| \d+ \| reference to (\w+) \|/gm)].map(([, field, target]) => ({ noun, field, target })));
  assert.ok(references.length >= 15, `${references.length}`);
  for (const { noun, field, target } of references)
    assert.ok(tables.find((t) => t.name === noun).body.includes(`FOREIGN KEY (tenant_id, ${field}) REFERENCES ${target} (tenant_id, id)`), `${noun}.${field}`);
});

test('S-032: a company can move to another database: every key, index and reference begins with it, and none leads out of it', () => {
  const schema = read('spec/schema.sql');
  for (const [line, columns] of schema.matchAll(/CREATE (?:UNIQUE )?INDEX \w+ ON \w+ \(([^)]*)\)/g)) assert.match(columns, /^tenant_id\b/, line);
  for (const [line, own, theirs] of schema.matchAll(/FOREIGN KEY \(([^)]*)\) REFERENCES \w+ \(([^)]*)\)/g)) {
    assert.match(own, /^tenant_id, /, line);
    assert.match(theirs, /^tenant_id, id$/, line);
  }
});

test('S-113: logs stay on the machine: only standard error is written to, and nothing below the courier opens a connection', () => {
  assert.match(read('src/base/log.c'), /write\(2, /);
  for (const path of ['src/edge/nginx.c', 'src/base/log.c']) assert.doesNotMatch(read(path), /syslog/, path);
  assert.match(read('src/edge/nginx.c'), /access_log off;/);
  const callers = list('src').flatMap((layer) => list(layer)).filter((path) => /\.c$/.test(path) && !/test_/.test(path) && /\bconnect\(/.test(read(path)));
  assert.deepEqual(callers, ['src/fieldward/serve.c'], 'the supervisor looks whether the app answers on its own socket');
});

test('every kind of record and every act that the diary tells has its words in the client', () => {
  const words = JSON.parse(readFileSync(join(ROOT, 'web/locales/en.json'), 'utf8'));
  const sources = readdirSync(join(ROOT, 'src/nouns')).concat(readdirSync(join(ROOT, 'src/flows')).map((f) => `../flows/${f}`)).filter((f) => f.endsWith('.c')).map((f) => readFileSync(join(ROOT, 'src/nouns', f), 'utf8')).join('\n');
  const nouns = [...sources.matchAll(/\.name = "([a-z_]+)", \.plural = "/g)].map((m) => m[1]);
  assert.ok(nouns.length > 50);
  assert.deepEqual(nouns.filter((n) => !(`noun.${n}` in words) || !(`plural.${n}` in words)), []);
  const acts = new Set([...sources.matchAll(/action = (?:[a-z]+ \? )?"([a-z_]+)"/g)].map((m) => m[1]));
  assert.ok(acts.size > 10);
  assert.deepEqual([...acts].filter((a) => !(`act.${a}` in words)), []);
});
