// What a page says, as text; the spaces of South African numbers are plain ones.
import { execFileSync } from 'node:child_process';

export const pdfWords = (bytes) => execFileSync('pdftotext', ['-layout', '-', '-'], { input: bytes, encoding: 'utf8' }).replace(/[\u00a0\u202f]/g, ' ');
