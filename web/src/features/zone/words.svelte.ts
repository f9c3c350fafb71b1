// The words of the customer's page, in his language. A catalogue of its own: it is the first thing that a phone
// on a slow line has to fetch, and the office's words would be most of it.

import af from '../../../locales/zone.af.json' with { type: 'json' };
import en from '../../../locales/zone.en.json' with { type: 'json' };

export type Key = keyof typeof en;
export type Language = 'en' | 'af';

const CATALOGUES: Record<Language, Record<Key, string>> = { en, af };
const KEY = 'fieldward.zone.language';

function first(): Language {
  try {
    const kept = localStorage.getItem(KEY);
    if (kept === 'en' || kept === 'af') return kept;
  } catch {
    // Storage may be forbidden; then the browser's language decides each time.
  }
  return navigator.language.startsWith('af') ? 'af' : 'en';
}

class Words {
  language = $state<Language>(first());

  choose(language: Language): void {
    this.language = language;
    try {
      localStorage.setItem(KEY, language);
    } catch {
      // The choice lasts as long as the page, then.
    }
  }
}

export const words = new Words();

export function t(key: Key, values: Record<string, string | number> = {}): string {
  return CATALOGUES[words.language][key].replace(/\{(\w+)\}/g, (whole, name: string) => `${values[name] ?? whole}`);
}

/** The words for one of the names that the server uses. */
export const named = (stem: 'state' | 'job.stage' | 'job.visit', name: string): string => t(`${stem}.${name}` as Key);
