// Imports of small files: what is wrong is said with its place, what people edited stays, what was tried changed nothing, what was done can be undone.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { Company, doneWithShared, shared } from '../../harness/server.mjs';
import { counts, report, run, takenBack } from './import.mjs';

let company;
let owner;
before(async () => {
  company = await Company.create(await shared());
  owner = company.owner;
  await owner.make('import_mappings', {
    name: 'people', noun: 'customer',
    spec: { noun: 'customer', key: 'Code', fields: { code: { column: 'Code' }, name: { column: 'Name' }, phone: { column: 'Phone' }, kind: { value: 'company' } } },
  });
});
after(doneWithShared);

const HEADER = 'Code,Name,Phone\n';
const people = (params, bytes) => run(owner, bytes, { mapping: 'people', name: 'people.csv', ...params });
const customers = () => owner.all('customers');

test('columns that are named like the fields need no mapping', async () => {
  const row = await run(owner, 'name,code,phone\nPlain,P-1,0825550001\n', { noun: 'customer' });
  assert.deepEqual(counts(row), { created: 1, updated: 0, unchanged: 0, rejected: 0 });
  assert.equal((await owner.read('/v1/customers?filter[code]=P-1')).items[0].phone, '+27825550001');
});

test('a dry run says what it would do and does nothing', async () => {
  const before = (await customers()).length;
  const row = await people({ dry_run: '1' }, `${HEADER}D1,Dry One,0825550002\nD2,Dry Two,not a number\n`);
  assert.equal(row.dry_run, true);
  assert.deepEqual(counts(row), { created: 1, updated: 0, unchanged: 0, rejected: 1 });
  assert.equal((await customers()).length, before);
  assert.equal((await owner.post(`/v1/imports/${row.id}/undo`)).status, 409);
});

test('rows with bad values are reported with line, column, value and reason; the good ones go in', async () => {
  const row = await people({}, `${HEADER}B1,Good One,0825550003\nB2,,0825550004\nB3,Bad Phone,12ab\nB4,"Quoted, with comma",\n`);
  assert.deepEqual(counts(row), { created: 2, updated: 0, unchanged: 0, rejected: 2 });
  const lines = (await report(owner, row.id)).filter((l) => l.level === 'reject');
  assert.equal(lines.length, 2);
  assert.deepEqual(lines.map((l) => l.line), ['3', '4']);
  assert.deepEqual([lines[1].column, lines[1].value], ['Phone', '12ab']);
  assert.ok(lines.every((l) => l.text.length > 5));
  assert.equal((await owner.read('/v1/customers?filter[code]=B4')).items[0].name, 'Quoted, with comma');
});

test('the same key twice in one file is one record', async () => {
  const row = await people({}, `${HEADER}K1,First,\nK1,Second,\n`);
  assert.equal(row.state, 'done');
  assert.equal(row.created, 1);
  const { items } = await owner.read('/v1/customers?filter[code]=K1');
  assert.equal(items.length, 1);
});

test('a second run of the same file changes nothing, a changed one only what changed', async () => {
  const file = `${HEADER}S1,One,0825550005\nS2,Two,\nS3,Three,\n`;
  assert.equal((await people({}, file)).created, 3);
  const before = await customers();
  assert.deepEqual(counts(await people({}, file)), { created: 0, updated: 0, unchanged: 3, rejected: 0 });
  assert.deepEqual(await customers(), before);
  assert.deepEqual(counts(await people({}, file.replace('Two', 'Two and a half'))), { created: 0, updated: 1, unchanged: 2, rejected: 0 });
  assert.equal((await owner.read('/v1/customers?filter[code]=S2')).items[0].name, 'Two and a half');
});

test('what somebody edited since is kept, and told', async () => {
  assert.equal((await people({}, `${HEADER}E1,Original,0825550006\n`)).created, 1);
  const [row] = (await owner.read('/v1/customers?filter[code]=E1')).items;
  await owner.change('customers', row.id, { name: 'Edited by hand' });
  const again = await people({}, `${HEADER}E1,From the file,0825550007\n`);
  assert.equal(again.updated, 1);
  const now = await owner.read(`/v1/customers/${row.id}`);
  assert.deepEqual([now.name, now.phone], ['Edited by hand', '+27825550007']);
  const warnings = typeof again.warnings === 'string' ? JSON.parse(again.warnings) : again.warnings;
  assert.equal(warnings.kept_edit, 1);
  assert.ok((await report(owner, again.id)).some((l) => /kept_edit/.test(Object.values(l).join())));
});

