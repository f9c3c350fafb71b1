// What no client of ours ever sends, byte by byte: to the app's own socket, and to the edge. The right refusal each time, and the next request works.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import net from 'node:net';
import { join } from 'node:path';
import tls from 'node:tls';
import { Installation, request } from '../harness/server.mjs';

let it;
let owner;
before(async () => {
  it = await (await Installation.create()).start();
  owner = await it.signIn();
});
after(() => it?.end());

function talk(socket, bytes, { end = false, ms = 8000 } = {}) {
  return new Promise((resolve, reject) => {
    const parts = [];
    const late = setTimeout(() => { socket.destroy(); reject(new Error(`no end within ${ms} ms; so far: ${Buffer.concat(parts).toString('latin1').slice(0, 300)}`)); }, ms);
    socket.on('data', (part) => parts.push(part));
    socket.on('error', () => {});
    socket.on('close', () => { clearTimeout(late); resolve(Buffer.concat(parts).toString('latin1')); });
    socket.write(bytes);
    if (end) socket.end();
  });
}

// ---- the socket of the app ----

const head = (pairs, { length } = {}) => {
  const body = Buffer.concat(pairs.flat().flatMap((text) => [Buffer.isBuffer(text) ? text : Buffer.from(text), Buffer.from([0])]));
  return Buffer.concat([Buffer.from(`${length ?? body.length}:`), body, Buffer.from(',')]);
};
const GOOD = [['CONTENT_LENGTH', '0'], ['REQUEST_METHOD', 'GET'], ['DOCUMENT_URI', '/healthz'], ['QUERY_STRING', ''], ['SCGI', '1']];
const POST = (n) => [['CONTENT_LENGTH', String(n)], ['REQUEST_METHOD', 'POST'], ['DOCUMENT_URI', '/v1/login'], ['CONTENT_TYPE', 'application/json'], ['SCGI', '1']];
const scgi = (bytes, options) => talk(net.connect(join(it.data, 'run/app.sock')), bytes, options);
const statusOf = (text) => Number(/^Status: (\d+)/.exec(text)?.[1] ?? 0);

for (const [what, bytes, status, options] of [
  ['a good head (the control)', () => head(GOOD), 200],
  ['no netstring', () => Buffer.from('GET / HTTP/1.1\r\n\r\n'), 400],
  ['a length that begins with zero', () => head(GOOD, { length: `0${head(GOOD).length}` }), 400],
  ['a negative length', () => Buffer.from('-5:abc,'), 400],
  ['a length far too large', () => Buffer.from('99999999:'), 413],
  ['a head larger than allowed', () => head([...GOOD, ['HTTP_X', 'y'.repeat(17000)]]), 413],
  ['a length that is too short', () => head(GOOD, { length: 10 }), 400],
  ['no comma at the end', () => Buffer.from(head(GOOD).toString('latin1').replace(/,$/, ';'), 'latin1'), 400],
  ['a name without a value', () => head([...GOOD, ['ODD']]), 400],
  ['an empty name', () => head([...GOOD, ['', 'x']]), 400],
  ['CONTENT_LENGTH that is not first', () => head([GOOD[1], GOOD[0], ...GOOD.slice(2)]), 400],
  ['CONTENT_LENGTH twice', () => head([...GOOD, ['CONTENT_LENGTH', '5']]), 400],
  ['a name twice', () => head([...GOOD, ['DOCUMENT_URI', '/v1/me']]), 400],
  ['no SCGI mark', () => head(GOOD.slice(0, 4)), 400],
  ['another SCGI version', () => head([...GOOD.slice(0, 4), ['SCGI', '2']]), 400],
  ['no method', () => head([GOOD[0], ...GOOD.slice(2)]), 400],
  ['a path that is not UTF-8', () => head([GOOD[0], GOOD[1], ['DOCUMENT_URI', Buffer.from([0x2f, 0xff, 0xfe])], GOOD[4]]), 400],
  ['a path with control characters', () => head([GOOD[0], GOOD[1], ['DOCUMENT_URI', '/v1/\u0007'], GOOD[4]]), 400],
  ['more pairs than anybody needs', () => head([...GOOD, ...Array.from({ length: 80 }, (_, i) => [`HTTP_X${i}`, 'y'])]), 400],
  ['a length that is no number', () => head([['CONTENT_LENGTH', 'ten'], ...GOOD.slice(1)]), 400],
  ['a negative body', () => head([['CONTENT_LENGTH', '-1'], ...GOOD.slice(1)]), 400],
  ['a body larger than allowed', () => head(POST(2 << 20)), 413],
  ['a body that ends too early', () => Buffer.concat([head(POST(100)), Buffer.from('{"email"')]), 400, { end: true }],
  ['a head that ends too early', () => head(GOOD).subarray(0, 20), 400, { end: true }],
])
  test(`app socket: ${what}`, async () => {
    const answer = await scgi(bytes(), options);
    assert.equal(statusOf(answer), status, answer.slice(0, 300));
    if (status >= 400) assert.match(answer, /application\/problem\+json/);
    assert.equal(statusOf(await scgi(head(GOOD))), 200, 'the next one works');
  });

