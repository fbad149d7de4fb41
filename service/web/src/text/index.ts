// The language in force. English is in the first page; others are loaded when somebody asks for them.
import { computed, signal } from '@preact/signals';
import { en, type Text } from './en';

const loaders: Record<string, () => Promise<Text>> = {
  en: async () => en,
  ko: async () => (await import('./ko')).ko,
};

export const languages = [
  { code: 'en', name: 'English' },
  { code: 'ko', name: '한국어' },
];

const current = signal<Text>(en);
export const t = computed(() => current.value);

export async function speak(code: string) {
  const load = loaders[code] ?? loaders['en'];
  current.value = await (load as () => Promise<Text>)();
  document.documentElement.lang = current.value.code;
  try {
    localStorage.setItem('language', current.value.code);
  } catch {
    // No storage: the choice lasts as long as the page.
  }
}

export function spokenBefore(): string {
  try {
    const kept = localStorage.getItem('language');
    if (kept && loaders[kept]) return kept;
  } catch {
    // No storage.
  }
  return (navigator.languages ?? []).map((code) => code.slice(0, 2)).find((code) => loaders[code]) ?? 'en';
}

// RIGHT_COMMERCIAL_USE → commercial-use: the word of an enum value, as texts and links have it.
export function word(prefix: string, value: string | undefined): string {
  return (value ?? '').replace(prefix, '').toLowerCase().replace(/_/g, '-');
}

// What an enum value is called; its own word where no text is there, so that a newer server does not break the page.
export function named(texts: Record<string, string>, prefix: string, value: string | undefined): string {
  const key = word(prefix, value);
  return texts[key] ?? key.replace(/-/g, ' ');
}

export function number(value: number | string | undefined): string {
  return Number(value ?? 0).toLocaleString(current.value.code);
}
