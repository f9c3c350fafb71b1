// An SMS is handed to a gateway in its own form, and what it answers is told in the words of mail.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { authority, certificate, drive, gateway } from './doubles.mjs';

const ca = authority('ca');
const other = authority('other');
const good = certificate('good', 'ca', 'DNS:localhost,IP:127.0.0.1');
const TEXT = 'Sawubona "Thandi" \\ {id} & 50% off: ḽ €5\nhttps://x.example/#a=b+c';
const sms = { to: '+27821234567', text: TEXT, id: '0191f3c2-7a6b' };
const portal = (port, over = {}) => ({ kind: 'portal', url: `https://127.0.0.1:${port}/v1`, user: 'client', password: 'secret', ca_file: ca, connect_ms: 2000, total_ms: 3000, ...over });
const http = (port, over = {}) => ({ kind: 'http', url: `http://127.0.0.1:${port}/send`, content_type: 'application/json', body: '{"to":"{to}","sms":{"n":"{digits}","t":"{text}"},"ref":"{id}","{other}":1}', connect_ms: 2000, total_ms: 3000, ...over });
const send = (gateway, over = {}) => drive({ do: 'sms', gateway, sms: { ...sms, ...over } });
const told = ({ how, reason, code }) => [how, reason, code];
const taken = { cost: 1.25, remainingBalance: 1500, eventId: 12345678901, sample: 'x', messages: 1, parts: 1, costBreakdown: [], errorReport: { noNetwork: 0, duplicates: 0, optedOuts: 0, faults: [] } };

test('SMSPortal gets its form, with the login in the head', async (t) => {
  const double = await gateway(t, () => ({ status: 200, body: taken }), good);
  const result = await send(portal(double.port));
  assert.deepEqual([result.how, result.code, result.event, result.cost, result.words, result.tls], ['accepted', 200, '12345678901', '1.25', '', true]);
  const [request] = double.requests;
  assert.deepEqual([request.method, request.url, request.headers['content-type']], ['POST', '/v1/BulkMessages', 'application/json']);
  assert.equal(request.headers.authorization, `Basic ${Buffer.from('client:secret').toString('base64')}`);
  assert.deepEqual(JSON.parse(request.body), { messages: [{ content: TEXT, destination: '27821234567', customerId: sms.id }] });
});

test('SMSPortal with a token: it is fetched, and nothing is sent without one', async (t) => {
  let status = 200;
  const double = await gateway(t, (rq) => (rq.url === '/v1/Authentication' ? { status, body: { token: 'abc.def', schema: 'JWT', expiresInMinutes: 60 } } : { status: 200, body: taken }), good);
  assert.equal((await send(portal(double.port, { kind: 'token' }))).how, 'accepted');
  assert.deepEqual(double.requests.map((r) => `${r.method} ${r.url} ${r.headers.authorization}`), [`GET /v1/Authentication Basic ${Buffer.from('client:secret').toString('base64')}`, 'POST /v1/BulkMessages Bearer abc.def']);
  for (const [code, reason] of [[401, 'login'], [503, 'busy'], [500, 'answer'], [400, 'login']]) {
    status = code;
    assert.deepEqual(told(await send(portal(double.port, { kind: 'token' }))), ['later', reason, code]);
  }
  assert.equal(double.requests.filter((r) => r.method === 'POST').length, 1);
});

test('SMSPortal leaves a message out of a batch that it takes', async (t) => {
  const report = (over) => ({ status: 200, body: { ...taken, errorReport: { ...taken.errorReport, ...over } } });
  for (const [answer, expected, words] of [
    [report({ faults: [{ rawDestination: '1', customerId: 'x', errorMessage: 'Not a mobile number', status: 'error' }] }), ['refused', 'refused', 200], 'Not a mobile number'],
    [report({ optedOuts: 1 }), ['refused', 'opted_out', 200], ''],
    [report({ noNetwork: 1 }), ['refused', 'number', 200], ''],
    [report({ duplicates: 1 }), ['refused', 'duplicate', 200], ''],
    [{ status: 200, body: { EventId: 7, Cost: 1, ErrorReport: { OptedOuts: 1 } } }, ['refused', 'opted_out', 200], ''],
    [{ status: 400, body: { statusCode: 400, errors: [{ errorCode: 'X', errorMessage: 'Content\u0000 is bad' }] } }, ['refused', 'refused', 400], undefined],
    [{ status: 200, body: '<html>captive portal</html>' }, ['unknown', 'answer', 200], '<html>captive portal</html>'],
  ]) {
    const double = await gateway(t, () => answer, good);
    const result = await send(portal(double.port));
    assert.deepEqual(told(result), expected);
    if (words !== undefined) assert.equal(result.words, words);
  }
});

