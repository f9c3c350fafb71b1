// The pages, each loaded when it is first opened.

import type { Component } from 'svelte';
import type { Key } from '../../core/i18n.ts';
import type { Me } from '../../core/types.ts';

export interface Page {
  // Props differ from page to page and are made right here, beside the import that they belong to.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  view: Component<any>;
  props: Record<string, unknown>;
}

interface Route {
  pattern: RegExp;
  title: Key;
  may?: (me: Me) => boolean;
  open: (parts: string[]) => Promise<Page>;
}

export const ROUTES: readonly Route[] = [
  {
    pattern: /^\/jobs$/,
    title: 'jobs.title',
    open: async () => ({ view: (await import('../../features/jobs/JobsPage.svelte')).default, props: {} }),
  },
];
