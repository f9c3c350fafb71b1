// The customer's page without a browser: a link for a session, a session for what the link opens.
import assert from 'node:assert/strict';
import { request } from '../../harness/server.mjs';

export const tokenOf = (url) => url.split('#')[1];

export class Page {
  static async open(base, url, lang = 'en') {
    const it = new Page();
    Object.assign(it, { base, lang, token: tokenOf(url) });
    const answer = await it.tryOpen();
    assert.equal(answer.status, 200, answer.text);
    Object.assign(it, answer.json);
    return it;
  }

  tryOpen() {
    return request(this.base, 'POST', '/v1/portal/open', { body: { token: this.token } });
  }

  send(method, path, body) {
    return request(this.base, method, `/v1/portal${path}${method === 'GET' && !path.endsWith('.pdf') ? `?lang=${this.lang}` : ''}`, { body, headers: { authorization: `Bearer ${this.session}`, 'user-agent': 'Mozilla/5.0 (Linux; Android 14) Chrome/130.0 Mobile' } });
  }

  async want(status, method, path, body) {
    const answer = await this.send(method, path, body);
    assert.equal(answer.status, status, `${method} ${path}: ${answer.text.slice(0, 600)}`);
    return answer.json;
  }

  read = (path = '/page') => this.want(200, 'GET', path);
  post = (path, body = {}) => this.send('POST', path, body);

  /** What a customer does who reads a quote and says yes. */
  async accept(quote, extra = {}) {
    return this.post(`/quotes/${quote.id}/accept`, { version_id: quote.version_id, name: 'Naledi Dlamini', agreed: true, statement_version: quote.statement.version, ...extra });
  }
}

export const opens = (base, token) => request(base, 'POST', '/v1/portal/open', { body: { token } });
