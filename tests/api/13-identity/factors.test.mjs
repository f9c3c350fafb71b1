// Second factors: an authenticator app, recovery codes, what asks for one, and fresh proofs.
// (S-099, S-100, S-104, S-161)
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { Client, request, signInWithCookie } from '../../harness/http.mjs';
import { Company, Installation, newPassword, signIn } from '../../harness/server.mjs';
import { direct } from '../../harness/scgi.mjs';
import { totp } from '../../harness/totp.mjs';

let it;
let shift = 0;
const clock = (ms) => { shift = ms; it.setClock(ms); };
const now = () => Date.now() + shift;
/** A time in which no code was used yet. */
const nextStep = () => clock(shift + 30_000);

before(async () => { it = await (await Installation.create()).start(); });
after(() => it?.end());

const login = (body, headers = {}) => request(it.base, 'POST', '/v1/login', { body, headers });
async function enrol(client) {
  const setup = await client.act('/v1/me/totp');
  const done = await client.act('/v1/me/totp/confirm', { setup: setup.setup, code: totp(setup.secret, now()) });
  return { secret: setup.secret, codes: done.recovery_codes, setup };
}

test('an app is set up with a code of its own, brings ten recovery codes, and ends the other sessions', async () => {
  const company = await Company.create(it);
  const { owner, email, password } = company;
  const other = await signIn(it.base, email, password);
  const setup = await owner.act('/v1/me/totp');
  assert.match(setup.secret, /^[A-Z2-7]{32}$/);
  assert.match(setup.uri, /^otpauth:\/\/totp\/Fieldward:.*secret=/);
  assert.ok(setup.qr.size > 20 && setup.qr.path.startsWith('M'));
  const wrong = await owner.once('POST', '/v1/me/totp/confirm', { setup: setup.setup, code: '000000' });
  assert.deepEqual([wrong.status, wrong.json.errors[0].pointer], [422, '/code']);
  const done = await owner.act('/v1/me/totp/confirm', { setup: setup.setup, code: totp(setup.secret, now()) });
  assert.equal(done.recovery_codes.length, 10);
  for (const code of done.recovery_codes) assert.match(code, /^[0-9A-HJKMNP-TV-Z]{6}(-[0-9A-HJKMNP-TV-Z]{6}){3}$/);
  assert.equal((await other.once('GET', '/v1/me')).status, 401, 'other sessions are over');
  const me = await owner.read('/v1/me');
  assert.deepEqual(me.second_factor, { totp: true, passkeys: 0, recovery_left: 10, demanded: false });
  const again = await owner.once('POST', '/v1/me/totp/confirm', { setup: setup.setup, code: totp(setup.secret, now()) });
  assert.equal(again.status, 422, 'a set-up holds once');
});

test('who has one is asked for it: each code once, the challenge once, recovery codes once', async () => {
  const company = await Company.create(it);
  const { email, password } = company;
  const { secret, codes } = await enrol(company.owner);
  nextStep();
  const asked = await login({ email, password });
  assert.deepEqual([asked.status, asked.json.type], [401, '/problems/second-factor-required']);
  assert.deepEqual(asked.json.methods, ['totp', 'recovery']);
  assert.equal(asked.json.access_token, undefined);
  assert.equal((await login({ challenge: asked.json.challenge, code: '123456' })).json.type, '/problems/second-factor-required');
  const code = totp(secret, now());
  const good = await login({ challenge: asked.json.challenge, code });
  assert.equal(good.status, 200, good.text);
  assert.equal((await login({ challenge: asked.json.challenge, code })).status, 401, 'the challenge is spent');
  const second = await login({ email, password });
  assert.equal((await login({ challenge: second.json.challenge, code })).status, 401, 'the code is spent');
  const at_once = await login({ email, password, code: totp(secret, now() + 30_000) });
  assert.equal(at_once.status, 401, 'a code of the future is none');
  const recovered = await login({ challenge: second.json.challenge, code: codes[3].toLowerCase().replaceAll('-', ' ') });
  assert.equal(recovered.status, 200, recovered.text);
  const third = await login({ email, password });
  assert.equal((await login({ challenge: third.json.challenge, code: codes[3] })).status, 401, 'a recovery code holds once');
  const client = new Client(it.base, { token: recovered.json.access_token });
  assert.equal((await client.read('/v1/me')).second_factor.recovery_left, 9);
});

