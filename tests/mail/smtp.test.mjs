// What becomes of a message is told truly: taken, refused, to be tried again, or unknown; and what may only go by TLS goes no other way.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { simpleParser } from 'mailparser';
import { authority, certificate, drive, mailServer, path, polite, scripted } from './doubles.mjs';

const ca = authority('ca');
const other = authority('other');
const good = certificate('good', 'ca', 'DNS:localhost,IP:127.0.0.1');
const elsewhere = certificate('elsewhere', 'ca', 'DNS:relay.example.org');
const pdf = Buffer.concat([Buffer.from('%PDF-1.7\r\n'), randomBytes(5000), Buffer.from('\n.\r\n..\r\nFrom me\n\0end')]);
writeFileSync(path('invoice.pdf'), pdf);

const NAME = 'Nomthandazo Siyabongakonke Zwelibanzi-Mkhwanazi wakwaNongoma kaSenzangakhona ngokuziphatha okuhle kakhulu ❤';
const mail = (over = {}) => ({
  from: { name: 'Ndlovu & Söhne "Plumbing"', address: 'office@ndlovu.example' },
  to: { name: NAME, address: 'nomthandazo@customer.example' },
  reply_to: { name: 'محمد عبد الرحمن بن عبد الله الأنصاري', address: 'reply+42@ndlovu.example' },
  message_id: '0191f3c2.7a6b-42@mail.ndlovu.example',
  date: Date.UTC(2026, 10, 21, 9, 0, 5), offset_s: 7200,
  subject: '發票 INV-00001 為您的水管工程，請在三十天內付款，謝謝您的光臨與支持我們的小公司，祝您一切順利平安健康快樂',
  unsubscribe: 'https://ndlovu.example/u/abc', one_click: true, automatic: true,
  text: 'Sawubona,\n\n.\n..dots\nFrom here = there \n' + 'ŵ'.repeat(300) + '\nend',
  html: '<p>Sawubona <b>' + NAME + '</b></p>\n',
  attachments: [{ name: 'Invoice INV-00001.pdf', type: 'application/pdf', path: path('invoice.pdf') }],
  ...over,
});
const relay = (port, over = {}) => ({ host: '127.0.0.1', port, ca_file: ca, connect_ms: 3000, reply_ms: 1000, total_ms: 8000, ...over });
const send = (port, over = {}, request = {}) => drive({ do: 'smtp', relay: relay(port, over), mail: mail(), ...request });
const plain = { tls: 'plain' };
const told = ({ how, reason, code }) => [how, reason, code];

test('a message goes by STARTTLS and arrives as it was composed, byte for byte', async (t) => {
  const server = await mailServer(t, good);
  const result = await send(server.port, {}, { out: path('sealed.eml') });
  assert.deepEqual(result, { err: 'ok', detail: '', faults: [], how: 'accepted', reason: 'accepted', code: 250, words: 'kept as 4711', tls: true, event: '', cost: '' });
  const [letter] = server.letters;
  assert.equal(server.letters.length, 1);
  assert.equal(letter.secure, true);
  assert.deepEqual([letter.from, letter.to, letter.helo], ['office@ndlovu.example', ['nomthandazo@customer.example'], 'ndlovu.example']);
  assert.ok(letter.bytes.equals(readFileSync(path('sealed.eml'))));
  const head = letter.bytes.toString('latin1').split('\r\n\r\n')[0];
  assert.ok(letter.bytes.toString('latin1').split('\r\n').every((line) => line.length <= 78 && /^[\x09\x20-\x7e]*$/.test(line)));
  assert.match(head, /^Message-ID: <0191f3c2\.7a6b-42@mail\.ndlovu\.example>$/m);
  assert.match(head, /^Date: Sat, 21 Nov 2026 11:00:05 \+0200$/m);
  assert.match(head, /^List-Unsubscribe: <https:\/\/ndlovu\.example\/u\/abc>\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click$/m);
  assert.match(head, /^Auto-Submitted: auto-generated$/m);
});

