// A real identity provider (oidc-provider) on this machine, behind TLS with the certificate that an installation made for localhost; and a browser
// that goes through its forms. What it says can be changed while it runs.
import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { createRequire } from 'node:module';
import { createServer } from 'node:https';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import assert from 'node:assert/strict';
import { freePort, ROOT } from './server.mjs';
import { request } from './http.mjs';

const load = createRequire(join(ROOT, 'tests/package.json'));
// It warns about versions of Node that it was not tried with; the tests are that trial.
const { Provider } = await import(pathToFileURL(load.resolve('oidc-provider')).href);

function signingKey(kind) {
  const { privateKey } = kind === 'ES256' ? generateKeyPairSync('ec', { namedCurve: 'P-256' }) : kind === 'EdDSA' ? generateKeyPairSync('ed25519') : generateKeyPairSync('rsa', { modulusLength: 2048 });
  return { ...createPrivateKey(privateKey.export({ type: 'pkcs8', format: 'pem' })).export({ format: 'jwk' }), use: 'sig', alg: kind, kid: `${kind}-${Math.random().toString(36).slice(2)}` };
}

export class IdentityProvider {
  /** `redirect` is where people go back to. */
  static async create(installation, redirect) {
    const it = new IdentityProvider();
    it.redirect = redirect;
    it.people = {}; // by the name that they type at the provider: claims
    it.client = { id: 'fieldward & co', secret: 'p4 ss:word+of/the=program' };
    it.algorithm = 'RS256';
    it.inToken = true; // whether the token itself has the address
    it.requests = [];
    it.port = await freePort();
    it.issuer = `https://localhost:${it.port}`;
    it.tls = { cert: readFileSync(join(installation.data, 'tls/localhost.pem')), key: readFileSync(join(installation.data, 'tls/localhost.key')) };
    it.renew();
    await it.open();
    return it;
  }

  /** Other keys, and whatever was changed in its fields. */
  renew() {
    const provider = new Provider(this.issuer, {
      clients: [{
        client_id: this.client.id, client_secret: this.client.secret, redirect_uris: [this.redirect], response_types: ['code'], grant_types: ['authorization_code'],
        token_endpoint_auth_method: 'client_secret_basic', id_token_signed_response_alg: this.algorithm,
      }],
      claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
      conformIdTokenClaims: !this.inToken,
      pkce: { required: () => true },
      findAccount: (_, id) => this.people[id] && { accountId: id, claims: () => ({ sub: id, ...this.people[id] }) },
      jwks: { keys: [signingKey(this.algorithm)] },
      cookies: { keys: ['a key of the tests'] },
      clientDefaults: { grant_types: ['authorization_code'], response_types: ['code'] },
      enabledJWA: { idTokenSigningAlgValues: ['RS256', 'ES256', 'EdDSA'] },
      ttl: { IdToken: 300, AccessToken: 300, AuthorizationCode: 60, Interaction: 300, Session: 300, Grant: 300 },
    });
    provider.on('server_error', (_, error) => { this.lastError = error; });
    this.provider = provider;
    this.callback = provider.callback();
  }

  async open() {
    this.server = createServer(this.tls, (request_, answer) => {
      this.requests.push(`${request_.method} ${request_.url.split('?')[0]}`);
      if (this.instead?.(request_, answer)) return;
      this.callback(request_, answer);
    });
    await new Promise((done, fail) => this.server.once('error', fail).listen(this.port, '127.0.0.1', done));
  }

  async close() {
    this.server?.closeAllConnections();
    await new Promise((done) => (this.server ? this.server.close(done) : done()));
    this.server = undefined;
  }

  /** Goes where `url` says as the person of this name, through the forms; gives what came back to our own address. */
  async visit(url, name) {
    const jar = new Map();
    let next = new URL(url);
    let form;
    for (let steps = 0; steps < 15; steps++) {
      const headers = { cookie: [...jar].map(([key, value]) => `${key}=${value}`).join('; ') };
      if (form) headers['content-type'] = 'application/x-www-form-urlencoded';
      const answer = await request(next.origin, form ? 'POST' : 'GET', next.pathname + next.search, { headers, body: form });
      form = undefined;
      for (const line of answer.headers['set-cookie'] ?? []) {
        const [key, ...value] = line.split(';')[0].split('=');
        jar.set(key, value.join('='));
      }
      if (answer.headers.location) {
        next = new URL(answer.headers.location, next);
        if (next.href.startsWith(this.redirect)) return Object.fromEntries(next.searchParams);
        continue;
      }
      assert.equal(answer.status, 200, `${next}: ${answer.text.slice(0, 500)} ${this.lastError ?? ''}`);
      const prompt = /name="prompt" value="(\w+)"/.exec(answer.text)?.[1];
      assert.ok(prompt, `a form: ${answer.text.slice(0, 500)}`);
      next = new URL(/action="([^"]+)"/.exec(answer.text)[1], next);
      form = new URLSearchParams(prompt === 'login' ? { prompt, login: name, password: 'anything' } : { prompt }).toString();
    }
    assert.fail('the provider went round in circles');
    return undefined;
  }
}
