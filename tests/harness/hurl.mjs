// Plays *.hurl files: a strict subset of Hurl's text format (https://hurl.dev), so that the files stay runnable by the real one.
//
// Understood: requests with headers and one JSON or text body (``` fences for text), HTTP status or *, expected headers, [Captures],
// [Asserts] with status, body, bytes, header, jsonpath and the predicates in CHECKS, {{variables}}. Whatever else stands in a file is
// an error with its line: a test that is not understood must not pass.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { request } from './http.mjs';

const METHOD = /^(GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS)\s+(\S+)$/;
const STATUS = /^HTTP(?:\/[\d.]+)?\s+(\d{3}|\*)$/;

/** Splits a file into entries {line, method, url, headers, body, status, expect, captures, asserts}. */
export function parse(text) {
  const entries = [];
  let entry;
  let part = 'start';
  let fenced = false;
  text.split('\n').forEach((raw, i) => {
    const line = raw.trim();
    const where = `line ${i + 1}`;
    if (part === 'body' && fenced) {
      if (line === '```') fenced = false;
      else entry.body.push(raw);
      return;
    }
    const status = STATUS.exec(line);
    if (part === 'body' && !status) {
      entry.body.push(raw);
      return;
    }
    if (line === '' || line.startsWith('#')) return;
    const method = METHOD.exec(line);
    if (method && (part === 'start' || part === 'expect' || part === 'captures' || part === 'asserts')) {
      entry = { line: i + 1, method: method[1], url: method[2], headers: [], body: undefined, status: undefined, expect: [], captures: [], asserts: [] };
      entries.push(entry);
      part = 'headers';
    } else if (status) {
      assert.ok(entry && entry.status === undefined, `${where}: a status without a request`);
      entry.status = status[1];
      part = 'expect';
    } else if (line === '[Captures]' || line === '[Asserts]') {
      assert.ok(entry?.status, `${where}: ${line} before the status`);
      part = line === '[Captures]' ? 'captures' : 'asserts';
    } else if (part === 'headers' && (/^[{[]/.test(line) || line.startsWith('```'))) {
      part = 'body';
      fenced = line.startsWith('```');
      entry.body = fenced ? [] : [raw];
    } else if (part === 'headers' || part === 'expect') {
      const at = line.indexOf(':');
      assert.ok(at > 0, `${where}: expected "Name: value", got "${line}"`);
      entry[part].push([line.slice(0, at).trim(), line.slice(at + 1).trim()]);
    } else if (part === 'captures' || part === 'asserts') {
      entry[part].push({ line: i + 1, text: line });
    } else {
      assert.fail(`${where}: nothing starts like "${line}"`);
    }
  });
  for (const e of entries) assert.ok(e.status, `line ${e.line}: the request expects no status`);
  return entries;
}

const fill = (text, vars) => text.replace(/\{\{(\w+)\}\}/g, (_, name) => {
  assert.ok(name in vars, `no variable {{${name}}}`);
  return String(vars[name]);
});

const JSON_STEP = /\.([A-Za-z_]\w*)|\[(\d+|\*)\]|\['([^']+)'\]|\[\?\(@\.(\w+)\s*==\s*'([^']*)'\)\]/y;

/** The part of JSONPath that tests need: $.a.b[0]['c d'], [*] and [?(@.name=='x')]; the last two give lists. */
export function jsonpath(doc, path) {
  assert.ok(path.startsWith('$'), `JSONPath: ${path}`);
  let here = [doc];
  let many = false;
  JSON_STEP.lastIndex = 1;
  while (JSON_STEP.lastIndex < path.length) {
    const m = JSON_STEP.exec(path);
    assert.ok(m, `JSONPath: ${path}`);
    const [, dot, index, key, name, value] = m;
    const at = JSON_STEP.lastIndex;
    many ||= index === '*' || name !== undefined;
    here = here.flatMap((v) => {
      if (v === null || v === undefined) return [];
      if (index === '*') return Object.values(v);
      if (name !== undefined) return Object.values(v).filter((one) => one?.[name] === value);
      const next = v[dot ?? key ?? Number(index)];
      return next === undefined ? [] : [next];
    });
    JSON_STEP.lastIndex = at;
  }
  return many ? here : here[0];
}

const QUERY = /^(status|body|bytes|(jsonpath|header)\s+"((?:[^"\\]|\\.)*)")\s*(.*)$/;