test('a stranger to our code reads in it what was meant, in every script', async (t) => {
  const server = await mailServer(t, good);
  const names = ['plain.pdf', 'with "quotes" and = signs.pdf', 'Rechnung für Müller.pdf', '發票'.repeat(30) + '.pdf', 'a'.repeat(196) + '.pdf'];
  for (const name of names) {
    const wanted = mail({ attachments: [{ name, type: 'application/pdf', path: path('invoice.pdf') }] });
    assert.equal((await drive({ do: 'smtp', relay: relay(server.port), mail: wanted })).how, 'accepted');
    const read = await simpleParser(server.letters.at(-1).bytes);
    assert.deepEqual(read.from.value, [{ name: wanted.from.name, address: wanted.from.address }]);
    assert.deepEqual(read.to.value, [{ name: wanted.to.name, address: wanted.to.address }]);
    assert.deepEqual(read.replyTo.value, [{ name: wanted.reply_to.name, address: wanted.reply_to.address }]);
    assert.equal(read.subject, wanted.subject);
    assert.equal(read.messageId, `<${wanted.message_id}>`);
    assert.equal(read.date.getTime(), wanted.date);
    assert.equal(read.text.replace(/\n$/, ''), wanted.text);
    assert.equal(read.html.replace(/\n$/, ''), wanted.html.replace(/\n$/, ''));
    assert.equal(read.attachments.length, 1);
    assert.equal(read.attachments[0].filename, name);
    assert.equal(read.attachments[0].contentType, 'application/pdf');
    assert.ok(read.attachments[0].content.equals(pdf));
  }
});

test('TLS from the first byte', async (t) => {
  const server = await mailServer(t, { ...good, secure: true });
  assert.deepEqual(told(await send(server.port, { tls: 'tls' })), ['accepted', 'accepted', 250]);
  assert.equal(server.letters[0].secure, true);
});

test('without TLS nothing is said that is not for everybody', async (t) => {
  const server = await mailServer(t, { hideSTARTTLS: true });
  const result = await send(server.port, { user: 'u', password: 'p' }, { open: 'only a link' });
  assert.deepEqual([result.how, result.reason, result.tls], ['no_tls', 'tls', false]);
  assert.deepEqual([server.seen, server.letters], [[], []]);
  const refusing = await scripted(t, polite({ EHLO: (socket) => socket.write('250-double\r\n250 STARTTLS\r\n'), STARTTLS: (socket) => socket.write('454 not now\r\n') }));
  assert.deepEqual(told(await send(refusing.port)), ['no_tls', 'tls', 454]);
  assert.ok(!refusing.lines.some((line) => /^MAIL/.test(line)));
});

test('a certificate of another authority, or for another name, is none', async (t) => {
  const server = await mailServer(t, good);
  assert.deepEqual(told(await send(server.port, { ca_file: other })).slice(0, 2), ['no_tls', 'certificate']);
  assert.deepEqual(told(await send(server.port, { ca_file: undefined })).slice(0, 2), ['no_tls', 'certificate']);
  const wrong = await mailServer(t, elsewhere);
  assert.deepEqual(told(await send(wrong.port)).slice(0, 2), ['no_tls', 'certificate']);
  assert.deepEqual([server.letters, wrong.letters], [[], []]);
});

test('on a line without TLS the open version goes, and nothing where there is none', async (t) => {
  const server = await mailServer(t, { hideSTARTTLS: true });
  const result = await send(server.port, plain, { open: 'only a link' });
  assert.deepEqual([result.how, result.tls], ['accepted', false]);
  const read = await simpleParser(server.letters[0].bytes);
  assert.deepEqual([read.text.trim(), read.attachments.length, read.messageId], ['only a link', 0, `<${mail().message_id}>`]);
  assert.deepEqual(told(await send(server.port, plain)), ['no_tls', 'plain', 0]);
  assert.equal(server.letters.length, 1);
  const away = await drive({ do: 'smtp', relay: relay(25, { ...plain, host: '192.0.2.1' }), mail: mail(), open: 'x' });
  assert.deepEqual([away.err, /TLS/.test(away.detail)], ['configuration', true]);
  const login = await drive({ do: 'smtp', relay: relay(25, { ...plain, host: '192.0.2.1', allow_plain: true, user: 'u', password: 'p' }), mail: mail(), open: 'x' });
  assert.deepEqual([login.err, /login/.test(login.detail)], ['configuration', true]);
  for (const host of ['127.0.0.1.example.org', 'localhost.example.org', '127.0.0.1\r\nX', 'a b', ''])
    assert.equal((await drive({ do: 'smtp', relay: relay(25, { ...plain, host }), mail: mail(), open: 'x' })).err, 'configuration', host);
  assert.equal((await send(server.port, { ca_file: path('missing.pem') })).err, 'configuration');
});

