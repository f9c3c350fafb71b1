// Lets the C side make proofs under many random keys and checks them with the independent verifier.
//   node verify.test.mjs PROGRAM      PROGRAM is the test program of the tree; "PROGRAM export FOLDER" writes its cases
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { verifyConsistency, verifyInclusion } from './verify.mjs';

const folder = mkdtempSync(join(tmpdir(), 'fw-verify-'));
const flip = (text, at) => text.slice(0, at) + (text[at] === 'A' ? 'B' : 'A') + text.slice(at + 1);

function check(name) {
  const read = (kind) => readFileSync(join(folder, `${name}.${kind}`), 'utf8');
  const [vkey, leaf, proof, older, newer, hashes] = ['vkey', 'leaf', 'proof', 'old', 'new', 'hashes'].map(read);
  verifyInclusion(vkey, Buffer.from(leaf), proof);
  verifyConsistency(vkey, older, newer, hashes);
  assert.throws(() => verifyInclusion(vkey, Buffer.from(`${leaf}.`), proof));
  assert.throws(() => verifyInclusion(vkey, Buffer.from(leaf), proof.replace(/index (\d+)/, (_, n) => `index ${Number(n) + 1}`)));
  assert.throws(() => verifyInclusion(flip(vkey, vkey.indexOf('+') + 7), Buffer.from(leaf), proof));
  for (let at = proof.indexOf('\n', 30) + 1; at < proof.length; at += 11) {
    if (/[A-Za-z0-9+/]/.test(proof[at])) assert.throws(() => verifyInclusion(vkey, Buffer.from(leaf), flip(proof, at)), `${name} ${at}`);
  }
  if (older !== newer) assert.throws(() => verifyConsistency(vkey, newer, older, hashes));
  if (hashes) assert.throws(() => verifyConsistency(vkey, older, newer, flip(hashes, 5)));
  return vkey.slice(vkey.indexOf('+') + 1).includes('+');
}

try {
  execFileSync(process.argv[2], ['export', folder], { stdio: 'inherit' });
  const names = readdirSync(folder).filter((f) => f.endsWith('.vkey')).map((f) => f.slice(0, -5));
  const withPlus = names.map(check).filter(Boolean).length;
  assert.equal(names.length, 200);
  assert.ok(withPlus > 20, 'keys with a plus in their base64 must be among them');
  console.log(`OK ${names.length} keys, ${withPlus} of them with a plus`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