test('app socket: a connection that says nothing and goes away is no request', async () => {
  assert.equal(await scgi(Buffer.alloc(0), { end: true }), '');
});

// ---- JSON, over HTTPS ----

const send = (bytes, type = 'application/json') => owner.send('POST', '/v1/customers', bytes, { 'content-type': type });
const nested = (n) => `${'{"a":'.repeat(n)}1${'}'.repeat(n)}`;
for (const [what, bytes, status] of [
  ['bad UTF-8', Buffer.concat([Buffer.from('{"name":"'), Buffer.from([0xc3, 0x28]), Buffer.from('"}')]), 400],
  ['overlong UTF-8', Buffer.concat([Buffer.from('{"name":"'), Buffer.from([0xc0, 0xaf]), Buffer.from('"}')]), 400],
  ['half a surrogate', '{"name":"\\ud800"}', 400],
  ['a NUL in a text', '{"name":"a\\u0000b"}', [400, 422]],
  ['a raw control character', '{"name":"a\u0001b"}', 400],
  ['the same key twice', '{"name":"A","name":"B"}', 400],
  ['something after the end', '{"name":"A"} {"name":"B"}', 400],
  ['a comma too many', '{"name":"A",}', 400],
  ['single quotes', "{'name':'A'}", 400],
  ['a number that is none', '{"terms_days":NaN,"name":"A"}', 400],
  ['a number beyond 64 bits', '{"terms_days":99999999999999999999,"name":"A"}', [400, 422]],
  ['a fraction where none belongs', '{"terms_days":1.5,"name":"A"}', 422],
  ['an exponent', '{"terms_days":1e3,"name":"A"}', 422],
  ['a list instead of an object', '[]', 400],
  ['a bare text', '"name"', 400],
  ['null', 'null', 400],
  ['deep nesting', nested(2000), 400],
  ['nesting just too deep', nested(17), 400],
  ['a thousand members', JSON.stringify(Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`k${i}`, i]))), 400],
  ['an empty body', '', 422],
  ['an unknown charset is not asked for', '{"name":""}', 422],
])
  test(`JSON: ${what}`, async () => {
    const answer = await send(bytes);
    assert.ok([status].flat().includes(answer.status), `${answer.status}: ${answer.text.slice(0, 300)}`);
    assert.match(answer.headers['content-type'], /^application\/problem\+json/);
    assert.equal((await owner.get('/v1/me')).status, 200);
  });

