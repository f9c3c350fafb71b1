// In which company of another a page shows the office, and by whose leave: for the platform's staff.

/** A company and a grant of it: what a window remembers, and what a link for a colleague says. Neither is a secret. */
export interface Pair {
  company: string;
  grant: string;
}

const ID = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';
const PAIR = new RegExp(`^(${ID})\\.(${ID})$`);

export const writePair = ({ company, grant }: Pair) => `${company}.${grant}`;

export function readPair(text: string | null): Pair | null {
  const [, company, grant] = PAIR.exec(text ?? '') ?? [];
  return company && grant ? { company, grant } : null;
}

/** Pages through which somebody comes into the office in his own name. */
export const isOfficeDoor = (path: string) => /^\/(?:signin|forgot|reset|invitation|email)(?:\/|$)/.test(path);