test('undo deletes what the import made and keeps what somebody touched since', async () => {
  const row = await people({}, `${HEADER}U1,Untouched,\nU2,Touched,\nU3,Untouched too,\n`);
  const [touched] = (await owner.read('/v1/customers?filter[code]=U2')).items;
  await owner.change('customers', touched.id, { alert: 'Dog' });
  const undone = await takenBack(owner, row.id);
  assert.equal(undone.deleted, 2);
  assert.deepEqual(undone.kept.map((k) => [k.noun, k.id]), [['customer', touched.id]]);
  assert.ok(undone.kept[0].why.length > 5);
  assert.equal((await owner.get('/v1/customers?filter[code]=U1')).json.items.length, 0);
  assert.equal((await owner.read(`/v1/customers/${touched.id}`)).alert, 'Dog');
  assert.equal((await owner.read(`/v1/imports/${row.id}`)).undone, true);
  const again = await people({}, `${HEADER}U1,Untouched,\n`);
  assert.equal(again.created, 1, 'the key is free again');
});

const cp1252 = Buffer.from('Code,Name,Phone\nW1,Caf\xe9 M\xfcller,\n', 'latin1');
for (const [what, bytes, encoding] of [['UTF-8 with a mark', Buffer.from('\ufeffCode,Name,Phone\nX1,Café Müller,\n'), /utf-8/i], ['Windows-1252', cp1252, /1252/]])
  test(`${what} is recognised`, async () => {
    const preview = await owner.send('POST', '/v1/imports/preview', bytes, { 'content-type': 'text/csv' });
    assert.equal(preview.status, 200, preview.text);
    assert.match(preview.json.encoding, encoding);
    assert.deepEqual(preview.json.header, ['Code', 'Name', 'Phone']);
    assert.equal(preview.json.rows[0][1], 'Café Müller');
    assert.equal((await people({}, bytes)).created, 1);
  });

test('semicolons, tabs and line ends of every kind are recognised', async () => {
  for (const [code, text] of [['L1', 'Code;Name;Phone\r\nL1;Semi;\r\n'], ['L2', 'Code\tName\tPhone\nL2\tTab\t\n'], ['L3', 'Code,Name,Phone\r\nL3,"With ""quotes""",\r\n'], ['L4', 'Code,Name,Phone\nL4,No end of line,']]) {
    const row = await people({}, text);
    assert.equal(row.created, 1, `${code}: ${JSON.stringify(row)}`);
  }
});

for (const [what, bytes, params, words] of [
  ['bytes that are no text', Buffer.from([0x43, 0x6f, 0x64, 0x65, 0x0a, 0x81, 0x8d, 0x00, 0xff, 0x0a]), { mapping: 'people' }, /text|UTF-8|column/i],
  ['a quote that is never closed', `${HEADER}Q1,"Open,\nQ2,Next,\n`, { mapping: 'people' }, /quote/i],
  ['a column that the mapping wants and the file lacks', 'Code,Phone\nM1,\n', { mapping: 'people' }, /Name/],
  ['a mapping that does not exist', `${HEADER}M2,X,\n`, { mapping: 'nothing' }, /preset|mapping/i],
  ['no mapping and no noun', `${HEADER}M3,X,\n`, {}, /preset|mapping|kind/i],
])
  test(`${what}: the import fails, says why, and leaves nothing`, async () => {
    const before = (await customers()).length;
    const answer = await owner.send('POST', `/v1/imports?${new URLSearchParams(params)}`, bytes, { 'content-type': 'text/csv' });
    if (answer.status === 202) {
      const { ended } = await import('./import.mjs');
      const row = await ended(owner, answer.json.id);
      assert.equal(row.state, 'failed', JSON.stringify(row));
      assert.match(String(row.error), words);
    } else {
      assert.equal(answer.status, 422, answer.text);
      assert.match(answer.text, words);
    }
    assert.equal((await customers()).length, before);
  });

