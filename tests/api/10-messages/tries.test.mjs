// Each attempt ends in a state that is told truly, is repeated later and later, and is given up after a day; a crash loses nothing and repeats at
// most what nobody can know (rulings G8).
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { simpleParser } from 'mailparser';
import { polite, scripted } from '../../mail/doubles.mjs';
import { BIN, signIn, until } from '../../harness/server.mjs';
import { installation, newest, office, quoteFor, set, settled } from './office.mjs';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
let it;
const ends = [];
const t = { after: (f) => ends.push(f) };

before(async () => { it = await installation(); });
after(async () => {
  await it?.end();
  for (const f of ends) await f();
});

let people = 0;
/** Sends a quote to a new customer; gives the message. */
async function send(owner) {
  const customer = await owner.make('customers', { name: `Person ${++people}`, billing_email: `person${people}@customer.example` });
  const quote = await quoteFor(owner, customer);
  await owner.act(`/v1/quotes/${quote.id}/send`, {});
  return newest(owner, `&filter[quote_id]=${quote.id}`);
}
const read = (owner, m) => owner.read(`/v1/messages/${m.id}`);
/** Until an attempt was made and the message waits again. */
const waits = (owner, m, attempts) => until(async () => {
  const now = await read(owner, m);
  return now.status === 'queued' && now.attempts === attempts && now;
}, `attempt ${attempts} is over`);
const ids = async (letters) => Promise.all(letters.map(async (l) => (await simpleParser(l.bytes ?? l)).messageId));

test('"come again later" is heeded: the same message, with the same Message-ID, a minute later', async () => {
  const fail = { rcpt: { code: 451, words: 'Greylisted, try again' } };
  const { owner, double } = await office(it, t, { server: { fail } });
  const m = await send(owner);
  const first = await waits(owner, m, 1);
  assert.equal(first.error, 'busy');
  assert.match(first.answer, /Greylisted/);
  const wait = Date.parse(first.next_try_at) - Date.parse(first.first_try_at);
  assert.ok(wait > 0.7 * MINUTE && wait < 1.4 * MINUTE, `${wait} ms`);
  delete fail.rcpt;
  it.setClock(2 * MINUTE);
  const done = await settled(owner, m.id);
  assert.deepEqual([done.status, done.attempts, done.message_id], ['sent', 2, first.message_id]);
  assert.deepEqual(await ids(double.letters), [`<${first.message_id}>`]);
});

test('attempts come further and further apart, and end a day after the first', async () => {
  const { company, owner } = await office(it, t, { mail: { smtp_port: 1 } });
  let shift = 3 * MINUTE;
  it.setClock(shift);
  const m = await send(owner);
  const gaps = [];
  for (let n = 1; n <= 5; n++) {
    const row = await waits(owner, m, n);
    assert.equal(row.error, 'connect');
    gaps.push((Date.parse(row.next_try_at) - Date.parse(row.updated_at)) / MINUTE);
    shift += 75 * MINUTE;
    it.setClock(shift);
  }
  for (const [i, usual] of [1, 5, 15, 60, 60].entries()) assert.ok(gaps[i] > usual * 0.75 && gaps[i] < usual * 1.25, `gap ${i}: ${gaps[i]}`);
  it.setClock((shift += 26 * HOUR));
  const later = await signIn(it.base, company.email, company.password);
  const failed = await settled(later, m.id);
  assert.deepEqual([failed.status, failed.error], ['failed', 'connect']);
  const [note] = (await later.read(`/v1/notes?filter[customer_id]=${failed.customer_id}`)).items;
  assert.match(note.body, /did not go out/);
});

test('a line that breaks before the message was handed over: later; after it: nobody knows, so once more and no more', async () => {
  const { owner } = await office(it, t);
  let line;
  line = await scripted(t, polite({ DATA: (socket) => socket.destroy() }));
  await set(owner, { smtp_host: '127.0.0.1', smtp_port: line.port, smtp_tls: 'plain' });
  const early = await send(owner);
  const row = await waits(owner, early, 1);
  assert.equal(row.error, 'closed');
  assert.equal(row.repeats, 0);
  await owner.act(`/v1/messages/${early.id}/cancel`);
  const bodies = [];
  let letter = [];
  let left = 1;
  line = await scripted(t, polite({
    BODY: (socket, text) => { letter.push(text); },
    '.': (socket) => {
      bodies.push(letter.join('\r\n'));
      letter = [];
      if (left-- > 0) socket.destroy();
      else socket.write('250 taken\r\n');
    },
  }));
  await set(owner, { smtp_port: line.port });
  const m = await send(owner);
  const unknown = await until(async () => { const r = await read(owner, m); return r.repeats === 1 && r; }, 'the outcome is unknown');
  assert.deepEqual([unknown.status, unknown.error], ['queued', 'outcome_unknown']);
  it.setClock(40 * HOUR);
  const done = await settled(owner, m.id);
  assert.deepEqual([done.status, done.attempts], ['sent', 2]);
  assert.equal(bodies.length, 2);
  const both = await ids(bodies);
  assert.equal(both[0], both[1], 'whoever got it twice sees that it is one');
  left = 5;
  const again = await send(owner);
  await until(async () => (await read(owner, again)).repeats === 1, 'unknown once');
  it.setClock(41 * HOUR);
  const failed = await settled(owner, again.id);
  assert.deepEqual([failed.status, failed.error, failed.attempts], ['failed', 'outcome_unknown', 2]);
});

