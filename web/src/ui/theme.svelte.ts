// Light, dark, or as the system says. A choice of this browser, not of the account.

const KEY = 'fieldward.theme';
export type Theme = 'system' | 'light' | 'dark';
const ORDER: Theme[] = ['system', 'light', 'dark'];

class ThemeChoice {
  value = $state<Theme>('system');

  constructor() {
    try {
      this.#show(ORDER.find((known) => known === localStorage.getItem(KEY)) ?? 'system');
    } catch {
      // Storage may be forbidden; then the system's choice stands.
    }
  }

  next(): void {
    const theme = ORDER[(ORDER.indexOf(this.value) + 1) % ORDER.length] ?? 'system';
    this.#show(theme);
    try {
      localStorage.setItem(KEY, theme);
    } catch {
      // The choice lasts as long as the page, then.
    }
  }

  #show(theme: Theme): void {
    this.value = theme;
    if (theme === 'system') delete document.documentElement.dataset['theme'];
    else document.documentElement.dataset['theme'] = theme;
  }
}

export const theme = new ThemeChoice();