test('a file that breaks after good rows says where, and keeps what went before', async () => {
  const good = Array.from({ length: 600 }, (_, i) => `G${i},Good ${i},\n`).join('');
  const row = await people({}, `${HEADER}${good}Q1,"Open,\nQ2,Next,\n`);
  assert.equal(row.state, 'failed');
  assert.match(row.error, /quote/);
  assert.equal(row.rows_done, 600);
  assert.equal((await takenBack(owner, row.id)).deleted, row.rows_done, 'and can be taken back');
});

test('an empty file and a header alone', async () => {
  assert.equal((await owner.send('POST', '/v1/imports?mapping=people', '', { 'content-type': 'text/csv' })).status, 422);
  assert.deepEqual(counts(await people({}, HEADER)), { created: 0, updated: 0, unchanged: 0, rejected: 0 });
});

test('a form with a file works like the bare file', async () => {
  const body = ['--b0undary', 'Content-Disposition: form-data; name="file"; filename="form.csv"', 'Content-Type: text/csv', '', `${HEADER}F1,From a form,`, '--b0undary--', ''].join('\r\n');
  const answer = await owner.send('POST', '/v1/imports?mapping=people', body, { 'content-type': 'multipart/form-data; boundary=b0undary' });
  assert.equal(answer.status, 202, answer.text);
  const { ended } = await import('./import.mjs');
  assert.equal((await ended(owner, answer.json.id)).created, 1);
});

test('every record of an import is an event with the importer as its actor', async () => {
  const row = await people({}, `${HEADER}A1,Audited,\n`);
  const [made] = (await owner.read('/v1/customers?filter[code]=A1')).items;
  const { items } = await owner.read(`/v1/customers/${made.id}/history`);
  const event = items.find((e) => e.action === 'create');
  assert.equal(event.actor.kind, 'import');
  assert.equal(event.actor.id, (await owner.read('/v1/me')).user.id);
  assert.ok(row.id);
});

test('a second preset row of a customer: preview counts rows and never stores anything', async () => {
  const before = (await owner.read('/v1/imports?limit=200')).items.length;
  const preview = await owner.send('POST', '/v1/imports/preview', `${HEADER}${'P,Q,\n'.repeat(50)}`, { 'content-type': 'text/csv' });
  assert.deepEqual([preview.json.row_count, preview.json.rows.length, preview.json.delimiter], [50, 20, ',']);
  assert.equal((await owner.read('/v1/imports?limit=200')).items.length, before);
});

test('what takes a fresh proof is not slipped in with a file: people, roles, keys, access of support', async () => {
  const admin = await company.person('admin');
  const { user } = await admin.read('/v1/me');
  const column = (name) => ({ column: name });
  const before = await owner.all('memberships');
  for (const [noun, header, cells, fields] of [
    ['membership', 'user_id,name,email,role', `${user.id},Me,me@example.test,owner`, ['user_id', 'name', 'email', 'role']],
    ['role', 'name,base,grants', 'Mine,dispatcher,', ['name', 'base', 'grants']],
    ['support_grant', 'staff_id,staff_name,reason,state', `${user.id},X,Because,active`, ['staff_id', 'staff_name', 'reason', 'state']],
    ['identity_provider', 'name,issuer,client_id', 'P,https://idp.example,x', ['name', 'issuer', 'client_id']],
  ]) {
    const name = `Take ${noun}`;
    await admin.make('import_mappings', { name, noun, spec: { noun, key: header.split(',')[0], fields: Object.fromEntries(fields.map((f) => [f, column(f)])) } });
    for (const params of [{ mapping: name, name: 'x.csv' }, { noun, name: 'x.csv' }]) {
      const row = await run(admin, `${header}\n${cells}\n`, params);
      assert.deepEqual([row.state, row.created], ['failed', 0], `${noun}: ${JSON.stringify(row)}`);
      assert.match(row.error, /kind of record/);
    }
  }
  assert.deepEqual((await owner.all('memberships')).map((m) => m.role).sort(), before.map((m) => m.role).sort());
});