const sha256 = (bytes) => createHash('sha256').update(bytes).digest();
const b64 = (bytes) => Buffer.from(bytes).toString('base64url');
/** A passkey in software, ES256: what a browser's answers look like. */
function authenticator() {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const id = randomBytes(16);
  const { x, y } = publicKey.export({ format: 'jwk' });
  const key = Buffer.concat([Buffer.from('a5010203262001215820', 'hex'), Buffer.from(x, 'base64url'), Buffer.from('225820', 'hex'), Buffer.from(y, 'base64url')]);
  const client = (type, challenge) => Buffer.from(JSON.stringify({ type, challenge, origin: it.base, crossOrigin: false }));
  const data = (rpId, flags, more = Buffer.alloc(0)) => Buffer.concat([sha256(rpId), Buffer.from([flags, 0, 0, 0, 0]), more]);
  return {
    make({ challenge, rp }) {
      const auth = data(rp.id, 0x45, Buffer.concat([Buffer.alloc(16), Buffer.from([0, id.length]), id, key]));
      const attestation = Buffer.concat([Buffer.from('a363666d74646e6f6e656761747453746d74a0686175746844617461', 'hex'), Buffer.from([0x58, auth.length]), auth]);
      return { client_data: b64(client('webauthn.create', challenge)), attestation: b64(attestation) };
    },
    answer({ challenge, rpId }) {
      const said = client('webauthn.get', challenge), auth = data(rpId, 0x05);
      return { id: b64(id), client_data: b64(said), authenticator_data: b64(auth), signature: b64(sign('sha256', Buffer.concat([auth, sha256(said)]), privateKey)) };
    },
  };
}

test('many sign in with passkeys from one address, and none is held back: what was proved is no guess', async () => {
  const { owner, email, password } = await Company.create(it);
  const device = authenticator();
  const options = await owner.act('/v1/me/passkeys/options');
  await owner.act('/v1/me/passkeys', { setup: options.setup, name: 'Phone', ...device.make(options.passkey) }, 201);
  const seen = [];
  for (let i = 0; i < 24; i++) {
    const { challenge, passkey } = JSON.parse((await direct(it, 'POST', '/v1/login/passkey', { body: {}, from: '203.0.113.40' })).text);
    seen.push((await direct(it, 'POST', '/v1/login', { body: { challenge, passkey: device.answer(passkey), passkey_alone: true }, from: '203.0.113.40' })).status);
  }
  assert.deepEqual([...new Set(seen)], [200], seen.join());
  const typed = await direct(it, 'POST', '/v1/login', { body: { email, password }, from: '203.0.113.40' });
  assert.match(typed.text, /second-factor-required/, 'nor is who has a password');
});

test('of many with the same code at once one gets in', async () => {
  const company = await Company.create(it);
  const { email, password } = company;
  const { secret } = await enrol(company.owner);
  nextStep();
  const challenges = [];
  for (let i = 0; i < 4; i++) challenges.push((await login({ email, password })).json.challenge);
  const code = totp(secret, now());
  const answers = await Promise.all(challenges.map((challenge) => login({ challenge, code })));
  assert.equal(answers.filter((a) => a.status === 200).length, 1, answers.map((a) => a.status).join());
});

test('codes cannot be tried through: five in ten minutes, then a wait that says how long', async () => {
  const company = await Company.create(it);
  const { email, password } = company;
  await enrol(company.owner);
  nextStep();
  const { challenge } = (await login({ email, password })).json;
  const seen = [];
  for (let i = 0; i < 7; i++) seen.push(await login({ challenge, code: String(100000 + i) }));
  assert.deepEqual(seen.map((a) => a.status), [401, 401, 401, 401, 401, 429, 429]);
  assert.ok(Number(seen[6].headers['retry-after']) > 60);
});

test('a company that asks everybody for one lets nobody do anything before it is set up', async () => {
  const company = await Company.create(it);
  const tenant = await company.owner.read(`/v1/tenants/${company.id}`);
  await company.owner.change('tenants', tenant.id, { factor_roles: 'dispatcher' });
  const office = await company.person('dispatcher');
  const answer = await login({ email: office.email, password: office.password });
  assert.deepEqual([answer.status, answer.json.must_enrol], [200, true]);
  const client = new Client(it.base, { token: answer.json.access_token });
  for (const path of ['/v1/customers', '/v1/jobs', '/v1/me/sessions', '/v1/reports', `/v1/tenants/${company.id}`]) {
    const refused = await client.once('GET', path);
    assert.deepEqual([refused.status, refused.json.type], [403, '/problems/enrol-required'], path);
  }
  assert.equal((await client.read('/v1/me')).must_enrol, true);
  await enrol(client);
  assert.equal((await client.once('GET', '/v1/customers')).status, 200, 'the same session can work now');
  assert.equal((await client.read('/v1/me')).must_enrol, false);
  assert.equal((await company.person('accountant').then((a) => a.once('GET', '/v1/customers'))).status, 200, 'other roles are not asked');
});

