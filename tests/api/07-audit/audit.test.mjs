// The log: every change and every look is in it, with who did it; what was signed can be checked by anybody; what is tampered with is found and named.
// Proves S-097 (access is recorded) and S-098 (changes are recorded and cannot be changed unseen).
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { adminSql, blob, Company, Installation, until } from '../../harness/server.mjs';
import { verifyInclusion } from '../../verify/verify.mjs';

let it;
let company;
let owner;
let ownerId;
before(async () => {
  it = await (await Installation.create()).start();
  company = await Company.create(it);
  owner = company.owner;
  ownerId = (await owner.read('/v1/me')).user.id;
});
after(() => it?.end());

const events = async (params = '') => {
  const items = [];
  let cursor = '';
  do {
    const page = await owner.read(`/v1/audit_events?limit=200${params}${cursor ? `&cursor=${cursor}` : ''}`);
    items.push(...page.items);
    cursor = page.next_cursor;
  } while (cursor);
  return items;
};

test('each kind of change is an event: who, what, from, to', async () => {
  const { customer, site } = await company.customerAndSite({ name: 'Before' });
  const office = await company.person('dispatcher');
  const officeId = (await office.read('/v1/me')).user.id;
  await office.change('customers', customer.id, { name: 'After', alert: 'Dog bites' });
  const gone = await owner.make('customers', { name: 'Gone' });
  await owner.want(204, 'DELETE', `/v1/customers/${gone.id}`);
  const { items } = await owner.read(`/v1/customers/${customer.id}/history`);
  assert.deepEqual(items.filter((e) => e.noun === 'customer' && e.action !== 'read').map((e) => [e.action, e.actor.id]), [['update', officeId], ['create', ownerId]]);
  assert.deepEqual(items.find((e) => e.action === 'update').changes.sort((a, b) => a.field.localeCompare(b.field)),
    [{ field: 'alert', from: null, to: 'Dog bites' }, { field: 'name', from: 'Before', to: 'After' }]);
  assert.equal(items.find((e) => e.action === 'update').actor.name, office.name);
  const all = await events(`&filter[object_id]=${gone.id}`);
  assert.deepEqual(all.map((e) => e.action).filter((a) => a !== 'read'), ['delete', 'create']);
  assert.ok(site.id);
});

test('a row that hangs on another has a history of its own, and stands in that one\'s too', async () => {
  const { customer, site } = await company.customerAndSite({ name: 'With a site' });
  await owner.change('sites', site.id, { suburb: 'Melville' });
  const told = async (path) => (await owner.read(path)).items.filter((e) => !['read', 'reveal'].includes(e.action)).map((e) => `${e.action} ${e.noun}`);
  assert.deepEqual(await told(`/v1/sites/${site.id}/history`), ['update site', 'create site']);
  assert.deepEqual(await told(`/v1/customers/${customer.id}/history`), ['update site', 'create site', 'create customer']);
  assert.deepEqual(await told(`/v1/audit_events?filter[object_id]=${customer.id}`), ['create customer'], 'the log is asked about one row');
  const pages = [];
  for (let cursor = ''; cursor !== null; ) {
    const page = await owner.read(`/v1/sites/${site.id}/history?limit=1${cursor && `&cursor=${cursor}`}`);
    pages.push(...page.items.map((e) => e.idx));
    cursor = page.next_cursor;
  }
  assert.deepEqual(pages, [...new Set(pages)].sort((a, b) => b - a), 'page by page, each once, newest first');
  assert.ok(pages.length >= 2);
});

test('a refused request is no event, and one that changes nothing neither', async () => {
  const { customer } = await company.customerAndSite();
  const size = async () => (await owner.act('/v1/audit/verify')).size;
  const count = async () => (await events()).filter((e) => e.action !== 'read').length;
  const before = await count();
  await owner.patch(`/v1/customers/${customer.id}`, { name: 'X' }, 99);
  await owner.post('/v1/customers', { name: '' });
  const row = await owner.read(`/v1/customers/${customer.id}`);
  await owner.want(200, 'PATCH', `/v1/customers/${customer.id}`, { name: row.name }, { 'if-match': `"${row.version}"` });
  assert.equal(await count(), before);
  assert.ok(await size() > 0);
});

