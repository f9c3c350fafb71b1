// Secrets of people and machines lie open nowhere: not in files, dumps, logs, the audit log, addresses or answers. And what was ended is over at once.
// (S-101, S-103, S-104, S-105, S-152)
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Client, request, signInWithCookie } from '../harness/http.mjs';
import { direct } from '../harness/scgi.mjs';
import { adminSql, Company, Installation, newPassword, signIn } from '../harness/server.mjs';
import { totp } from '../harness/totp.mjs';

let it;
let company;
const secrets = new Map();
const keep = (what, text) => {
  assert.ok(text?.length >= 16, `${what}: ${text}`);
  secrets.set(what, text);
};

before(async () => {
  it = await (await Installation.create()).start();
  company = await Company.create(it);
  const { owner } = company;
  keep('a password', company.password);
  keep('a password that was wrong', 'wrong but somebody uses it elsewhere');
  await request(it.base, 'POST', '/v1/login', { body: { email: company.email, password: secrets.get('a password that was wrong') } });
  const fresh = newPassword();
  keep('a changed password', fresh);
  assert.equal((await owner.once('POST', '/v1/me/password', { current: company.password, password: fresh })).status, 204);
  company.password = fresh;
  keep('an access token', owner.token);
  keep('a refresh token', owner.refresh);
  const cookie = await signInWithCookie(it.base, company.email, fresh);
  keep('a cookie', cookie.cookie.split('; ')[0].split('=')[1]);
  keep('a mark of a device', cookie.cookie.split('; ')[1].split('=')[1].split('.')[1]);
  const setup = await owner.act('/v1/me/totp');
  keep('the secret of an app', setup.secret);
  keep('a challenge', setup.setup);
  const done = await owner.act('/v1/me/totp/confirm', { setup: setup.setup, code: totp(setup.secret) });
  keep('a recovery code', done.recovery_codes[0]);
  keep('a recovery code as it is typed', done.recovery_codes[1].replaceAll('-', ''));
  keep('a key of an integration', (await owner.make('api_keys', { name: 'Shop', scopes: 'job.read' })).secret);
  const settings = (await owner.read('/v1/channel_settings')).items[0];
  keep('a password of a mail server', 'smtp password that is long');
  await owner.change('channel_settings', settings.id, { smtp_host: 'mail.example.test', smtp_user: 'office', smtp_password: secrets.get('a password of a mail server') });
  keep('a secret of an identity provider', 'client secret that is long');
  await owner.make('identity_providers', { issuer: 'https://id.example.test', client_id: 'fieldward', client_secret: secrets.get('a secret of an identity provider') });
  const { stdout } = await it.tool(['user', 'reset', '--email', company.email, '--data', it.data]);
  keep('the token of a link', /#(\S+)/.exec(stdout)[1]);
  await request(it.base, 'POST', '/v1/reset', { body: { token: secrets.get('the token of a link'), password: 'short' } });
});
after(() => it?.end());

const forms = (text) => [text, Buffer.from(text).toString('hex'), Buffer.from(text).toString('base64').replace(/=+$/, '').slice(0, -1)];
const found = (bytes) => [...secrets].filter(([, text]) => forms(text).some((form) => bytes.includes(form))).map(([what]) => what);

test('the search finds what lies open', () => {
  for (const [what, text] of secrets) assert.deepEqual(found(Buffer.from(`x ${text} y`)), [what]);
});

test('no file of the data folder and no row of any table holds one', () => {
  for (const name of readdirSync(it.data, { recursive: true })) {
    const path = join(it.data, String(name));
    if (statSync(path).isFile()) assert.deepEqual(found(readFileSync(path)), [], path);
  }
  let text = '';
  if (it.engine === 'pgsql') text = execFileSync('pg_dump', ['-d', it.adminUrl], { encoding: 'latin1', maxBuffer: 512 << 20 });
  else for (const { name } of adminSql(it, "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")) text += JSON.stringify(adminSql(it, `SELECT * FROM "${name}"`));
  assert.ok(text.includes('sign_in_refused'), 'the control: there is a dump');
  assert.deepEqual(found(Buffer.from(text)), []);
});

test('neither the log of the server nor the environment of its processes holds one, and no address does', () => {
  const log = readFileSync(it.logPath);
  assert.ok(log.includes('/v1/login'), 'the control');
  assert.deepEqual(found(log), []);
  for (const part of ['app', 'courier', 'edge']) {
    const pid = it.groupOf(part);
    for (const file of ['environ', 'cmdline']) {
      let bytes;
      try {
        bytes = readFileSync(`/proc/${pid}/${file}`);
      } catch {
        continue; // a process that may not be looked into
      }
      assert.deepEqual(found(bytes), [], `${part}: ${file}`);
    }
  }
});

test('the company\'s log, outbox and settings show none', async () => {
  const owner = await signIn(it.base, company.email, company.password, {}).catch(() => null);
  assert.equal(owner, null, 'the second factor is asked for');
  const admin = await company.person('admin').catch(() => null);
  const reader = admin ?? company.owner;
  for (const path of ['/v1/audit_events?limit=200', '/v1/messages?limit=50', '/v1/channel_settings', '/v1/api_keys', '/v1/memberships', '/v1/security_alerts'])
    assert.deepEqual(found(Buffer.from((await reader.get(path)).text)), [], path);
});

test('what was ended is over with the next request: measured over two hundred endings under load', async () => {
  const other = await Company.create(it);
  const people = [];
  for (let i = 0; i < 4; i++) people.push(await other.person('dispatcher'));
  const late = [];
  let rounds = 0;
  // Past the edge, which would hold back so many sign-ins from one address.
  const session = async ({ email, password }) => {
    const answer = await direct(it, 'POST', '/v1/login', { body: { email, password } });
    assert.equal(answer.status, 200, `${answer.text} ${it.log().split('\n').filter((line) => /constraint/.test(line)).at(-1)}`);
    return new Client(it.base, { token: JSON.parse(answer.text).access_token });
  };
  for (let i = 0; i < 50; i++) {
    await Promise.all(people.map(async (person) => {
      const one = await session(person);
      const { session_id: id } = await one.read('/v1/me');
      const busy = Array.from({ length: 3 }, () => one.once('GET', '/v1/customers'));
      const keeper = person.keeper ??= await session(person);
      assert.equal((await keeper.delete(`/v1/me/sessions/${id}`)).status, 204);
      const began = performance.now();
      const [read, write] = await Promise.all([one.once('GET', '/v1/customers'), one.once('POST', '/v1/customers', { name: 'X' })]);
      if (read.status !== 401 || write.status !== 401) late.push(performance.now() - began);
      await Promise.all(busy);
      rounds++;
    }));
  }
  assert.equal(rounds, 200);
  assert.deepEqual(late, [], 'no request that began after the ending was answered got through');
});
