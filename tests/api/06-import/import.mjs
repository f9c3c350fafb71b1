// What the import stories share: sending a file, waiting for its end, reading its report.
import assert from 'node:assert/strict';
import { until } from '../../harness/server.mjs';

export async function send(client, bytes, params) {
  const answer = await client.send('POST', `/v1/imports?${new URLSearchParams(params)}`, bytes, { 'content-type': 'text/csv' });
  assert.equal(answer.status, 202, answer.text);
  return answer.json.id;
}

export const ended = (client, id, ms = 120_000) => until(async () => {
  const row = await client.read(`/v1/imports/${id}`);
  return (row.state === 'done' || row.state === 'failed') && row;
}, 'the import ends', ms);

export async function run(client, bytes, params, ms) {
  const id = await send(client, bytes, params);
  const row = await ended(client, id, ms);
  return row;
}

/** Has an import taken back, and says what was deleted and what was kept. */
export async function takenBack(client, id, ms = 120_000) {
  const answer = await client.send('POST', `/v1/imports/${id}/undo`, {});
  assert.equal(answer.status, 202, answer.text);
  const row = await until(async () => {
    const now = await client.read(`/v1/imports/${id}`);
    return now.state !== 'undoing' && now;
  }, 'it is taken back', ms);
  assert.equal(row.undone, true, row.error);
  return { deleted: row.undo_deleted, kept: typeof row.undo_kept === 'string' ? JSON.parse(row.undo_kept) : row.undo_kept };
}

export async function report(client, id) {
  const answer = await client.get(`/v1/imports/${id}/report.csv`);
  assert.equal(answer.status, 200, answer.text);
  return parseCsv(answer.text);
}

/** Rows as objects by the header. */
export function parseCsv(text) {
  const records = [];
  let record = [];
  let cell = '';
  let quoted = false;
  const source = text.replace(/^\ufeff/, '');
  for (let i = 0; i < source.length; i++) {
    const c = source[i];
    if (quoted) {
      if (c === '"' && source[i + 1] === '"') { cell += '"'; i++; }
      else if (c === '"') quoted = false;
      else cell += c;
    } else if (c === '"') quoted = true;
    else if (c === ',') { record.push(cell); cell = ''; }
    else if (c === '\n') { record.push(cell.replace(/\r$/, '')); records.push(record); record = []; cell = ''; }
    else cell += c;
  }
  if (cell || record.length) records.push([...record, cell]);
  const [header, ...rows] = records;
  return rows.map((row) => Object.fromEntries(header.map((name, i) => [name, row[i]])));
}

export const counts = ({ created, updated, unchanged, rejected }) => ({ created, updated, unchanged, rejected });
