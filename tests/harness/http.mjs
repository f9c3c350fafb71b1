// A small HTTPS client for the tests: JSON in and out, sessions by bearer token or by cookie, and every byte of an answer kept.
// Certificates are not checked: each installation has a local authority of its own.
import https from 'node:https';
import assert from 'node:assert/strict';

const agent = new https.Agent({ keepAlive: true, rejectUnauthorized: false, maxSockets: 64 });

export class Answer {
  constructor(status, headers, bytes) {
    this.status = status;
    this.headers = headers;
    this.bytes = bytes;
  }

  get text() {
    return this.bytes.toString('utf8');
  }

  get json() {
    return JSON.parse(this.text);
  }

  get etag() {
    return this.headers.etag;
  }
}

/** One request, `from` another address of this machine if it is said; `body` may be text, bytes or anything that JSON can hold. Rejects only when no answer came. */
export function request(base, method, path, { headers = {}, body, timeout = 60_000, fresh = false, from } = {}) {
  const bytes = body === undefined ? undefined : typeof body === 'string' || Buffer.isBuffer(body) ? Buffer.from(body) : Buffer.from(JSON.stringify(body));
  const all = { ...headers };
  if (bytes && !Object.keys(all).some((name) => name.toLowerCase() === 'content-type')) all['content-type'] = 'application/json';
  if (bytes) all['content-length'] = bytes.length;
  return new Promise((resolve, reject) => {
    const call = https.request(new URL(path, base), { method, headers: all, agent: fresh ? false : agent, rejectUnauthorized: false, timeout, ...(from ? { localAddress: from } : {}) }, (answer) => {
      const parts = [];
      answer.on('data', (part) => parts.push(part));
      answer.on('end', () => resolve(new Answer(answer.statusCode, answer.headers, Buffer.concat(parts))));
      answer.on('error', reject);
    });
    call.on('timeout', () => call.destroy(new Error(`${method} ${path}: no answer within ${timeout} ms`)));
    call.on('error', reject);
    call.end(bytes);
  });
}

/** Somebody who is signed in (or not yet): `as.get('/v1/jobs')`, `as.post(…)`. */
export class Client {
  constructor(base, { token, cookie, refresh, password } = {}) {
    this.base = base;
    this.token = token;
    this.cookie = cookie;
    this.refresh = refresh;
    this.password = password;
  }

  async once(method, path, body, headers = {}, options = {}) {
    const own = { ...headers };
    if (this.token) own.authorization ??= `Bearer ${this.token}`;
    if (this.cookie) Object.assign(own, { cookie: this.cookie, 'x-app': '1', 'sec-fetch-site': 'same-origin', ...headers });
    return request(this.base, method, path, { headers: own, body, ...options });
  }

  /**
   * One request as a client makes it that looks after itself: an access token that is over is renewed, and a fresh proof is given where one is asked for.
   * `once()` does neither.
   */
  async send(method, path, body, headers = {}, options = {}) {
    let answer = await this.once(method, path, body, headers, options);
    if (answer.status === 401 && this.token && this.refresh && !headers.authorization && (await this.renew())) answer = await this.once(method, path, body, headers, options);
    if (answer.status === 403 && this.password && answer.text.includes('step-up-required')) {
      const proof = await this.once('POST', '/v1/me/step_up', { password: this.password });
      if (proof.status === 200) return this.once(method, path, body, headers, options);
    }
    return answer;
  }

  /** The next pair of tokens; one renewal at a time. */
  async renew() {
    this.renewing ??= request(this.base, 'POST', '/v1/refresh', { body: { refresh_token: this.refresh } }).finally(() => { this.renewing = undefined; });
    const answer = await this.renewing;
    if (answer.status !== 200) {
      this.refresh = undefined;
      return false;
    }
    this.token = answer.json.access_token;
    this.refresh = answer.json.refresh_token;
    return true;
  }

  get = (path, headers) => this.send('GET', path, undefined, headers);
  post = (path, body = {}, headers) => this.send('POST', path, body, headers);
  patch = (path, body, version, headers = {}) => this.send('PATCH', path, body, version === undefined ? headers : { 'if-match': `"${version}"`, ...headers });
  delete = (path, headers) => this.send('DELETE', path, undefined, headers);

  /** The answer's JSON when it has the status that was expected; else a failure that shows the answer. */
  async want(status, method, path, body, headers) {
    const answer = await this.send(method, path, body, headers);
    assert.equal(answer.status, status, `${method} ${path}: ${answer.text.slice(0, 600)}`);
    return answer.bytes.length && /json/.test(answer.headers['content-type'] ?? '') ? answer.json : answer.text;
  }

  make = (plural, body) => this.want(201, 'POST', `/v1/${plural}`, body);
  read = (path) => this.want(200, 'GET', path);
  act = (path, body = {}, status = 200) => this.want(status, 'POST', path, body);

  /** Patches with the version that the row has now. */
  async change(plural, id, body) {
    const row = await this.read(`/v1/${plural}/${id}`);
    return this.want(200, 'PATCH', `/v1/${plural}/${id}`, body, { 'if-match': `"${row.version}"` });
  }

  /** Every row of a list, page by page. */
  async all(plural, params = '') {
    const items = [];
    let cursor = '';
    do {
      const page = await this.read(`/v1/${plural}?limit=200${params}${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`);
      items.push(...page.items);
      cursor = page.next_cursor;
    } while (cursor);
    return items;
  }
}

export async function signIn(base, email, password, extra = {}) {
  const answer = await request(base, 'POST', '/v1/login', { body: { email, password, ...extra } });
  assert.equal(answer.status, 200, `sign-in of ${email}: ${answer.text}`);
  const client = new Client(base, { token: answer.json.access_token, refresh: answer.json.refresh_token, password });
  client.tenantId = answer.json.tenant_id;
  return client;
}

export async function signInWithCookie(base, email, password, extra = {}) {
  const answer = await request(base, 'POST', '/v1/login', { body: { email, password, ...extra }, headers: { 'x-app': '1', 'sec-fetch-site': 'same-origin' } });
  assert.equal(answer.status, 200, `sign-in of ${email}: ${answer.text}`);
  const cookie = answer.headers['set-cookie'].map((one) => one.split(';')[0]).join('; ');
  return new Client(base, { cookie, password });
}
