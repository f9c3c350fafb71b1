// Requests straight to the app's socket, as the edge sends them: from any address that a test wants to be.
import net from 'node:net';
import { join } from 'node:path';

/** Gives {status, headers, text, ms}; `from` is the address of the client. */
export function direct(it, method, path, { body, headers = {}, from = '203.0.113.7' } = {}) {
  const bytes = Buffer.from(body === undefined ? '' : JSON.stringify(body));
  const pairs = [['CONTENT_LENGTH', String(bytes.length)], ['REQUEST_METHOD', method], ['DOCUMENT_URI', path], ['REMOTE_ADDR', from], ['CONTENT_TYPE', 'application/json'], ['SCGI', '1'],
    ...Object.entries(headers).map(([name, value]) => [`HTTP_${name.toUpperCase().replaceAll('-', '_')}`, value])];
  const head = Buffer.from(`${pairs.flat().join('\0')}\0`);
  const began = performance.now();
  return new Promise((resolve, reject) => {
    const parts = [];
    const socket = net.connect(join(it.data, 'run/app.sock'));
    socket.on('data', (part) => parts.push(part));
    socket.on('error', reject);
    socket.on('close', () => {
      const text = Buffer.concat(parts).toString('utf8');
      const [top, ...rest] = text.split('\r\n\r\n');
      const lines = top.split('\r\n');
      resolve({
        status: Number(/^Status: (\d+)/.exec(text)?.[1] ?? 0), text: rest.join('\r\n\r\n'), ms: performance.now() - began,
        headers: Object.fromEntries(lines.slice(1).map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 2)])),
      });
    });
    socket.end(Buffer.concat([Buffer.from(`${head.length}:`), head, Buffer.from(','), bytes]));
  });
}
