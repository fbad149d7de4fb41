// A verdict is never a colour alone: symbol, word and colour, always together.
import type { Verdict } from '../wire';
import { t, word } from '../text';

export type VerdictWord = 'permitted' | 'conditional' | 'undetermined' | 'prohibited' | 'unknown';

export function verdictWord(verdict: Verdict | string | undefined): VerdictWord {
  const text = word('VERDICT_', verdict);
  return text === 'permitted' || text === 'conditional' || text === 'undetermined' || text === 'prohibited' ? text : 'unknown';
}

const order: VerdictWord[] = ['prohibited', 'unknown', 'undetermined', 'conditional', 'permitted'];
export const strictness = (verdict: VerdictWord) => order.indexOf(verdict);
export const strictest = (verdicts: VerdictWord[]): VerdictWord =>
  verdicts.length ? verdicts.reduce((a, b) => (strictness(a) < strictness(b) ? a : b)) : 'unknown';

// Of a derivation that was cut short nothing is permitted, whatever a part of an answer says.
export const capped = (verdict: VerdictWord, complete: boolean | undefined): VerdictWord =>
  complete || verdict !== 'permitted' ? verdict : 'undetermined';

// In a box of 16 × 16: a tick, a half-filled ring, a question mark, a cross, a dash. Shapes differ without colour.
export const verdictPaths: Record<VerdictWord, string> = {
  permitted: 'M3.2 8.6l3.1 3.1 6.5-7.2',
  conditional: 'M8 2.6a5.4 5.4 0 1 1 0 10.800a5.400 5.400 0 1 1 0-10.800zM8 2.600v10.800M9.800 4v8M11.600 5.400v5.200',
  undetermined: 'M5.200 6a2.900 2.900 0 1 1 4.300 2.500c-1 .6-1.500 1-1.500 2.100M8 13.200v.1',
  prohibited: 'M4 4l8 8M12 4l-8 8',
  unknown: 'M4 8h8',
};

export function VerdictIcon({ verdict, size = 16 }: { verdict: VerdictWord; size?: number }) {
  return (
    <svg class="verdict-icon" width={size} height={size} viewBox="0 0 16 16" aria-hidden="true">
      <path d={verdictPaths[verdict]} fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round" />
    </svg>
  );
}

export function VerdictMark({ verdict, large = false }: { verdict: VerdictWord; large?: boolean }) {
  return (
    <span class={`mark ${verdict}${large ? ' large' : ''}`} title={t.value.verdictSays[verdict]}>
      <VerdictIcon verdict={verdict} size={large ? 20 : 14} />
      <span>{t.value.verdict[verdict]}</span>
    </span>
  );
}
