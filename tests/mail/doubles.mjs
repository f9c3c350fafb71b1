// What the driver talks to: certificates of an authority of our own, mail servers that behave and that do not, HTTP gateways.
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createHttp } from 'node:http';
import { createServer as createHttps } from 'node:https';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SMTPServer } from 'smtp-server';

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const DRIVER = process.env.FIELDWARD_MAIL_DRIVER ?? join(ROOT, 'build/dev/mail_driver');

export const folder = mkdtempSync(join(tmpdir(), 'fwmail-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
export const path = (name) => join(folder, name);

const openssl = (...args) => execFileSync('openssl', args, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });

/** An authority that the driver may be told to trust. */
export function authority(name) {
  openssl('req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2', '-subj', `/CN=${name}`, '-keyout', `${name}.key`, '-out', `${name}.pem`,
    '-addext', 'basicConstraints=critical,CA:TRUE', '-addext', 'keyUsage=critical,keyCertSign');
  return path(`${name}.pem`);
}
/** Key and certificate of a server, signed by that authority, for these names. */
export function certificate(name, by, names) {
  writeFileSync(path(`${name}.ext`), `subjectAltName=${names}\nbasicConstraints=CA:FALSE\nextendedKeyUsage=serverAuth\n`);
  openssl('req', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-subj', `/CN=${name}`, '-keyout', `${name}.key`, '-out', `${name}.csr`);
  openssl('x509', '-req', '-in', `${name}.csr`, '-CA', `${by}.pem`, '-CAkey', `${by}.key`, '-CAcreateserial', '-days', '2', '-extfile', `${name}.ext`, '-out', `${name}.pem`);
  return { key: readFileSync(path(`${name}.key`)), cert: readFileSync(path(`${name}.pem`)) };
}

/** Plays one request to the driver and gives back what it printed. */
export async function drive(request) {
  const child = spawn(DRIVER, { stdio: ['pipe', 'pipe', 'inherit'], env: { ...process.env, http_proxy: 'http://127.0.0.1:9', https_proxy: 'http://127.0.0.1:9', all_proxy: 'http://127.0.0.1:9' } });
  const out = [];
  child.stdout.on('data', (piece) => out.push(piece));
  child.stdin.end(JSON.stringify(request));
  const code = await new Promise((done) => child.once('close', done));
  if (code !== 0) throw new Error(`the driver ended with ${code}`);
  return JSON.parse(Buffer.concat(out).toString());
}

const listening = (server) => new Promise((done) => server.listen(0, '127.0.0.1', () => done(server.address().port)));

/** A real mail server. `letters` are what it took; the options are smtp-server's, `fail` answers with a code at a step. */
export async function mailServer(t, { fail = {}, ...options } = {}) {
  const letters = [], seen = [];
  const step = (name) => (value, session, done) => {
    seen.push(name);
    const wrong = fail[name];
    done(wrong ? Object.assign(new Error(wrong.words), { responseCode: wrong.code }) : null);
  };
  const server = new SMTPServer({
    authOptional: true,
    disableReverseLookup: true,
    logger: false,
    onMailFrom: step('mail'),
    onRcptTo: step('rcpt'),
    onData(stream, session, done) {
      const pieces = [];
      stream.on('data', (piece) => pieces.push(piece));
      stream.on('end', () => {
        if (fail.data) return done(Object.assign(new Error(fail.data.words), { responseCode: fail.data.code }));
        letters.push({ bytes: Buffer.concat(pieces), secure: session.secure, from: session.envelope.mailFrom.address, to: session.envelope.rcptTo.map((r) => r.address), args: session.envelope.mailFrom.args, helo: session.hostNameAppearsAs });
        done(null, 'kept as 4711');
      });
    },
    ...options,
  });
  server.on('error', () => {});
  const port = await listening(server.server);
  t.after(() => new Promise((done) => server.close(done)));
  return { port, letters, seen };
}

/** A server that plays a script: talk(socket, line, state) is called for the connection (line undefined) and for each line. */
export async function scripted(t, talk) {
  const sockets = new Set(), lines = [];
  const server = createServer((socket) => {
    sockets.add(socket);
    const state = {};
    let rest = '';
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
    socket.on('data', (piece) => {
      rest += piece.toString('latin1');
      const whole = rest.split('\r\n');
      rest = whole.pop();
      for (const line of whole) {
        lines.push(line);
        talk(socket, line, state);
      }
    });
    talk(socket, undefined, state);
  });
  const port = await listening(server);
  t.after(() => { for (const socket of sockets) socket.destroy(); server.close(); });
  return { port, lines };
}

/** The lines of a conversation that goes well, up to a point of one's own: over = { DATA: (socket) => ... }. "." is the end of the message. */
export const polite = (over = {}) => (socket, line, state) => {
  const say = (words) => socket.write(`${words}\r\n`);
  const verb = line === undefined ? 'GREETING' : state.data ? (line === '.' ? '.' : 'BODY') : line.split(/[ :]/)[0].toUpperCase();
  if (verb === '.') state.data = false;
  if (over[verb]) return over[verb](socket, line, state);
  if (verb === 'GREETING') return say('220 double');
  if (verb === 'DATA') { state.data = true; return say('354 go on'); }
  if (verb === 'BODY') return undefined;
  if (verb === 'QUIT') { say('221 bye'); return socket.end(); }
  return say('250 ok');
};

/** An HTTP gateway: answer(request) gives { status, body, headers } or is handed the socket by returning undefined. */
export async function gateway(t, answer, tls) {
  const requests = [];
  const handler = (rq, rs) => {
    const pieces = [];
    rq.on('data', (piece) => pieces.push(piece));
    rq.on('end', () => {
      const request = { method: rq.method, url: rq.url, headers: rq.headers, body: Buffer.concat(pieces).toString('utf8'), socket: rq.socket };
      requests.push(request);
      const said = answer(request);
      if (!said) return;
      rs.writeHead(said.status, { 'Content-Type': 'application/json', ...said.headers });
      rs.end(typeof said.body === 'object' ? JSON.stringify(said.body) : (said.body ?? ''));
    });
  };
  const server = tls ? createHttps(tls, handler) : createHttp(handler);
  const port = await listening(server);
  t.after(() => { server.closeAllConnections(); server.close(); });
  return { port, requests };
}
