import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Api, Problem, Unreachable, type ApiOptions } from '../src/core/api.ts';

interface Sent {
  path: string;
  method: string;
  headers: Headers;
  body: unknown;
}

/** A client whose server is a list of prepared answers. */
function clientOf(answers: (() => Response)[], options: ApiOptions = {}) {
  const sent: Sent[] = [];
  const api = new Api({
    uuid: () => `key-${sent.length}`,
    fetch: async (input, init) => {
      const text = typeof init?.body === 'string' ? init.body : null;
      sent.push({
        path: String(input),
        method: init?.method ?? 'GET',
        headers: new Headers(init?.headers),
        body: text === null ? null : JSON.parse(text),
      });
      const answer = answers[sent.length - 1];
      if (!answer) throw new TypeError('connection refused');
      return answer();
    },
    ...options,
  });
  return { api, sent };
}

const json = (value: unknown, status = 200) => () =>
  new Response(JSON.stringify(value), { status, headers: { 'Content-Type': 'application/json' } });
const problem = (status: number, slug: string, more: object = {}) =>
  json({ type: `/problems/${slug}`, title: slug, status, detail: 'in words', ...more }, status);

test('every call says whose page it comes from: the server would take the other cookie for a page that does not', async () => {
  const { api, sent } = clientOf([json({}), json({ items: [], next_cursor: null }), json({})]);
  await api.get('/v1/me');
  await api.search('jobs', { q: 'Naidoo' });
  await api.patch('jobs', { id: 'a', version: 7 }, { title: 'x' });
  assert.deepEqual(sent.map(({ headers }) => headers.get('X-App')), ['1', '1', '1']);
  const staff = clientOf([json({}), json({})], { app: 'staff' });
  await staff.api.get('/v1/staff/me');
  await staff.api.post('/v1/staff/leave');
  assert.deepEqual(staff.sent.map(({ headers }) => headers.get('X-App')), ['staff', 'staff']);
});

test('what is not there is told: it may be that a company is closed to whoever looks', async () => {
  let told = 0;
  const { api } = clientOf([problem(404, 'not-found'), problem(403, 'forbidden')], { missing: () => told++ });
  await assert.rejects(api.get('/v1/jobs/a'));
  await assert.rejects(api.get('/v1/jobs/a'));
  assert.equal(told, 1);
});

test('search words travel in the body, never in the address', async () => {
  const { api, sent } = clientOf([json({ items: [], next_cursor: null })]);
  await api.search('jobs', { q: 'Naidoo' });
  assert.equal(sent[0]?.path, '/v1/jobs/search');
  assert.deepEqual(sent[0]?.body, { q: 'Naidoo' });
});

test('a change names the version that it is based on', async () => {
  const { api, sent } = clientOf([json({ id: 'a', version: 8 })]);
  await api.patch('jobs', { id: 'a', version: 7 }, { title: 'x' });
  assert.equal(sent[0]?.method, 'PATCH');
  assert.equal(sent[0]?.headers.get('If-Match'), '"7"');
});

test('somebody else was faster: the problem carries the row as it is now', async () => {
  const { api } = clientOf([problem(412, 'version-conflict', { current: { id: 'a', version: 9, title: 'theirs' } })]);
  await assert.rejects(api.patch('jobs', { id: 'a', version: 7 }, { title: 'mine' }), (error) => {
    assert.ok(error instanceof Problem);
    assert.equal(error.slug, 'version-conflict');
    assert.equal(error.current?.version, 9);
    return true;
  });
});

test('a refusal names each field in words', async () => {
  const errors = [{ pointer: '/title', code: 'required', detail: 'A title is needed.' }];
  const { api } = clientOf([problem(422, 'invalid', { errors })]);
  await assert.rejects(api.create('jobs', {}), (error) => {
    assert.ok(error instanceof Problem);
    assert.equal(error.faultOf('title'), 'A title is needed.');
    assert.equal(error.faultOf('priority'), null);
    return true;
  });
});

test('an answer in another language is still a problem', async () => {
  const { api } = clientOf([() => new Response('<h1>Bad gateway</h1>', { status: 502, statusText: 'Bad Gateway' })]);
  await assert.rejects(api.get('/v1/me'), (error) => {
    assert.ok(error instanceof Problem);
    assert.equal(error.status, 502);
    assert.equal(error.slug, 'unknown');
    return true;
  });
});

test('no answer at all is not a problem but a state', async () => {
  const { api } = clientOf([]);
  await assert.rejects(api.get('/v1/me'), Unreachable);
});

test('after the session ended the same call is made once more, with the same key', async () => {
  const { api, sent } = clientOf([problem(401, 'unauthenticated'), json({ id: 'n' }, 201)], {
    signInAgain: async () => true,
  });
  await api.create('notes', { body: 'kept' });
  assert.equal(sent.length, 2);
  assert.deepEqual(sent[1]?.body, { body: 'kept' });
  assert.equal(sent[0]?.headers.get('Idempotency-Key'), sent[1]?.headers.get('Idempotency-Key'));
});

test('whoever does not sign in again gets the refusal', async () => {
  const { api, sent } = clientOf([problem(401, 'unauthenticated')]);
  await assert.rejects(api.get('/v1/me'), Problem);
  assert.equal(sent.length, 1);
});

test('signing in sees its own refusals: the companies to choose from', async () => {
  const tenants = [{ id: '1', name: 'One' }, { id: '2', name: 'Two' }];
  const { api, sent } = clientOf([problem(401, 'tenant-required', { tenants })], {
    signInAgain: () => Promise.reject(new Error('must not be asked')),
  });
  await assert.rejects(api.prove('/v1/login', { email: 'a@b', password: 'x' }), (error) => {
    assert.ok(error instanceof Problem);
    assert.deepEqual(error.tenants, tenants);
    return true;
  });
  assert.equal(sent[0]?.headers.get('X-App'), '1');
});

test('a short list is followed to its end', async () => {
  const { api, sent } = clientOf([
    json({ items: [1, 2], next_cursor: 'c' }),
    json({ items: [3], next_cursor: null }),
  ]);
  assert.deepEqual(await api.all('job_types'), [1, 2, 3]);
  assert.deepEqual(sent[1]?.body, { limit: 200, cursor: 'c' });
});
