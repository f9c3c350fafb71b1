// Two nodes on one database: what is counted, ended and signed by one holds for the other. (S-101, S-109, S-110)
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, request } from '../../harness/http.mjs';
import { Company, ENGINE, freePort, Installation, signIn } from '../../harness/server.mjs';

const skip = ENGINE === 'pgsql' ? false : 'the embedded engine has one machine: PostgreSQL only';
const companies = {};
let person;
let one;
let two;
before(async () => {
  if (skip) return;
  process.env.FIELDWARD_ADDRESS = 'https://fieldward.example.test'; // both are reached under one
  one = await (await Installation.create()).start();
  // Who takes part is there before the second node is made, which has the keys as they are then, and the same database.
  for (const name of ['guessed', 'ended', 'left']) companies[name] = await Company.create(one);
  person = await companies.left.person('dispatcher');
  await person.read('/v1/me');
  two = Object.assign(new Installation(), { engine: one.engine, owner: one.owner });
  two.folder = mkdtempSync(join(tmpdir(), 'fwt-'));
  two.data = join(two.folder, 'data');
  two.logPath = join(two.folder, 'log');
  two.clockPath = one.clockPath;
  cpSync(one.data, two.data, { recursive: true, filter: (path) => !/\/run\/|\.sock$|\/lock$/.test(path) });
  two.port = await freePort();
  two.base = `https://127.0.0.1:${two.port}`;
  await two.start();
});
after(async () => {
  await two?.stop();
  await one?.end();
  if (two) rmSync(two.folder, { recursive: true, force: true });
});

test('tries on both nodes are counted together', { skip }, async () => {
  const company = companies.guessed;
  const guess = (node) => request(node.base, 'POST', '/v1/login', { body: { email: company.email, password: 'wrong' } });
  const seen = [];
  for (let i = 0; i < 6; i++) seen.push((await guess(i % 2 ? one : two)).status);
  assert.deepEqual(seen.slice(0, 4), [401, 401, 401, 401]);
  assert.deepEqual(seen.slice(4), [429, 429]);
});

test('a session that one node ended is over on the other with the next request, for reading and for writing', { skip }, async () => {
  const company = companies.ended;
  for (let i = 0; i < 20; i++) {
    const here = await signIn(one.base, company.email, company.password).catch(() => null);
    if (!here) break; // held back by the edge
    const there = new Client(two.base, { token: here.token });
    assert.equal((await there.once('GET', '/v1/me')).status, 200, 'a token of one is good at the other');
    assert.equal((await here.once('POST', '/v1/logout')).status, 204);
    const [read, write] = await Promise.all([there.once('GET', '/v1/customers'), there.once('POST', '/v1/customers', { name: 'X' })]);
    assert.deepEqual([read.status, write.status], [401, 401]);
  }
});

test('a membership that ended at one node has ended at the other', { skip }, async () => {
  const company = companies.left;
  const there = new Client(two.base, { token: person.token });
  assert.equal((await there.once('GET', '/v1/customers')).status, 200);
  const member = (await company.owner.all('memberships')).find((m) => m.email === person.email);
  await company.owner.act(`/v1/memberships/${member.id}/leave`, {});
  assert.equal((await there.once('GET', '/v1/customers')).status, 401);
});
