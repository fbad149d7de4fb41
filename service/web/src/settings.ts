// Light or dark: the system's, unless the reader chose.
import { effect, signal } from '@preact/signals';

function remembered(): string {
  try {
    return localStorage.getItem('theme') ?? 'system';
  } catch {
    return 'system';
  }
}

export const theme = signal(remembered());
const dark = matchMedia('(prefers-color-scheme: dark)');
const systemDark = signal(dark.matches);
dark.addEventListener('change', () => {
  systemDark.value = dark.matches;
});

effect(() => {
  const chosen = theme.value;
  document.documentElement.dataset['theme'] = chosen === 'dark' || (chosen !== 'light' && systemDark.value) ? 'dark' : 'light';
  try {
    localStorage.setItem('theme', chosen);
  } catch {
    // No storage: the choice lasts as long as the page.
  }
});
