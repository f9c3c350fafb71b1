// Numbers of invoices without a gap: sixty-four people approve at once, and the servers are killed in the middle of it (rulings A4, product.md 4.7).
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { Company, Installation, until, wait } from '../harness/server.mjs';

const PEOPLE = 64;
let it;
let company;
let owner;
let customer;

before(async () => {
  it = await (await Installation.create()).start();
  company = await Company.create(it);
  owner = company.owner;
  customer = await owner.make('customers', { name: 'Naledi Dlamini' });
});
after(() => it?.end());

async function drafts(count) {
  const ids = [];
  for (let i = 0; i < count; i += 16)
    ids.push(...await Promise.all(Array.from({ length: Math.min(16, count - i) }, async () => {
      const draft = await owner.make('invoices', { customer_id: customer.id });
      await owner.act(`/v1/invoices/${draft.id}/lines`, { lines: [{ description: 'Work', qty3: 1000, price4: 100_0000 }] });
      return draft.id;
    })));
  return ids;
}

async function check() {
  const numbered = (await owner.all('invoices')).filter((i) => i.no);
  const numbers = numbered.map((i) => Number(i.no.slice(4))).sort((a, b) => a - b);
  assert.deepEqual(numbers, Array.from({ length: numbers.length }, (_, i) => i + 1), 'from one on, each once, none left out');
  // In the order in which they were committed, which is that of the log.
  const number = new Map(numbered.map((i) => [i.id, Number(i.no.slice(4))]));
  const events = [];
  for (let before = ''; ;) {
    const page = await owner.read(`/v1/audit_events?filter[action]=approve&limit=200${before}`);
    events.push(...page.items);
    if (!page.next_cursor) break;
    before = `&cursor=${page.next_cursor}`;
  }
  const committed = events.sort((x, y) => x.idx - y.idx).map((e) => number.get(e.object_id));
  assert.deepEqual(committed, numbers);
  // Each has its frozen page, and one only.
  const kept = await owner.all('documents');
  assert.deepEqual(kept.map((d) => d.no).sort(), numbered.map((i) => i.no).sort());
  return new Map(numbered.map((i) => [i.id, i.no]));
}

test('sixty-four people approve at once: no gap, nothing twice, in order', async () => {
  const ids = await drafts(PEOPLE);
  const answers = await Promise.all(ids.map((id) => owner.send('POST', `/v1/invoices/${id}/approve`)));
  for (const answer of answers) assert.ok([200, 503].includes(answer.status), answer.text);
  for (const [i, answer] of answers.entries()) if (answer.status === 503) await until(async () => (await owner.send('POST', `/v1/invoices/${ids[i]}/approve`)).status === 200, 'it is approved');
  assert.equal((await check()).size, PEOPLE);
});

for (const victim of ['app', 'everything', 'app']) {
  test(`${victim} is killed while they approve: what was answered holds, and there is no gap`, async () => {
    const ids = await drafts(PEOPLE);
    const said = new Map();
    const approving = Promise.all(ids.map(async (id) => {
      try {
        const answer = await owner.send('POST', `/v1/invoices/${id}/approve`);
        if (answer.status === 200) said.set(id, answer.json.no);
      } catch { /* nobody answered */ }
    }));
    await until(() => said.size > 3, 'some were approved');
    if (victim === 'everything') it.killAll();
    else process.kill(-it.groupOf('app'), 'SIGKILL');
    await approving;
    if (victim === 'everything') {
      await it.exit;
      await wait(50);
      const old = it.groupOf('app');
      it.launch();
      await until(() => it.groupOf('app') && it.groupOf('app') !== old, 'another app');
    }
    await it.ready();
    const now = await check();
    for (const [id, no] of said) assert.equal(now.get(id), no, 'what was answered');
    for (const id of ids) if (!now.has(id)) assert.equal((await owner.act(`/v1/invoices/${id}/approve`)).status, 'approved');
    const all = await check();
    for (const id of ids) assert.ok(all.has(id));
    assert.equal((await owner.act('/v1/audit/verify')).ok, true);
  });
}
