// Forgotten passwords, invitations, another address; and the operator at the machine.
// (S-106, S-107)
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { simpleParser } from 'mailparser';
import { Client, request, signIn } from '../../harness/http.mjs';
import { adminSql, newPassword, unique, until } from '../../harness/server.mjs';
import { totp } from '../../harness/totp.mjs';
import { installation, office } from '../10-messages/office.mjs';

let it;
let shift = 0;
const clock = (ms) => { shift = ms; it.setClock(ms); };
const ends = [];
let company;
let owner;
let double;

before(async () => {
  it = await installation();
  ({ company, owner, double } = await office(it, { after: (f) => ends.push(f) }));
});
after(async () => {
  await it?.end();
  for (const f of ends) await f();
});

const post = (path, body) => request(it.base, 'POST', path, { body });
/** The newest mail to an address, with the token of its link. */
async function letter(to, subject) {
  let found;
  await until(async () => {
    for (const one of double.letters) {
      const mail = await simpleParser(one.bytes);
      if (one.to.includes(to) && subject.test(mail.subject)) found = mail;
    }
    return found;
  }, `a mail to ${to}: ${subject}`, 20_000);
  double.letters.splice(0);
  return { mail: found, token: /#(\S+)/.exec(found.text)?.[1], page: /localhost:\d+\/(\w+)#/.exec(found.text)?.[1] };
}

test('a forgotten password: one link, once, for half an hour; every session ends and the person is told', async () => {
  const person = await company.person('dispatcher');
  const asked = await post('/v1/forgot', { email: person.email });
  assert.equal(asked.status, 202);
  const { token, page, mail } = await letter(person.email, /new password/);
  assert.equal(page, 'reset');
  assert.ok(!mail.text.includes(person.password));
  const weak = await post('/v1/reset', { token, password: 'tooshort' });
  assert.deepEqual([weak.status, weak.json.errors[0].pointer], [422, '/password'], 'a refused password does not spend the link');
  const password = newPassword();
  assert.equal((await post('/v1/reset', { token, password })).status, 204);
  assert.equal((await person.once('GET', '/v1/me')).status, 401, 'sessions are over');
  assert.equal((await post('/v1/login', { email: person.email, password: person.password })).status, 401);
  assert.equal((await post('/v1/login', { email: person.email, password })).status, 200);
  const again = await post('/v1/reset', { token, password: newPassword() });
  assert.deepEqual([again.status, again.json.type], [404, '/problems/link-gone'], 'a link holds once');
  await letter(person.email, /About your account/);
  const text = JSON.stringify(adminSql(it, 'SELECT * FROM once'));
  assert.ok(!text.includes(token) && !text.includes(Buffer.from(token).toString('hex')), 'the table has hashes alone');
});

test('a link is over after thirty minutes, and with the next one', async () => {
  const person = await company.person('technician');
  await post('/v1/forgot', { email: person.email });
  const first = await letter(person.email, /new password/);
  await post('/v1/forgot', { email: person.email });
  const second = await letter(person.email, /new password/);
  assert.equal((await post('/v1/reset', { token: first.token, password: newPassword() })).status, 404, 'only the newest holds');
  clock(shift + 30 * 60_000 + 1000);
  assert.equal((await post('/v1/reset', { token: second.token, password: newPassword() })).status, 404);
  assert.equal((await post('/v1/reset', { token: 'nonsense', password: newPassword() })).status, 404);
});

test('who asks learns nothing: the same answer for everybody, and a flood sends three mails', async () => {
  const person = await company.person('technician');
  double.letters.splice(0);
  const clean = (a) => JSON.stringify([a.status, a.text, Object.entries(a.headers).filter(([k]) => !['date', 'x-request-id', 'connection', 'keep-alive'].includes(k))]);
  const known = await post('/v1/forgot', { email: person.email });
  const unknown = await post('/v1/forgot', { email: `nobody-${unique()}@example.test` });
  assert.equal(clean(known), clean(unknown));
  for (let i = 0; i < 6; i++) assert.equal(clean(await post('/v1/forgot', { email: person.email })), clean(known));
  await new Promise((done) => { setTimeout(done, 4000); });
  assert.ok(double.letters.filter((l) => l.to.includes(person.email)).length <= 3, `${double.letters.length} mails`);
});

test('a new password takes no second factor away', async () => {
  const person = await company.person('dispatcher');
  const setup = await person.act('/v1/me/totp');
  await person.act('/v1/me/totp/confirm', { setup: setup.setup, code: totp(setup.secret, Date.now() + shift) });
  clock(shift + 3600_000);
  await post('/v1/forgot', { email: person.email });
  const { token } = await letter(person.email, /new password/);
  const password = newPassword();
  assert.equal((await post('/v1/reset', { token, password })).status, 204);
  const login = await post('/v1/login', { email: person.email, password });
  assert.deepEqual([login.status, login.json.type], [401, '/problems/second-factor-required']);
});

test('an invitation: role and name are the company\'s, the password is the person\'s own', async () => {
  const email = `new-${unique()}@example.test`;
  const member = await owner.want(201, 'POST', '/v1/memberships/invite', { email, name: 'Sipho Nkosi', role: 'technician' });
  assert.deepEqual([member.active, member.role, Boolean(member.invited_at)], [false, 'technician', true]);
  const { token, page } = await letter(email, /invites you/);
  assert.equal(page, 'invitation');
  const look = await post('/v1/invitation', { token });
  assert.deepEqual([look.status, look.json.company, look.json.email, look.json.known], [200, company.name, email, false]);
  assert.equal((await post('/v1/invitation/accept', { token })).json.errors[0].pointer, '/password');
  const password = newPassword();
  assert.equal((await post('/v1/invitation/accept', { token, password })).status, 204);
  assert.equal((await post('/v1/invitation/accept', { token, password })).status, 404, 'once');
  const person = await signIn(it.base, email, password);
  assert.equal((await person.read('/v1/me')).role, 'technician');
  assert.equal((await owner.post('/v1/memberships/invite', { email, name: 'X', role: 'technician' })).json.errors[0].pointer, '/email');
});

test('an invitation that ran out is sent anew to who asks for it, and somebody known keeps his password', async () => {
  const known = await company.person('dispatcher');
  const other = await office(it, { after: (f) => ends.push(f) });
  await other.owner.want(201, 'POST', '/v1/memberships/invite', { email: known.email, name: 'X', role: 'accountant' });
  const mail = () => until(async () => other.double.letters.length && simpleParser(other.double.letters.splice(0)[0].bytes), 'an invitation');
  const first = /#(\S+)/.exec((await mail()).text)[1];
  clock(shift + 31 * 60_000);
  assert.equal((await post('/v1/invitation', { token: first })).status, 404);
  await post('/v1/forgot', { email: known.email });
  const again = await mail();
  assert.match(again.subject, /invites you/);
  const token = /#(\S+)/.exec(again.text)[1];
  assert.equal((await post('/v1/invitation', { token })).json.known, true);
  for (const password of [undefined, 'not his password at all']) assert.equal((await post('/v1/invitation/accept', { token, password })).json.errors[0].pointer, '/password', 'the relay belongs to whoever invites: the mail alone proves nothing');
  assert.equal((await post('/v1/invitation/accept', { token, password: known.password })).status, 204);
  const there = await signIn(it.base, known.email, known.password, { tenant_id: other.company.id });
  assert.equal((await there.read('/v1/me')).role, 'accountant');
});

test('a company that invites somebody, even if it accepts for him, is not where the link to his account goes', async () => {
  const known = await company.person('dispatcher');
  const other = await office(it, { after: (f) => ends.push(f) });
  const invited = await other.owner.want(201, 'POST', '/v1/memberships/invite', { email: known.email, name: 'X', role: 'accountant' });
  await signIn(it.base, known.email, known.password); // one company is his: he is asked for none
  const early = await other.owner.patch(`/v1/memberships/${invited.id}`, { active: true }, invited.version);
  assert.deepEqual([early.status, early.json.errors[0].pointer], [422, '/active']);
  const invitation = await until(async () => other.double.letters.length && simpleParser(other.double.letters.splice(0)[0].bytes), 'an invitation');
  const token = /#(\S+)/.exec(invitation.text)[1];
  assert.equal((await post('/v1/invitation/accept', { token })).status, 422, 'whoever reads the mail has not his password');
  assert.equal((await post('/v1/invitation/accept', { token, password: known.password })).status, 204);
  double.letters.splice(0);
  await post('/v1/forgot', { email: known.email });
  await letter(known.email, /new password/);
  await other.owner.want(202, 'POST', `/v1/memberships/${invited.id}/reset`, {});
  await letter(known.email, /new password/);
  assert.deepEqual(other.double.letters, []);
});

test('one address invited several times at once is one person and one membership', async () => {
  for (let round = 0; round < 5; round++) {
    const email = `many-${unique()}@example.test`;
    const answers = await Promise.all([1, 2, 3, 4].map(() => owner.post('/v1/memberships/invite', { email, name: 'X', role: 'technician' })));
    assert.deepEqual(answers.map((a) => a.status), [201, 201, 201, 201]);
    assert.equal(new Set(answers.map((a) => `${a.json.id} ${a.json.user_id}`)).size, 1);
    assert.equal((await owner.all('memberships')).filter((m) => m.email === email).length, 1);
  }
  double.letters.splice(0);
});

test('a new password undoes a change of address that was asked for, a new address a link that went to the old one', async () => {
  const person = await company.person('dispatcher');
  const taker = `taker-${unique()}@example.test`;
  double.letters.splice(0);
  assert.equal((await person.post('/v1/me/email', { email: taker })).status, 202);
  const { token } = await letter(taker, /./);
  const password = newPassword();
  assert.equal((await person.once('POST', '/v1/me/password', { current: person.password, password })).status, 204);
  assert.equal((await post('/v1/email/confirm', { token })).status, 404);
  await post('/v1/forgot', { email: person.email });
  const reset = await letter(person.email, /new password/);
  person.password = password;
  assert.equal((await person.post('/v1/me/email', { email: taker })).status, 202);
  assert.equal((await post('/v1/email/confirm', { token: (await letter(taker, /./)).token })).status, 204);
  assert.equal((await post('/v1/reset', { token: reset.token, password: newPassword() })).status, 404);
});

test('nobody invites above himself', async () => {
  const admin = await company.person('admin');
  const as = (role, extra = {}) => admin.post('/v1/memberships/invite', { email: `x-${unique()}@example.test`, name: 'X', role, ...extra });
  assert.equal((await as('owner')).status, 422);
  assert.equal((await as('admin')).status, 201);
  const office_ = await company.person('dispatcher');
  assert.equal((await office_.post('/v1/memberships/invite', { email: 'y@example.test', name: 'Y', role: 'technician' })).status, 403);
});

test('an administrator sends the link to the person and never sees it (S-107)', async () => {
  const person = await company.person('technician');
  const member = (await owner.all('memberships')).find((m) => m.email === person.email);
  double.letters.splice(0);
  const answer = await owner.want(202, 'POST', `/v1/memberships/${member.id}/reset`, {});
  assert.doesNotMatch(JSON.stringify(answer), /token|reset#|#/);
  const { token } = await letter(person.email, /new password/);
  assert.ok(!JSON.stringify(await owner.read('/v1/messages?limit=20')).includes(token), 'nor in the outbox');
  assert.ok(!(await owner.get('/v1/audit_events?limit=100')).text.includes(token));
  assert.equal((await post('/v1/reset', { token, password: newPassword() })).status, 204);
});

test('another address: a link to the new one, word to the old one; what is taken is not told', async () => {
  const person = await company.person('dispatcher');
  const fresh = `moved-${unique()}@example.test`;
  double.letters.splice(0);
  assert.equal((await person.post('/v1/me/email', { email: fresh })).status, 202);
  const sent = await until(async () => {
    const two = double.letters.filter((l) => [person.email, fresh].includes(l.to[0]));
    return two.length >= 2 && two;
  }, 'two mails');
  const mail = await simpleParser(sent.find((l) => l.to[0] === fresh).bytes);
  const token = /email#(\S+)/.exec(mail.text)[1];
  assert.equal((await post('/v1/email/confirm', { token })).status, 204);
  assert.equal((await person.once('GET', '/v1/me')).status, 401);
  assert.equal((await post('/v1/login', { email: person.email, password: person.password })).status, 401);
  const again = await signIn(it.base, fresh, person.password);
  assert.equal((await again.read('/v1/me')).user.email, fresh);
  double.letters.splice(0);
  assert.equal((await again.post('/v1/me/email', { email: company.email })).status, 202, 'an address that is taken');
  const other = await until(async () => double.letters.find((l) => l.to[0] === company.email), 'the mail to it');
  const taken = /email#(\S+)/.exec((await simpleParser(other.bytes)).text)[1];
  assert.equal((await post('/v1/email/confirm', { token: taken })).status, 404);
  assert.equal((await again.once('GET', '/v1/me')).status, 200, 'nothing happened');
});

test('a device that was not seen before is told to the person and to the company; one that was is not', async () => {
  const person = await company.person('dispatcher');
  const browser = (headers) => request(it.base, 'POST', '/v1/login', { body: { email: person.email, password: person.password }, headers: { 'x-app': '1', 'sec-fetch-site': 'same-origin', ...headers } });
  const first = await browser({ 'user-agent': 'One' });
  const mark = first.headers['set-cookie'].map((c) => c.split(';')[0]).find((c) => c.startsWith('__Host-dev'));
  const alerts = async () => (await owner.read('/v1/security_alerts?limit=100')).items.filter((a) => a.kind === 'new_device' && a.user_id === first.user);
  first.user = (await person.read('/v1/me')).user.id;
  double.letters.splice(0);
  const before = (await alerts()).reduce((n, a) => n + a.count, 0);
  assert.equal((await browser({ 'user-agent': 'One', cookie: mark })).status, 200);
  assert.equal((await alerts()).reduce((n, a) => n + a.count, 0), before, 'the mark is known');
  assert.equal((await browser({ 'user-agent': 'Another' })).status, 200);
  assert.equal((await alerts()).reduce((n, a) => n + a.count, 0), before + 1);
  const { mail } = await letter(person.email, /About your account/);
  assert.match(mail.text, /a device that we have not seen before/);
  const forged = mark.replace(/=.*?\./, `=${first.user}.`);
  assert.equal((await browser({ cookie: forged })).status, 200);
  assert.equal((await alerts()).reduce((n, a) => n + a.count, 0), before + 2, 'a mark that is not ours is none');
});

test('with a new password the marks of devices are over: they hold back no stranger who took one along', async () => {
  const person = await company.person('dispatcher');
  const browser = (password, cookie) => request(it.base, 'POST', '/v1/login', { body: { email: person.email, password }, headers: { 'x-app': '1', 'sec-fetch-site': 'same-origin', cookie } });
  const mark = (await browser(person.password, '')).headers['set-cookie'].map((c) => c.split(';')[0]).find((c) => c.startsWith('__Host-dev'));
  for (let i = 0; i < 6; i++) assert.equal((await browser('wrong', mark)).status, 401, 'a known device has its own ten tries');
  const { stdout } = await it.tool(['user', 'reset', '--email', person.email, '--data', it.data]);
  assert.equal((await post('/v1/reset', { token: /#(\S+)/.exec(stdout)[1], password: newPassword() })).status, 204);
  const seen = [];
  for (let i = 0; i < 6; i++) seen.push((await browser('wrong', mark)).status);
  assert.deepEqual(seen.slice(4), [429, 429], 'now it counts as a stranger');
});

test('the operator lists people, makes a link, opens what guessing closed, and ends access; each is an event', async () => {
  const person = await company.person('dispatcher');
  const tool = (...args) => it.tool(['user', ...args, '--data', it.data]);
  assert.match((await tool('list')).stdout, new RegExp(`${person.email}\tactive\t1 company`));
  const { stdout } = await tool('reset', '--email', person.email);
  const token = /#(\S+)/.exec(stdout)[1];
  const password = newPassword();
  assert.equal((await post('/v1/reset', { token, password })).status, 204);
  for (let i = 0; i < 8; i++) await post('/v1/login', { email: person.email, password: 'wrong' });
  assert.equal((await post('/v1/login', { email: person.email, password })).status, 429);
  await tool('unlock', '--email', person.email);
  assert.equal((await post('/v1/login', { email: person.email, password })).status, 200);
  await tool('disable', '--email', person.email);
  assert.equal((await post('/v1/login', { email: person.email, password })).status, 401);
  await tool('enable', '--email', person.email);
  const session = await signIn(it.base, person.email, password);
  const setup = await session.act('/v1/me/totp');
  await session.act('/v1/me/totp/confirm', { setup: setup.setup, code: totp(setup.secret, Date.now() + shift) });
  assert.match((await tool('reset', '--email', person.email, '--factors')).stdout, /11 second factors and recovery codes ended/);
  assert.equal((await session.once('GET', '/v1/me')).status, 401);
  assert.ok((await owner.read('/v1/audit_events?filter[action]=factors_reset')).items.length, 'the company can read that it was done');
  assert.equal((await post('/v1/login', { email: person.email, password })).status, 200);
  const actions = adminSql(it, 'SELECT action FROM audit_event WHERE tenant_id = 0').map((r) => r.action);
  for (const action of ['reset_access', 'unlock', 'disable', 'enable', 'factors_reset']) assert.ok(actions.includes(action), `${action}: ${actions}`);
  await it.tool(['tokens', 'renew', '--data', it.data]);
  assert.ok(new Client(it.base));
});