test('statuses mean what they say', async (t) => {
  let status = 200, headers = {};
  const double = await gateway(t, () => ({ status, headers, body: 'x'.repeat(500) }));
  for (const [code, how, reason] of [[201, 'accepted', 'accepted'], [400, 'refused', 'refused'], [422, 'refused', 'refused'], [401, 'later', 'login'], [402, 'later', 'credit'], [403, 'later', 'login'],
    [404, 'later', 'relay'], [408, 'later', 'timeout'], [429, 'later', 'busy'], [503, 'later', 'busy'], [500, 'unknown', 'answer'], [502, 'unknown', 'answer'], [504, 'unknown', 'answer']]) {
    status = code;
    const result = await send(http(double.port));
    assert.deepEqual(told(result), [how, reason, code]);
    assert.equal(result.words.length, 300);
  }
  status = 302;
  headers = { Location: `http://127.0.0.1:${double.port}/elsewhere` };
  assert.deepEqual(told(await send(http(double.port))), ['later', 'redirect', 302]);
  assert.ok(!double.requests.some((r) => r.url === '/elsewhere'));
});

test('any gateway: the template is filled in once, encoded for its place', async (t) => {
  const double = await gateway(t, () => ({ status: 200, body: 'OK: queued 1' }));
  assert.equal((await send(http(double.port, { authorization: 'Bearer k', success: 'queued' }))).how, 'accepted');
  const json = double.requests.at(-1);
  assert.deepEqual(JSON.parse(json.body), { to: sms.to, sms: { n: '27821234567', t: TEXT }, ref: sms.id, '{other}': 1 });
  assert.equal(json.headers.authorization, 'Bearer k');
  assert.equal((await send(http(double.port, { content_type: 'application/x-www-form-urlencoded', body: 'n={to}&t={text}&i={id}', method: 'PUT', user: 'u', password: 'p:w' }))).how, 'accepted');
  const form = double.requests.at(-1);
  assert.deepEqual(Object.fromEntries(new URLSearchParams(form.body)), { n: sms.to, t: TEXT, i: sms.id });
  assert.deepEqual([form.method, form.headers.authorization], ['PUT', `Basic ${Buffer.from('u:p:w').toString('base64')}`]);
  assert.equal((await send(http(double.port, { content_type: undefined, body: '', method: 'GET', url: `http://localhost:${double.port}/s?n={digits}&t={text}` }))).how, 'accepted');
  const get = double.requests.at(-1);
  assert.deepEqual([get.method, get.body, Object.fromEntries(new URL(get.url, 'http://x').searchParams)], ['GET', '', { n: '27821234567', t: TEXT }]);
  assert.deepEqual(told(await send(http(double.port, { success: 'sent' }))), ['refused', 'answer', 200]);
});

test('a lost answer is unknown, a lost request is not', async (t) => {
  const closes = await gateway(t, (rq) => { rq.socket.destroy(); });
  assert.deepEqual(told(await send(http(closes.port))), ['unknown', 'closed', 0]);
  assert.equal(closes.requests.length, 1, 'it is not repeated by itself');
  const silent = await gateway(t, () => {});
  assert.deepEqual(told(await send(http(silent.port, { total_ms: 700 }))), ['unknown', 'timeout', 0]);
  assert.deepEqual(told(await send(http(1))), ['later', 'connect', 0]);
  const huge = await gateway(t, () => ({ status: 200, body: 'y'.repeat(200000) }));
  assert.deepEqual(told(await send(http(huge.port))), ['accepted', 'accepted', 200]);
  assert.deepEqual(told(await send(http(huge.port, { success: 'queued' }))).slice(0, 1), ['unknown']);
});

test('TLS that is not verified is none, and without TLS one speaks to this machine alone', async (t) => {
  const double = await gateway(t, () => ({ status: 200, body: taken }), good);
  assert.deepEqual(told(await send(portal(double.port, { ca_file: other }))), ['no_tls', 'certificate', 0]);
  assert.equal(double.requests.length, 0);
  for (const url of ['http://192.0.2.1/v1', 'ftp://127.0.0.1/', 'https://', 'http://localhost:80@192.0.2.1/', 'http://localhost@192.0.2.1/', 'http://127.0.0.1\\@192.0.2.1/', 'https://a b/', 'http://127.0.0.1.example.org/', ''])
    assert.equal((await send(portal(1, { url }))).err, 'configuration', url);
  for (const over of [{ method: 'DELETE' }, { content_type: 'text/xml' }, { content_type: undefined }, { authorization: 'x\r\nHost: y' }, { ca_file: '/nonexistent' }])
    assert.equal((await send(http(1, over))).err, 'configuration');
});

test('what is no number, text or id is refused', async () => {
  const faults = async (over) => { const r = await send(http(1), over); return [r.err, r.faults]; };
  for (const to of ['0821234567', '+', '+0821234567', '+2782123456789012345', '+27 82', '+27\n821234567']) assert.deepEqual(await faults({ to }), ['invalid', ['/to']]);
  for (const text of ['', 'x'.repeat(1601), 'a\rb', 'a\u0007b']) assert.deepEqual(await faults({ text }), ['invalid', ['/text']]);
  for (const id of ['', 'a b', 'x'.repeat(65), 'ä']) assert.deepEqual(await faults({ id }), ['invalid', ['/id']]);
});