for (const type of ['text/plain', 'application/xml', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'])
  test(`a body of type ${type} is refused`, async () => assert.equal((await send('{"name":"A"}', type)).status, 415));

test('a text with every kind of letter goes in and comes out as it was', async () => {
  const name = 'Żółć „x” 李雷 عمر 👩‍🔧 e\u0301 \u200b|<script>&amp;';
  const made = await owner.make('customers', { name });
  assert.equal((await owner.read(`/v1/customers/${made.id}`)).name.normalize('NFC'), made.name.normalize('NFC'));
  assert.equal(made.name.normalize('NFC'), name.normalize('NFC'));
});

// ---- the edge ----

const secure = (options = {}) => tls.connect({ host: '127.0.0.1', port: it.port, rejectUnauthorized: false, ...options });
const raw = (text, options) => talk(secure(), Buffer.from(text, 'latin1'), options);
const httpStatus = (text) => Number(/^HTTP\/1\.[01] (\d+)/.exec(text)?.[1] ?? 0);

for (const [what, text, statuses] of [
  ['the control', 'GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n', [200]],
  ['two lengths', 'POST /v1/login HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\nContent-Length: 3\r\nConnection: close\r\n\r\n{}', [400]],
  ['a length and chunks', 'POST /v1/login HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n0\r\n\r\n', [400]],
  ['no host', 'GET /healthz HTTP/1.1\r\nConnection: close\r\n\r\n', [400]],
  ['a space before the colon', 'GET /healthz HTTP/1.1\r\nHost : localhost\r\nConnection: close\r\n\r\n', [400]],
  ['nonsense', 'HELLO\r\n\r\n', [400]],
  ['a length that is no number', 'POST /v1/login HTTP/1.1\r\nHost: localhost\r\nContent-Length: x\r\nConnection: close\r\n\r\n', [400]],
  ['a long address', `GET /v1/jobs?q=${'x'.repeat(9000)} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`, [400, 413, 414]],
  ['a long header', `GET /v1/jobs HTTP/1.1\r\nHost: localhost\r\nX-Long: ${'x'.repeat(20000)}\r\nConnection: close\r\n\r\n`, [400, 413, 431]],
  ['a method that nobody knows', 'BREW /v1/jobs HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n', [400, 401, 405]],
  ['TRACE', 'TRACE /v1/jobs HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n', [405]],
  ['a path that climbs', 'GET /v1/../../../etc/passwd HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n', [400, 404]],
  ['a path that climbs in disguise', 'GET /assets/%2e%2e/%2e%2e/%2e%2e/etc/passwd HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n', [400, 404]],
])
  test(`edge: ${what}`, async () => {
    const answer = await raw(text);
    assert.ok(statuses.includes(httpStatus(answer)), answer.slice(0, 300));
    assert.doesNotMatch(answer, /root:/);
    if (httpStatus(answer) === 400) assert.match(answer, /application\/problem\+json/);
    assert.doesNotMatch(answer, /nginx\/\d/, 'no version is told');
  });

test('edge: a body that is too large is refused in our own words', async () => {
  const answer = await request(it.base, 'POST', '/v1/customers', { body: Buffer.alloc(3 << 20, 0x20), headers: { authorization: `Bearer ${owner.token}`, 'content-type': 'application/json' }, fresh: true }).catch((error) => error);
  if (!(answer instanceof Error)) {
    assert.equal(answer.status, 413);
    assert.equal(answer.json.type, '/problems/too-large');
  } else assert.match(answer.message, /EPIPE|ECONNRESET/);
});

test('edge: clients that dribble are cut off and hold nobody up', { timeout: 60_000 }, async () => {
  const began = Date.now();
  const slow = [raw('POST /v1/login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"em', { ms: 40_000 }), raw('GET /v1/jobs HTT', { ms: 40_000 })];
  for (let i = 0; i < 20; i++) assert.equal((await owner.get('/v1/me')).status, 200);
  assert.ok(Date.now() - began < 5000);
  const answers = await Promise.all(slow);
  assert.ok([0, 408].includes(httpStatus(answers[0])), answers[0].slice(0, 200));
  assert.ok([0, 408].includes(httpStatus(answers[1])));
});

const handshake = (version) => new Promise((resolve) => {
  const socket = secure({ minVersion: version, maxVersion: version, ciphers: 'DEFAULT:@SECLEVEL=0' });
  socket.once('secureConnect', () => { resolve(socket.getProtocol()); socket.destroy(); });
  socket.once('error', (error) => resolve(error.code ?? error.message));
});

test('TLS 1.2 and 1.3 are spoken, 1.0 and 1.1 are not (S-088)', async () => {
  assert.equal(await handshake('TLSv1.3'), 'TLSv1.3');
  assert.equal(await handshake('TLSv1.2'), 'TLSv1.2');
  for (const old of ['TLSv1.1', 'TLSv1']) assert.notEqual(await handshake(old), old);
});

test('plain HTTP is sent to HTTPS and gets nothing else (S-089)', async () => {
  const answer = await talk(net.connect(it.port, '127.0.0.1'), Buffer.from(`GET /v1/me HTTP/1.1\r\nHost: localhost:${it.port}\r\nConnection: close\r\n\r\n`));
  assert.equal(httpStatus(answer), 308);
  assert.match(answer, new RegExp(`Location: https://localhost:${it.port}/v1/me`));
});

test('every answer carries the headers that protect a browser, and no promise of HTTPS for ever on localhost', async () => {
  for (const path of ['/v1/me', '/v1/openapi.json', '/nothing', '/']) {
    const { headers } = await owner.get(path);
    assert.match(headers['content-security-policy'] ?? '', /default-src 'none'/, path);
    assert.equal(headers['x-content-type-options'], 'nosniff', path);
    assert.equal(headers['strict-transport-security'], undefined, path);
    assert.doesNotMatch(headers.server ?? '', /\d/);
  }
});

test('an unreadable method, path or id in every combination is refused and never an error of ours', async () => {
  for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])
    for (const path of ['/v1/', '/v1//', '/v1/jobs/', '/v1/jobs//', '/v1/jobs/00000000-0000-0000-0000-000000000000', '/v1/jobs/x/y/z/w', '/v1/%00', '/v1/jobs%2fx', '/v1/jobs/%ff', '/v1/search', '/v1/jobs/search/x', "/v1/jobs/' OR 1=1"]) {
      const answer = await owner.send(method, path.replaceAll(' ', '%20'), method === 'GET' ? undefined : {});
      assert.ok(answer.status >= 400 && answer.status < 500, `${method} ${path}: ${answer.status}`);
    }
});
