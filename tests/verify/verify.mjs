// An independent verifier of what the audit log hands out. Node's standard library and nothing of ours.
//
//   node verify.mjs inclusion VKEY LEAF PROOF            one event is in the log that the key's owner signed
//   node verify.mjs consistency VKEY OLD NEW HASHES      a newer checkpoint only added to an older one
//
// VKEY, PROOF, OLD, NEW and HASHES are text files, LEAF the bytes of the event. Formats: c2sp.org/tlog-proof@v1,
// c2sp.org/tlog-checkpoint, RFC 6962 section 2.1; HASHES has one base64 hash a line. Exit code 0 and "OK ...", or 1 and "FAIL ...".
import { readFileSync } from 'node:fs';
import { createHash, createPublicKey, verify } from 'node:crypto';
import { pathToFileURL } from 'node:url';

const ED25519_SPKI = Buffer.from('302a300506032b6570032100', 'hex');
const ALG_ED25519 = 1;
const PROOF_MAGIC = 'c2sp.org/tlog-proof@v1';

const sha256 = (...parts) => parts.reduce((h, p) => h.update(p), createHash('sha256')).digest();
export const leafHash = (leaf) => sha256(Buffer.of(0), leaf);
const pair = (left, right) => sha256(Buffer.of(1), left, right);

function need(condition, what) {
  if (!condition) throw new Error(what);
}

function base64(text, bytes, what) {
  const b = Buffer.from(text, 'base64');
  need(b.length === bytes && b.toString('base64') === text, what);
  return b;
}

function decimal(text, what) {
  need(/^(0|[1-9][0-9]{0,18})$/.test(text ?? ''), what);
  return BigInt(text);
}

// "name+base64": the first plus divides them, for base64 has pluses of its own and names have none.
function readVkey(text) {
  const line = text.trim();
  const plus = line.indexOf('+');
  need(plus > 0, 'key: no name');
  const name = line.slice(0, plus);
  const raw = base64(line.slice(plus + 1), 32, 'key: not 32 bytes');
  const id = sha256(name, '\n', Buffer.of(ALG_ED25519), raw).subarray(0, 4);
  const key = createPublicKey({ key: Buffer.concat([ED25519_SPKI, raw]), format: 'der', type: 'spki' });
  return { name, id, key };
}

function signedBy(line, body, { name, id, key }) {
  const [dash, signer, text, more] = line.split(' ');
  if (dash !== '—' || signer !== name || more !== undefined) return false;
  const bytes = Buffer.from(text ?? '', 'base64');
  return bytes.length === 68 && bytes.subarray(0, 4).equals(id) && verify(null, Buffer.from(body), key, bytes.subarray(4));
}

export function readCheckpoint(text, vkey) {
  const key = readVkey(vkey);
  const gap = text.indexOf('\n\n');
  need(gap > 0 && text.endsWith('\n'), 'checkpoint: form');
  const body = text.slice(0, gap + 1);
  const signatures = text.slice(gap + 2, -1).split('\n');
  need(signatures.some((line) => signedBy(line, body, key)), 'checkpoint: signature');
  const [origin, size, root] = body.split('\n');
  need(origin === key.name, 'checkpoint: another log');
  return { size: decimal(size, 'checkpoint: size'), root: base64(root, 32, 'checkpoint: root') };
}

// RFC 9162 section 2.1.3.2: walks up from the leaf; `last` is the last node of the same level.
function rootFromPath(leaf, index, size, path) {
  need(index < size, 'index beyond the log');
  let node = index;
  let last = size - 1n;
  let hash = leaf;
  for (const step of path) {
    need(last > 0n, 'path too long');
    if (node % 2n === 1n || node === last) {
      hash = pair(step, hash);
      while (node % 2n === 0n && node > 0n) [node, last] = [node / 2n, last / 2n];
    } else {
      hash = pair(hash, step);
    }
    [node, last] = [node / 2n, last / 2n];
  }
  need(last === 0n, 'path too short');
  return hash;
}

export function verifyInclusion(vkey, leaf, proof) {
  const gap = proof.indexOf('\n\n');
  need(gap > 0, 'proof: form');
  const lines = proof.slice(0, gap).split('\n');
  need(lines.shift() === PROOF_MAGIC, 'proof: not of this format');
  if (lines[0]?.startsWith('extra ')) lines.shift();
  const index = decimal(/^index (.*)$/.exec(lines.shift() ?? '')?.[1], 'proof: index');
  const path = lines.map((line) => base64(line, 32, 'proof: hash'));
  const { size, root } = readCheckpoint(proof.slice(gap + 2), vkey);
  need(rootFromPath(leafHash(leaf), index, size, path).equals(root), 'the event is not in this log');
  return { index, size };
}

// RFC 9162 section 2.1.4.2: the same walk for both trees at once, from the node where the old tree ended.
export function verifyConsistency(vkey, oldText, newText, hashes) {
  const older = readCheckpoint(oldText, vkey);
  const newer = readCheckpoint(newText, vkey);
  const path = hashes.split('\n').filter(Boolean).map((line) => base64(line, 32, 'proof: hash'));
  need(older.size <= newer.size, 'the log shrank');
  if (older.size === 0n || older.size === newer.size) {
    need(path.length === 0, 'proof: too long');
    need(older.size === 0n || older.root.equals(newer.root), 'two roots of one size');
    return { from: older.size, to: newer.size };
  }
  let node = older.size - 1n;
  let last = newer.size - 1n;
  while (node % 2n === 1n) [node, last] = [node / 2n, last / 2n];
  if (node === 0n) path.unshift(older.root);
  need(path.length > 0, 'proof: too short');
  let [oldHash, newHash] = [path[0], path[0]];
  for (const step of path.slice(1)) {
    need(last > 0n, 'proof: too long');
    if (node % 2n === 1n || node === last) {
      [oldHash, newHash] = [pair(step, oldHash), pair(step, newHash)];
      while (node % 2n === 0n && node > 0n) [node, last] = [node / 2n, last / 2n];
    } else {
      newHash = pair(newHash, step);
    }
    [node, last] = [node / 2n, last / 2n];
  }
  need(last === 0n, 'proof: too short');
  need(oldHash.equals(older.root) && newHash.equals(newer.root), 'history was changed');
  return { from: older.size, to: newer.size };
}

function main([what, ...files]) {
  const text = (i) => readFileSync(files[i], 'utf8');
  if (what === 'inclusion' && files.length === 3) {
    const { index, size } = verifyInclusion(text(0), readFileSync(files[1]), text(2));
    return `inclusion: event ${index} of ${size}`;
  }
  need(what === 'consistency' && files.length === 4, 'usage: verify.mjs inclusion VKEY LEAF PROOF | consistency VKEY OLD NEW HASHES');
  const { from, to } = verifyConsistency(text(0), text(1), text(2), text(3));
  return `consistency: ${from} to ${to}`;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  try {
    console.log(`OK ${main(process.argv.slice(2))}`);
  } catch (error) {
    console.log(`FAIL ${error.message}`);
    process.exitCode = 1;
  }
}