test('a wrong password is our settings\' fault and never the message\'s', async (t) => {
  const server = await mailServer(t, {
    ...good, authOptional: false,
    onAuth: (auth, session, done) => (auth.username === 'relay' && auth.password === 'r1ght' ? done(null, { user: 1 }) : done(Object.assign(new Error('Invalid login'), { responseCode: 535 }))),
  });
  assert.deepEqual(told(await send(server.port, { user: 'relay', password: 'wrong' })), ['later', 'login', 535]);
  assert.deepEqual(told(await send(server.port)), ['later', 'login', 530]);
  assert.deepEqual(told(await send(server.port, { user: 'relay', password: 'r1ght' })), ['accepted', 'accepted', 250]);
  assert.equal(server.letters.length, 1);
});

test('5xx refuses for good, in the server\'s words', async (t) => {
  for (const [step, code] of [['mail', 553], ['rcpt', 550], ['data', 554]]) {
    const server = await mailServer(t, { ...good, fail: { [step]: { code, words: `5.1.1 no such person, ${'ä'.repeat(400)}` } } });
    const result = await send(server.port);
    assert.deepEqual(told(result), ['refused', 'refused', code], step);
    assert.ok(result.words.startsWith('5.1.1 no such person, ää'));
    assert.ok(Buffer.byteLength(result.words) <= 300);
    assert.equal(server.letters.length, 0);
  }
});

test('4xx is tried again', async (t) => {
  for (const [step, code] of [['mail', 421], ['rcpt', 451], ['data', 452]]) {
    const server = await mailServer(t, { ...good, fail: { [step]: { code, words: '4.7.1 greylisted, come back' } } });
    const result = await send(server.port);
    assert.deepEqual([...told(result), result.words], ['later', 'busy', code, '4.7.1 greylisted, come back'], step);
  }
});

test('a relay that will not talk to us refuses no message', async (t) => {
  const server = await scripted(t, (socket, line) => { if (line === undefined) socket.end('554-go\r\n554 away\x07\r\n'); });
  const result = await send(server.port, plain, { open: 'x' });
  assert.deepEqual([...told(result), result.words], ['later', 'relay', 554, 'go away']);
});

test('a lost connection is unknown after the end of the message and known before it', async (t) => {
  const close = (socket) => socket.destroy();
  for (const [where, how] of [['GREETING', 'later'], ['EHLO', 'later'], ['MAIL', 'later'], ['RCPT', 'later'], ['DATA', 'later'], ['.', 'unknown']]) {
    const server = await scripted(t, polite({ [where]: close, HELO: close }));
    assert.equal((await send(server.port, plain, { open: 'only a link' })).how, how, where);
  }
  const vague = await scripted(t, polite({ '.': (socket) => socket.end('250-half a reply\r\n') }));
  assert.equal((await send(vague.port, plain, { open: 'x' })).how, 'unknown');
  // More than the kernel keeps for both sides: here the loss comes before the end of the message was handed over.
  writeFileSync(path('long.bin'), randomBytes(12 * 1024 * 1024));
  const long = mail({ attachments: [{ name: 'long.bin', type: 'application/octet-stream', path: path('long.bin') }] });
  let bytes = 0;
  const middle = await scripted(t, polite({ BODY: (socket, line) => { if ((bytes += line.length) > 20000) socket.destroy(); } }));
  assert.deepEqual(told(await send(middle.port, plain, { mail: long, open: 'x', keep: true })), ['later', 'closed', 354]);
  const nobody = await scripted(t, () => {});
  assert.deepEqual(told(await send(1, plain, { open: 'x' })), ['later', 'connect', 0]);
  assert.ok(nobody.port);
});

test('taken is taken, however rude the goodbye', async (t) => {
  const server = await scripted(t, polite({ '.': (socket) => { socket.write('250 2.0.0 mine\r\n'); setTimeout(() => socket.destroy(), 20); }, QUIT: (socket) => socket.destroy() }));
  const result = await send(server.port, plain, { open: 'x' });
  assert.deepEqual([...told(result), result.words], ['accepted', 'accepted', 250, '2.0.0 mine']);
  const silent = await scripted(t, polite({ QUIT: () => {} }));
  assert.equal((await send(silent.port, plain, { open: 'x' })).how, 'accepted');
});