test('a fresh proof by password does not stand in for the second factor that must be set up', async () => {
  const company = await Company.create(it);
  await company.owner.change('tenants', company.id, { factor_roles: 'dispatcher' });
  const office = await company.person('dispatcher');
  for (const cookie of [false, true]) {
    const client = await (cookie ? signInWithCookie : signIn)(it.base, office.email, office.password);
    const proof = await client.once('POST', '/v1/me/step_up', { password: office.password });
    assert.equal(proof.status, 200, proof.text);
    assert.deepEqual((await client.once('GET', '/v1/customers')).json.type, '/problems/enrol-required');
    assert.equal((await client.read('/v1/me')).must_enrol, true);
  }
});

test('sessions that are open when a second factor is asked for, or that lose theirs, must set one up within a minute', async () => {
  const company = await Company.create(it);
  const office = await company.person('dispatcher');
  const minute = () => clock(shift + 61_000);
  const works = async () => (await office.once('GET', '/v1/customers')).json.type ?? 'yes';
  await company.owner.change('tenants', company.id, { factor_roles: 'dispatcher' });
  minute();
  assert.equal(await works(), '/problems/enrol-required');
  assert.equal(await works(), '/problems/enrol-required');
  await office.act('/v1/me/step_up', { password: office.password });
  await enrol(office);
  assert.equal(await works(), 'yes');
  await office.want(204, 'DELETE', '/v1/me/totp');
  minute();
  assert.equal(await works(), '/problems/enrol-required');
  await company.owner.want(200, 'GET', '/v1/customers');
});

test('acts of weight ask for a fresh proof, and with a second factor the password alone is none (S-099)', async () => {
  const company = await Company.create(it);
  const { owner, email, password } = company;
  const { secret } = await enrol(owner);
  const plain = new Client(it.base, { token: owner.token, refresh: owner.refresh });
  assert.equal((await plain.get('/v1/customers/export.csv')).status, 200, 'setting it up was a proof');
  clock(shift + 11 * 60_000);
  const refused = await plain.get('/v1/customers/export.csv');
  assert.deepEqual([refused.status, refused.json.type], [403, '/problems/step-up-required']);
  assert.deepEqual(refused.json.methods, ['totp', 'recovery']);
  const word = await plain.post('/v1/me/step_up', { password });
  assert.equal(word.status, 401, 'the password alone');
  const proved = await plain.post('/v1/me/step_up', { code: totp(secret, now()) });
  assert.equal(proved.status, 200, proved.text);
  assert.equal((await plain.get('/v1/customers/export.csv')).status, 200);
  assert.equal((await plain.get('/v1/customers')).status, 200);
  assert.equal((await login({ email, password })).status, 401);
});

test('taking the last factor away takes the recovery codes too', async () => {
  const company = await Company.create(it);
  await enrol(company.owner);
  assert.equal((await company.owner.delete('/v1/me/totp')).status, 204);
  assert.deepEqual((await company.owner.read('/v1/me')).second_factor, { totp: false, passkeys: 0, recovery_left: 0, demanded: false });
  assert.equal((await login({ email: company.email, password: company.password })).status, 200);
});

test('the password: the present one is asked for, a leaked or too near one is refused with the reason, other sessions end (S-104, S-175)', async () => {
  const company = await Company.create(it, 'Jacaranda Plumbing Works');
  const { owner, email, password } = company;
  const other = await signIn(it.base, email, password);
  const change = (body) => owner.once('POST', '/v1/me/password', body);
  assert.equal((await change({ current: 'not this one at all', password: newPassword() })).json.errors[0].pointer, '/current');
  for (const [weak, why] of [['short', /15 characters/], ['passwordpassword', /./], ['jacarandaplumbing', /company|name/i], ['1qaz2wsx3edc4rfv', /./]]) {
    const answer = await change({ current: password, password: weak });
    assert.equal(answer.status, 422, `${weak}: ${answer.text}`);
    assert.equal(answer.json.errors[0].pointer, '/password');
    assert.match(answer.json.errors[0].detail, why);
  }
  const fresh = newPassword();
  assert.equal((await change({ current: password, password: fresh })).status, 204);
  assert.equal((await other.once('GET', '/v1/me')).status, 401);
  assert.equal((await owner.once('GET', '/v1/me')).status, 200, 'this one goes on');
  assert.equal((await login({ email, password })).status, 401);
  assert.equal((await login({ email, password: fresh })).status, 200);
  await enrol(owner);
  assert.equal((await change({ current: fresh, password: 'Tl4-qwop!x' })).status, 204, 'ten characters are enough beside a second factor');
});
