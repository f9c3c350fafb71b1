// The disk is full: that is said in clear words, nothing that was acknowledged is lost, and with room again work goes on.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, openSync, closeSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Company, Installation, ON_PG, until } from '../harness/server.mjs';

const folder = mkdtempSync(join(tmpdir(), 'fwfull-'));
let skip = ON_PG ? 'the database lies elsewhere' : false;
if (!skip) {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=24m', 'tmpfs', folder], { stdio: 'pipe' });
  } catch {
    skip = 'mounting a small file system takes root';
  }
}
const mounted = !skip;
let it;
let company;
before(async () => {
  if (skip) return;
  it = await (await Installation.create({ folder })).start();
  company = await Company.create(it);
});
after(async () => {
  await it?.end();
  if (mounted) execFileSync('umount', ['-l', folder]);
  rmSync(folder, { recursive: true, force: true });
});

test('507 while it is full, nothing lost, and work afterwards', { skip, timeout: 120_000 }, async () => {
  const { owner } = company;
  const kept = [];
  const text = 'x'.repeat(9000);
  // The room that is left, but for a little.
  const ballast = join(folder, 'ballast');
  const free = () => Number(execFileSync('df', ['--output=avail', '-B1', folder], { encoding: 'utf8' }).trim().split('\n')[1]);
  const fd = openSync(ballast, 'w');
  while (free() > 400_000) writeSync(fd, Buffer.alloc(Math.min(free() - 300_000, 1 << 20)));
  closeSync(fd);
  const customer = await owner.make('customers', { name: 'Customer' });
  let refused;
  for (let i = 0; i < 500 && !refused; i++) {
    const answer = await owner.post('/v1/notes', { customer_id: customer.id, body: `${i} ${text}` });
    if (answer.status === 201) kept.push(answer.json.id);
    else refused = answer;
  }
  assert.ok(refused, 'it gets full');
  assert.equal(refused.status, 507, refused.text);
  assert.equal(refused.json.type, '/problems/storage-full');
  assert.match(refused.json.title, /disk is full; nothing was changed/);
  assert.equal((await owner.post('/v1/notes', { customer_id: customer.id, body: text })).status, 507, 'still');
  assert.ok([200, 503].includes((await owner.get(`/v1/customers/${customer.id}`)).status), 'reading may go on');
  rmSync(ballast);
  await until(async () => (await owner.post('/v1/notes', { customer_id: customer.id, body: 'room again' })).status === 201, 'room again');
  const ids = new Set((await owner.all('notes')).map((n) => n.id));
  for (const id of kept) assert.ok(ids.has(id));
  assert.equal((await owner.act('/v1/audit/verify')).ok, true);
});