test('silence ends an attempt: known before the end of the message, unknown after it', { concurrency: true }, async (t) => {
  await Promise.all([['GREETING', 'later'], ['RCPT', 'later'], ['DATA', 'later'], ['.', 'unknown']].map(async ([where, how]) => {
    const server = await scripted(t, polite({ [where]: () => {} }));
    const began = Date.now();
    const result = await send(server.port, plain, { open: 'only a link' });
    assert.deepEqual([result.how, result.reason], [how, 'timeout'], where);
    assert.ok(Date.now() - began < 6000, where);
  }));
  const drip = await scripted(t, (socket, line) => { if (line === undefined) { const timer = setInterval(() => socket.write('220-still here\r\n'), 100); socket.on('close', () => clearInterval(timer)); } });
  assert.deepEqual(told(await send(drip.port, { ...plain, total_ms: 1500 }, { open: 'x' })).slice(0, 2), ['later', 'timeout']);
});

test('full stops at the beginning of lines arrive, wherever a block ends', async (t) => {
  const server = await mailServer(t, { hideSTARTTLS: true });
  for (const pad of [0, 1, 2, 3]) {
    const bytes = Buffer.from(`Subject: x\r\n\r\n${'y'.repeat(pad)}\r\n${'.\r\n..\r\n.z\r\n'.repeat(20000)}.\r\n`);
    writeFileSync(path('dots.eml'), bytes);
    assert.equal((await send(server.port, { ...plain, reply_ms: 30_000, total_ms: 60_000 }, { raw: path('dots.eml') })).how, 'accepted');
    assert.ok(server.letters.at(-1).bytes.equals(bytes));
  }
  for (const bytes of ['Subject: x\n\ny\r\n', 'Subject: x\r\n\r\ny', 'Subject: x\r\n\r\n\0\r\n', `Subject: x\r\n\r\n${'y'.repeat(999)}\r\n`, 'Subject: x\r\n\r\n\r.\r\n']) {
    writeFileSync(path('bad.eml'), bytes);
    assert.equal((await send(server.port, plain, { raw: path('bad.eml') })).err, 'invalid');
  }
});

test('large attachments arrive whole, larger ones are refused here', async (t) => {
  const server = await mailServer(t, { ...good, size: 30 * 1024 * 1024 });
  const large = randomBytes(12 * 1024 * 1024 + 1);
  writeFileSync(path('large.bin'), large);
  writeFileSync(path('too-large.bin'), Buffer.alloc(20 * 1024 * 1024, 'x'));
  const files = (...names) => mail({ attachments: names.map((name) => ({ name, type: 'application/octet-stream', path: path(name) })) });
  const result = await drive({ do: 'smtp', relay: relay(server.port), mail: files('large.bin') });
  assert.equal(result.how, 'accepted');
  assert.equal(Number(server.letters[0].args.SIZE), server.letters[0].bytes.length, 'the relay is told the size beforehand');
  const read = await simpleParser(server.letters[0].bytes);
  assert.ok(read.attachments[0].content.equals(large));
  assert.equal((await drive({ do: 'smtp', relay: relay(server.port), mail: files('too-large.bin') })).err, 'too-large');
});

test('a line end in a header is refused, and the part is named', async () => {
  const evil = 'x\r\nBcc: everybody@example.org';
  const faults = async (over) => { const r = await drive({ do: 'smtp', relay: relay(1), mail: mail(over) }); return [r.err, r.faults]; };
  assert.deepEqual(await faults({ subject: evil }), ['invalid', ['/subject']]);
  assert.deepEqual(await faults({ to: { name: evil, address: 'a@b.example' } }), ['invalid', ['/to/name']]);
  assert.deepEqual(await faults({ to: { name: '', address: 'a@b.example>\r\nRCPT TO:<c@d.example' } }), ['invalid', ['/to/address']]);
  assert.deepEqual(await faults({ message_id: evil, unsubscribe: evil }), ['invalid', ['/message_id', '/unsubscribe']]);
  assert.deepEqual(await faults({ attachments: [{ name: evil, type: evil, path: path('invoice.pdf') }] }), ['invalid', ['/attachments/0/name', '/attachments/0/type']]);
});