test('whoever looks at somebody\'s information is in the log within two seconds', async () => {
  const { customer } = await company.customerAndSite();
  const office = await company.person('accountant');
  const officeId = (await office.read('/v1/me')).user.id;
  await office.read(`/v1/customers/${customer.id}`);
  await office.read('/v1/customers?limit=10');
  await office.act('/v1/jobs/search', { q: 'work' });
  const reads = await until(async () => {
    const found = (await events(`&filter[actor_id]=${officeId}`)).filter((e) => e.action === 'read');
    return found.length >= 2 && found;
  }, 'the reads are recorded', 3000);
  assert.ok(reads.some((e) => e.noun === 'customer' && e.purpose === 'detail' && e.count === 1), JSON.stringify(reads));
  assert.ok(reads.some((e) => e.noun === 'customer' && e.purpose === 'list'));
});

test('so is whoever reads a diary, for it tells what things were', async () => {
  const { customer } = await company.customerAndSite({ name: 'Former Name' });
  const office = await company.person('accountant');
  const officeId = (await office.read('/v1/me')).user.id;
  await office.read(`/v1/customers/${customer.id}/history`);
  await until(async () => (await events(`&filter[actor_id]=${officeId}`)).some((e) => e.action === 'read' && e.noun === 'customer'), 'the read is recorded', 3000);
});

test('so is whoever reads in the log what somebody was called', async () => {
  const { customer } = await company.customerAndSite({ name: 'Earlier Name' });
  const admin = await company.person('admin');
  const adminId = (await admin.read('/v1/me')).user.id;
  const page = await admin.read(`/v1/audit_events?filter[object_id]=${customer.id}`);
  assert.match(JSON.stringify(page), /Earlier Name/, 'the control: it does tell');
  await until(async () => (await events(`&filter[actor_id]=${adminId}&filter[action]=read`)).some((e) => e.purpose === 'audit' && e.noun === 'customer'), 'the read is recorded', 3000);
});

test('the highest class is shown to whoever asks for it, and each showing is an event', async () => {
  const { site } = await company.customerAndSite({}, { access_notes: 'Gate 4711' });
  const office = await company.person('admin');
  const path = `/v1/sites/${site.id}`;
  const reveals = async () => (await events(`&filter[action]=reveal&filter[object_id]=${site.id}`)).length;
  const patch = (fields, version) => office.patch(path, fields, version);

  const changed = await patch({ suburb: 'Melville' }, 1);
  assert.deepEqual([changed.status, changed.json.suburb, changed.json.access_notes], [200, 'Melville', undefined], 'the answer to another change leaves them out');
  const late = await patch({ suburb: 'Brixton' }, 1);
  assert.deepEqual([late.status, late.json.current.suburb, late.json.current.access_notes], [412, 'Melville', undefined]);
  const removal = await office.want(412, 'DELETE', path, undefined, { 'if-match': '"1"' });
  assert.ok(!JSON.stringify(removal).includes('Gate 4711'));
  const told = JSON.stringify([await office.read(`${path}/history`), await owner.read(`/v1/audit_events?filter[object_id]=${site.id}`)]);
  assert.ok(!told.includes('Gate 4711') && told.includes('"hidden":true'), 'diaries tell that they changed, not what they are');
  assert.equal(await reveals(), 0, 'nothing was shown so far');

  const clash = await patch({ access_notes: 'Mine' }, 1);
  assert.equal(clash.json.current.access_notes, 'Gate 4711', 'who changes them is shown what the other one wrote');
  assert.equal(await reveals(), 1);
  await office.read(path);
  assert.equal(await reveals(), 2);
  const plain = await office.get('/v1/sites/export.csv');
  assert.ok(!plain.text.includes('Gate 4711'));
  assert.equal(await reveals(), 2);
  const csv = await office.get('/v1/sites/export.csv?fields=id,access_notes');
  assert.match(csv.text, /Gate 4711/);
  assert.equal(await reveals(), 3);
  const own = await patch({ access_notes: 'Gate 1234' }, 2);
  assert.equal(own.json.access_notes, 'Gate 1234');
  assert.equal(await reveals(), 3, 'what he wrote himself is no news to him');
});

test('signing in, being refused, signing out and exporting are events', async () => {
  const office = await company.person('dispatcher');
  const officeId = (await office.read('/v1/me')).user.id;
  await office.get('/v1/customers/export.csv');
  await office.post('/v1/logout');
  const actions = (await events(`&filter[actor_id]=${officeId}`)).map((e) => e.action);
  for (const action of ['sign_in', 'export', 'sign_out']) assert.ok(actions.includes(action), `${action}: ${actions}`);
  const [refusal] = [await office.send('POST', '/v1/login', { email: office.email, password: 'wrong' })];
  assert.equal(refusal.status, 401);
  const rows = adminSql(it, "SELECT action FROM audit_event WHERE tenant_id = 0 AND action = 'sign_in_refused'");
  assert.ok(rows.length >= 1, 'refusals stand in the log of the platform');
});

