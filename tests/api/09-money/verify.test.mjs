// The link at the foot of a page: whoever holds the page can see that it was issued and whether it still counts, and nothing of whose it is.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { Company, doneWithShared, request, shared } from '../../harness/server.mjs';
import { pdfWords } from '../../harness/pdf.mjs';

let owner;
let base;
let invoice;
let place;
const ask = async (path) => request(base, 'GET', path);

before(async () => {
  const company = await Company.create(await shared(), 'Verify Plumbing');
  ({ owner } = company);
  ({ base } = await shared());
  const customer = await owner.make('customers', { name: 'Naledi Secretname', billing_line1: '14 Jacaranda Street' });
  const draft = await owner.make('invoices', { customer_id: customer.id });
  await owner.act(`/v1/invoices/${draft.id}/lines`, { lines: [{ description: 'Secret work', qty3: 1000, price4: 777_0000 }] });
  invoice = await owner.act(`/v1/invoices/${draft.id}/approve`);
});
after(doneWithShared);

test('the link stands on the page and leads to number, date, state and both hashes', async () => {
  const pdf = (await owner.get(`/v1/invoices/${invoice.id}/invoice.pdf`)).bytes;
  const words = pdfWords(pdf);
  place = /https:\/\/\S+?(\/v\/[A-Za-z0-9_-]{22}\.[0-9A-Z]{16})/.exec(words.replace(/\s*\n\s*/g, ' '))[1];
  const page = await ask(place);
  assert.equal(page.status, 200, page.text);
  assert.match(page.headers['content-type'], /text\/html/);
  for (const wanted of ['Verify Plumbing', 'Invoice', 'INV-00001', invoice.date, 'As issued', invoice.document_hash, createHash('sha256').update(pdf).digest('hex')])
    assert.ok(page.text.includes(wanted), wanted);
  assert.doesNotMatch(page.text, /Naledi|Jacaranda|Secret|777[.,]00/);
});

test('a correction says that the first page is replaced, a void invoice that it does not count; what was downloaded is not made void', async () => {
  await owner.act(`/v1/invoices/${invoice.id}/correct`, { name: 'N. Secretname' });
  assert.match((await ask(place)).text, /Replaced by a newer one/);
  assert.equal((await owner.send('POST', `/v1/invoices/${invoice.id}/void`, { reason: 'x' })).status, 409, 'its file was downloaded');
  const draft = await owner.make('invoices', { customer_id: invoice.customer_id });
  await owner.act(`/v1/invoices/${draft.id}/lines`, { lines: [{ description: 'Work', qty3: 1000, price4: 1_0000 }] });
  await owner.act(`/v1/invoices/${draft.id}/approve`);
  const [kept] = (await owner.read(`/v1/documents?filter[invoice_id]=${draft.id}`)).items;
  await owner.act(`/v1/invoices/${draft.id}/void`, { reason: 'x' });
  assert.match((await ask(place.replace(/[^.]+$/, kept.code))).text, /Void: it does not count/);
});

test('any other link is the same sentence, with no company, another code, another company', async () => {
  const other = await Company.create(await shared());
  const foreign = Buffer.from(other.id.replaceAll('-', ''), 'hex').toString('base64url');
  const wrong = [place.replace(/.$/, place.endsWith('A') ? 'B' : 'A'), '/v/', '/v/x.y', `/v/${foreign}.${place.split('.')[1]}`, `/v/${'A'.repeat(22)}.${'A'.repeat(16)}`];
  const texts = new Set();
  for (const path of wrong) {
    const answer = await ask(path);
    assert.equal(answer.status, 404, path);
    texts.add(answer.text);
  }
  assert.equal(texts.size, 1);
});