function query(text, answer) {
  const m = QUERY.exec(text);
  assert.ok(m, `cannot read "${text}"`);
  const arg = m[3]?.replace(/\\(.)/g, '$1');
  const value = m[1] === 'status' ? answer.status
    : m[1] === 'body' ? answer.text
      : m[1] === 'bytes' ? answer.bytes.length
        : m[2] === 'header' ? answer.headers[arg.toLowerCase()] : jsonpath(answer.json, arg);
  return { value, rest: m[4] };
}

const CHECKS = {
  '==': (a, b) => assert.deepEqual(a, b),
  '!=': (a, b) => assert.notDeepEqual(a, b),
  '<': (a, b) => assert.ok(a < b, `${a} < ${b}`),
  '>': (a, b) => assert.ok(a > b, `${a} > ${b}`),
  '<=': (a, b) => assert.ok(a <= b, `${a} <= ${b}`),
  '>=': (a, b) => assert.ok(a >= b, `${a} >= ${b}`),
  contains: (a, b) => assert.ok(a?.includes(b), `${JSON.stringify(a)} contains ${JSON.stringify(b)}`),
  startsWith: (a, b) => assert.ok(String(a).startsWith(b), `${a} starts with ${b}`),
  endsWith: (a, b) => assert.ok(String(a).endsWith(b), `${a} ends with ${b}`),
  matches: (a, b) => assert.match(String(a), b),
  exists: (a) => assert.notEqual(a, undefined),
  isString: (a) => assert.equal(typeof a, 'string'),
  isInteger: (a) => assert.ok(Number.isInteger(a), `${a} is an integer`),
  isBoolean: (a) => assert.equal(typeof a, 'boolean'),
  isCollection: (a) => assert.ok(Array.isArray(a), 'a list'),
  isEmpty: (a) => assert.equal(a?.length, 0),
};
const NO_ARGUMENT = new Set(['exists', 'isString', 'isInteger', 'isBoolean', 'isCollection', 'isEmpty']);

function check(line, answer, vars) {
  const { value, rest } = query(line.text, answer);
  const m = /^(count\s+)?(not\s+)?([=!<>]=?|\w+)\s*(.*)$/.exec(rest);
  assert.ok(m, `line ${line.line}: "${line.text}"`);
  const [, count, not, op, arg] = m;
  assert.ok(CHECKS[op], `line ${line.line}: unknown predicate "${op}"`);
  assert.equal(arg === '', NO_ARGUMENT.has(op), `line ${line.line}: argument of "${op}"`);
  const given = arg === '' ? undefined : arg[0] === '/' ? new RegExp(arg.slice(1, arg.lastIndexOf('/')), 'u') : JSON.parse(fill(arg, vars));
  const what = count ? value?.length : value;
  const tell = (error) => {
    error.message = `line ${line.line}: ${line.text}\n${error.message}\nanswer: ${answer.text.slice(0, 800)}`;
    throw error;
  };
  if (!not) {
    try {
      CHECKS[op](what, given);
    } catch (error) {
      tell(error);
    }
    return;
  }
  let held = true;
  try {
    CHECKS[op](what, given);
  } catch {
    held = false;
  }
  if (held) tell(new Error('it does'));
}

export async function playEntry(entry, vars) {
  const headers = {};
  for (const [name, value] of entry.headers) headers[name.toLowerCase()] = fill(value, vars);
  const url = new URL(fill(entry.url, vars));
  const answer = await request(url.origin, entry.method, url.pathname + url.search, { headers, body: entry.body === undefined ? undefined : fill(entry.body.join('\n').trimEnd(), vars) });
  if (entry.status !== '*') assert.equal(answer.status, Number(entry.status), `status; the answer: ${answer.text.slice(0, 800)}`);
  for (const [name, value] of entry.expect) assert.equal(answer.headers[name.toLowerCase()], fill(value, vars), `header ${name}`);
  for (const line of entry.captures) {
    const m = /^(\w+):\s*(.*)$/.exec(line.text);
    assert.ok(m, `line ${line.line}: a capture is "name: query"`);
    const { value, rest } = query(m[2], answer);
    assert.equal(rest, '', `line ${line.line}: a capture takes no predicate`);
    vars[m[1]] = value;
    assert.notEqual(value, undefined, `line ${line.line}: nothing to capture for ${m[1]}`);
  }
  for (const line of entry.asserts) check(line, answer, vars);
}

/** Plays a file as subtests of `t`; after the first failure the rest is not played, for it rests on what failed. */
export async function play(t, path, vars) {
  for (const entry of parse(readFileSync(path, 'utf8'))) {
    let ok = false;
    await t.test(`${entry.line}: ${entry.method} ${entry.url.replace('{{base}}', '')}`, async () => {
      await playEntry(entry, vars);
      ok = true;
    });
    if (!ok) break;
  }
}
