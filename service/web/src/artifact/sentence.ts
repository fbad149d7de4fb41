// The one sentence that answers. It never says more than the verdict and the gate together.
import type { Explanation, Gate } from '../wire';
import { t, word } from '../text';
import { licenseLabel } from '../ui/parts';
import { capped, strictest, verdictWord, type VerdictWord } from '../ui/verdict';

export interface Answered {
  verdict?: string | undefined;
  gate?: Gate | undefined;
  complete?: boolean | undefined;
}

// The answer as a whole: what may be done, and where it is to be released, whether its label fits. The stricter counts.
export function overall(answer: Answered): VerdictWord {
  const verdict = verdictWord(answer.verdict);
  const gate = answer.gate?.verdict ? verdictWord(answer.gate.verdict) : verdict;
  return capped(strictest([verdict, gate]), answer.complete);
}

export const acts = (rights: string[]) => t.value.and(rights.map((right) => t.value.mayDo[right] ?? right));

export function sentence(rights: string[], answer: Answered): string {
  const text = t.value.sentence;
  const verdict = verdictWord(answer.verdict);
  const gate = answer.gate?.verdict ? verdictWord(answer.gate.verdict) : 'permitted';
  const whole = overall(answer);
  if (verdict !== 'prohibited' && whole === 'prohibited' && gate === 'prohibited') return text.gateProhibited;
  if (verdict === 'permitted' && gate === 'conditional') return text.gateConditional(licenseLabel(answer.gate?.under));
  if (whole === 'unknown') return text.undetermined(acts(rights));
  return text[whole](acts(rights));
}

// Rights that are allowed one by one and not together.
export function onlyTogether(explanation: Explanation): boolean {
  const alone = strictest((explanation.verdicts ?? []).map((entry) => verdictWord(entry.verdict)));
  return alone !== verdictWord(explanation.jointVerdict) && (explanation.verdicts?.length ?? 0) > 1;
}

export const rightWord = (right: string | undefined) => word('RIGHT_', right);