test('a courier that is killed in the middle: what it was sending is sent once more by the next, and nothing is lost', async () => {
  const { owner, double } = await office(it, t);
  const bodies = [];
  let letter = [];
  let hold = true;
  const line = await scripted(t, polite({
    BODY: (socket, text) => { letter.push(text); },
    '.': (socket) => {
      bodies.push(letter.join('\r\n'));
      letter = [];
      if (!hold) socket.write('250 taken\r\n');
    },
  }));
  await set(owner, { smtp_host: '127.0.0.1', smtp_port: line.port, smtp_tls: 'plain' });
  const m = await send(owner);
  await until(() => bodies.length === 1, 'the message is with the server, which says nothing');
  const sending = await read(owner, m);
  assert.equal(sending.status, 'sending');
  assert.ok(sending.message_id, 'and its Message-ID was written down before');
  hold = false;
  process.kill(-it.groupOf('courier'), 'SIGKILL');
  const done = await settled(owner, m.id);
  assert.deepEqual([done.status, done.repeats], ['sent', 1]);
  assert.deepEqual(await ids(bodies), [`<${done.message_id}>`, `<${done.message_id}>`]);
  assert.equal(double.letters.length, 0);
});

test('many messages while the courier is killed again and again: each arrives, none more than twice, and only what was in flight', async () => {
  const { owner, double } = await office(it, t);
  const made = [];
  let killed = 0;
  for (let i = 0; i < 12; i++) {
    made.push(await send(owner));
    if (i % 4 === 3) {
      const pid = it.groupOf('courier');
      try {
        process.kill(-pid, 'SIGKILL');
        killed++;
      } catch { /* it was just being started */ }
      await until(() => it.groupOf('courier') !== pid, 'another courier');
    }
  }
  const rows = [];
  for (const m of made) rows.push(await settled(owner, m.id, ['sent', 'failed'], 60_000));
  assert.deepEqual([...new Set(rows.map((r) => r.status))], ['sent']);
  const arrived = await ids(double.letters);
  for (const row of rows) {
    const times = arrived.filter((id) => id === `<${row.message_id}>`).length;
    assert.ok(times >= 1 && times <= 1 + row.repeats, `${times} times with ${row.repeats} repeats`);
  }
  assert.ok(arrived.length <= made.length + killed, `${arrived.length} letters of ${made.length} messages`);
});

test('two couriers of one installation never send twice', async () => {
  const { owner, double } = await office(it, t);
  const second = spawn(BIN, ['courier', '--data', it.data], { env: it.env, stdio: 'ignore' });
  const gone = new Promise((done) => second.once('exit', done));
  try {
    const made = await Promise.all(Array.from({ length: 10 }, () => send(owner)));
    for (const m of made) assert.equal((await settled(owner, m.id)).attempts, 1);
    assert.equal(new Set(await ids(double.letters)).size, 10);
    assert.equal(double.letters.length, 10);
  } finally {
    second.kill('SIGTERM');
    await gone;
  }
});

test('a server that never answers holds up neither another company nor the checkpoints', async () => {
  const slow = await scripted(t, () => {});
  const stuck = await office(it, t);
  await set(stuck.owner, { smtp_host: '127.0.0.1', smtp_port: slow.port, smtp_tls: 'plain' });
  const m = await send(stuck.owner);
  await until(async () => (await read(stuck.owner, m)).status === 'sending', 'it is being tried');
  const quick = await office(it, t);
  const before = Date.now();
  const other = await send(quick.owner);
  assert.equal((await settled(quick.owner, other.id)).status, 'sent');
  assert.ok(Date.now() - before < 8000);
  const size = async () => Number((await quick.owner.get('/v1/audit/checkpoint')).text.split('\n')[1]);
  const was = await size();
  await quick.owner.make('customers', { name: 'Another' });
  await until(async () => (await size()) > was, 'the next checkpoint');
  assert.equal((await read(stuck.owner, m)).status, 'sending', 'all the while');
});