test('events say nothing personal by themselves', () => {
  const text = JSON.stringify(adminSql(it, 'SELECT leaf FROM audit_event'));
  assert.doesNotMatch(text, /Before|After|Dog bites|Former Name/);
  assert.match(text, /customer/, 'the control: kinds of record stand there in clear');
});

test('a signed checkpoint and the proof of one event hold before an independent verifier', async () => {
  const text = await until(async () => {
    const answer = await owner.get('/v1/audit/checkpoint');
    return answer.status === 200 && answer.text.split('\n').length > 4 && answer.text;
  }, 'a checkpoint');
  assert.match(text, new RegExp(`^localhost/audit/${company.id}/1\n\\d+\n`));
  const size = Number(text.split('\n')[1]);
  for (const index of [0, Math.floor(size / 2), size - 1]) {
    const out = join(it.folder, `proof-${index}`);
    await it.tool(['audit', 'prove', '--data', it.data, '--tenant', String(company.number), '--index', String(index), '--out', out]);
    const [vkey, leaf, proof] = ['vkey.txt', 'leaf.json', 'event.tlog-proof'].map((name) => readFileSync(join(out, name)));
    const proven = verifyInclusion(vkey.toString(), leaf, proof.toString());
    assert.equal(Number(proven.index), index);
    const bent = Buffer.from(leaf);
    bent[bent.length - 3] ^= 1;
    assert.throws(() => verifyInclusion(vkey.toString(), bent, proof.toString()), /not in this log/);
  }
});

test('the owner has it verified', async () => {
  const verdict = await owner.act('/v1/audit/verify');
  assert.deepEqual([verdict.ok, verdict.first_bad], [true, null]);
  const { stdout } = await it.tool(['verify', '--data', it.data]);
  assert.doesNotMatch(stdout, /BAD/);
  assert.match(stdout, new RegExp(`tenant ${company.number}: \\d+ events, root [0-9a-f]{64}: ok`));
});

// ---- tampering, by somebody who has the database and its administrator ----

/** Changes something past every guard, sees that it is found, and puts it back. */
async function tampered(what, change, back, words) {
  adminSql(it, change);
  try {
    const answer = await it.tryTool(['verify', '--data', it.data, '--tenant', String(company.number)]);
    assert.notEqual(answer.code, 0, `${what} is found:\n${answer.stdout}`);
    assert.match(answer.stdout, words, `${what}: ${answer.stdout}${answer.stderr}`);
    const verdict = await owner.act('/v1/audit/verify');
    assert.equal(verdict.ok, false, `${what}, by the owner`);
    return verdict;
  } finally {
    adminSql(it, back);
    assert.equal((await it.tryTool(['verify', '--data', it.data, '--tenant', String(company.number)])).code, 0, 'and back');
  }
}
// The belts of both engines are off for whoever owns the tables: that is the attacker whom the tree is for.
const free = (sql) => (it.engine === 'pgsql' ? `SET session_replication_role = replica; ${sql}` : sql);
const unguarded = (sql) => {
  if (it.engine === 'pgsql') return free(sql);
  const triggers = adminSql(it, "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name LIKE 'audit%'");
  return [...triggers.map((t) => `DROP TRIGGER "${t.name}"`), sql, ...triggers.map((t) => t.sql)].join(';\n');
};

test('a changed leaf is found and named', async () => {
  const where = `tenant_id = ${company.number} AND idx = 3`;
  const [{ leaf }] = adminSql(it, `SELECT leaf FROM audit_event WHERE ${where}`);
  const q = (text) => text.replaceAll("'", "''");
  const bent = leaf.replace(/"idx":\d+|\d/, (m) => `${m}1`);
  const verdict = await tampered('a changed leaf', unguarded(`UPDATE audit_event SET leaf = '${q(bent)}' WHERE ${where}`), unguarded(`UPDATE audit_event SET leaf = '${q(leaf)}' WHERE ${where}`), /BAD at leaf 3/);
  assert.equal(verdict.first_bad, 3);
});

test('a leaf whose columns say something else than its text is found', async () => {
  const where = `tenant_id = ${company.number} AND idx = 3`;
  const [{ actor_kind: kind }] = adminSql(it, `SELECT actor_kind FROM audit_event WHERE ${where}`);
  await tampered('a changed column', unguarded(`UPDATE audit_event SET actor_kind = 'system', action = 'sign_in' WHERE ${where}`),
    unguarded(`UPDATE audit_event SET actor_kind = '${kind}', action = '${adminSql(it, `SELECT action FROM audit_event WHERE ${where}`)[0].action}' WHERE ${where}`), /BAD at leaf 3/);
});

