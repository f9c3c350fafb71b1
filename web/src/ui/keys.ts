// Keyboard shortcuts of the office. They sleep while somebody types, while a dialog is open, and for keys held
// with Ctrl, Alt or Cmd, which belong to the browser.

export interface Shortcut {
  /** One key, or two after each other: "g j". */
  keys: string;
  run: () => void;
}

const PAUSE_MS = 1200;
const layers: Shortcut[][] = [];
let first = '';
let firstAt = 0;

function typing(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement) return !['checkbox', 'radio', 'button'].includes(target.type);
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement || target.isContentEditable;
}

function find(keys: string): Shortcut | undefined {
  for (const layer of layers.toReversed()) {
    const found = layer.find((shortcut) => shortcut.keys === keys);
    if (found) return found;
  }
  return undefined;
}

addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (typing(event.target) || document.querySelector('dialog[open]')) return;
  const pair = Date.now() - firstAt < PAUSE_MS ? find(`${first} ${event.key}`) : undefined;
  const shortcut = pair ?? find(event.key);
  first = pair ? '' : event.key;
  firstAt = Date.now();
  if (!shortcut) return;
  event.preventDefault();
  shortcut.run();
});

/** Adds shortcuts; the newest win. The answer takes them away again (an effect can return it). */
export function shortcuts(layer: Shortcut[]): () => void {
  layers.push(layer);
  return () => {
    layers.splice(layers.indexOf(layer), 1);
  };
}
