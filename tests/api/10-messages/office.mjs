// What the stories of messages share: an installation that trusts our own authority, a mail server, a company with something to send.
import { authority, certificate, mailServer } from '../../mail/doubles.mjs';
import { Company, Installation, unique, until } from '../../harness/server.mjs';

export const ca = authority('ca');
export const good = certificate('good', 'ca', 'DNS:localhost,IP:127.0.0.1');

/** An installation of its own, since its settings name the authority and its clock is moved. */
export async function installation(options = {}) {
  const it = await Installation.create(options);
  process.env.FIELDWARD_MAIL_CA = ca;
  process.env.FIELDWARD_RELAYS = 'localhost 127.0.0.1';
  return it.start();
}

export const settings = async (owner) => (await owner.read('/v1/channel_settings')).items[0];
export async function set(owner, fields) {
  const row = await settings(owner);
  return owner.change('channel_settings', row.id, fields);
}
export const smtp = (port, over = {}) => ({ smtp_host: 'localhost', smtp_port: port, smtp_tls: 'starttls', from_address: 'office@plumb.example', from_name: 'Plumb & Sons', ...over });

/** A company whose mail goes to a server of the double's. */
export async function office(it, t, { server = {}, mail = {} } = {}) {
  const company = await Company.create(it, `Plumb ${unique()}`);
  const { owner } = company;
  const tenant = await owner.read(`/v1/tenants/${owner.tenantId}`);
  await owner.change('tenants', tenant.id, { line1: '1 Kerk Street', city: 'Johannesburg', postal_code: '2001', phone: '0115550100', email: 'info@plumb.example' });
  const double = await mailServer(t, { ...good, ...server });
  await set(owner, smtp(double.port, mail));
  return { company, owner, double };
}

export async function quoteFor(owner, customer, fields = {}) {
  const quote = await owner.make('quotes', { customer_id: customer.id, title: 'New geyser', ...fields });
  await owner.act(`/v1/quotes/${quote.id}/lines`, { lines: [{ description: 'Geyser 150 l', qty3: 1000, price4: 5499_0000 }] });
  return quote;
}
export async function invoiceFor(owner, customer) {
  const invoice = await owner.make('invoices', { customer_id: customer.id });
  await owner.act(`/v1/invoices/${invoice.id}/lines`, { lines: [{ description: 'Work', qty3: 1000, price4: 650_0000 }] });
  return owner.act(`/v1/invoices/${invoice.id}/approve`, {});
}
export const newest = async (owner, filter = '') => (await owner.read(`/v1/messages?limit=1${filter}`)).items[0];
export const settled = (owner, id, states = ['sent', 'failed', 'cancelled'], ms = 20_000) =>
  until(async () => {
    const m = await owner.read(`/v1/messages/${id}`);
    return states.includes(m.status) && m;
  }, `message ${id} becomes ${states}`, ms);