test('an event that was taken out of a diary is found', async () => {
  const [row] = adminSql(it, `SELECT idx, object_id, root_id FROM audit_event WHERE tenant_id = ${company.number} AND root_id <> object_id ORDER BY idx LIMIT 1`);
  const where = `tenant_id = ${company.number} AND idx = ${row.idx}`;
  const id = (v) => (it.engine === 'pgsql' ? `'${v}'` : blob(it, v));
  await tampered('a changed diary', unguarded(`UPDATE audit_event SET root_id = object_id WHERE ${where}`), unguarded(`UPDATE audit_event SET root_id = ${id(row.root_id)} WHERE ${where}`), new RegExp(`BAD at leaf ${row.idx}`));
});

test('a changed node is found', async () => {
  const where = `tenant_id = ${company.number} AND level = 0 AND idx = 2`;
  const rows = adminSql(it, `SELECT level, idx, hash FROM audit_node WHERE tenant_id = ${company.number} ORDER BY level, idx`);
  const target = rows.find((r) => r.level === 0 && r.idx === 2) ?? rows[0];
  const w = target.level === 0 && target.idx === 2 ? where : `tenant_id = ${company.number} AND level = ${target.level} AND idx = ${target.idx}`;
  const hex = String(target.hash).replace(/^\\x/, '');
  const bent = hex.replace(/^../, hex.startsWith('00') ? '01' : '00');
  await tampered('a changed node', unguarded(`UPDATE audit_node SET hash = ${blob(it, bent)} WHERE ${w}`), unguarded(`UPDATE audit_node SET hash = ${blob(it, hex)} WHERE ${w}`), /BAD/);
});

test('a changed opening is found', async () => {
  const [row] = adminSql(it, `SELECT idx, sealed FROM audit_opening WHERE tenant_id = ${company.number} ORDER BY idx LIMIT 1`);
  const hex = String(row.sealed).replace(/^\\x/, '');
  const bent = hex.slice(0, -2) + (hex.endsWith('00') ? '01' : '00');
  const w = `tenant_id = ${company.number} AND idx = ${row.idx}`;
  await tampered('a changed opening', unguarded(`UPDATE audit_opening SET sealed = ${blob(it, bent)} WHERE ${w}`), unguarded(`UPDATE audit_opening SET sealed = ${blob(it, hex)} WHERE ${w}`), /BAD/);
});

test('a log that was cut short is found', async () => {
  const w = `tenant_id = ${company.number}`;
  const [{ size }] = adminSql(it, `SELECT audit_size AS size FROM counter WHERE ${w}`);
  const [last] = adminSql(it, `SELECT * FROM audit_event WHERE ${w} AND idx = ${size - 1}`);
  const lit = (v, name) => (v === null ? 'NULL' : typeof v === 'number' ? String(v) : name.endsWith('_id') ? (it.engine === 'pgsql' ? `'${v}'` : `x'${v}'`) : `'${String(v).replaceAll("'", "''")}'`);
  const names = Object.keys(last);
  await tampered('a missing event', unguarded(`DELETE FROM audit_event WHERE ${w} AND idx = ${last.idx}`),
    unguarded(`INSERT INTO audit_event (${names.join(', ')}) VALUES (${names.map((n) => lit(last[n], n)).join(', ')})`), /BAD/);
});

test('the application itself cannot do any of this', { skip: !process.env.FIELDWARD_TEST_PG || process.env.FIELDWARD_TEST_ENGINE !== 'pgsql' ? 'PostgreSQL only' : false }, async () => {
  const { execFileSync } = await import('node:child_process');
  const url = readFileSync(join(it.data, 'database.url'), 'utf8').trim();
  for (const sql of ['UPDATE audit_event SET leaf = leaf', 'DELETE FROM audit_event', 'UPDATE audit_node SET hash = hash', 'TRUNCATE audit_event', 'DROP TABLE audit_event', 'DELETE FROM audit_checkpoint'])
    assert.throws(() => execFileSync('psql', ['-XAtq', '-v', 'ON_ERROR_STOP=1', '-d', url, '-c', `BEGIN; SELECT 1; ${sql}; COMMIT`], { stdio: 'pipe' }), /permission|denied|must be owner|ctx|policy/i, sql);
});
