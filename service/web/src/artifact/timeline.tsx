// The days on which something changed, as a line with the answer on each, and a slider over them.
import { useEffect, useState } from 'preact/hooks';
import { optionsOf, rightName, type Question } from '../question';
import { ask, useAnswer } from '../query';
import type { BatchCheckResponse, Claim, ClaimView, Explanation } from '../wire';
import { t } from '../text';
import { overall } from './sentence';
import { VerdictIcon } from '../ui/verdict';
import { update } from './question-panel';

const day = /^\d{4}-\d{2}-\d{2}$/;
// Nearest upstreams whose claims are looked at: a long tail of data sets would cost a call each.
const upstreamsAtMost = 12;
const daysAtMost = 60;

function daysOf(claims: Claim[]): string[] {
  return claims.flatMap((claim) => [claim.validFrom ?? '', claim.validUntil ?? '', claim.edge?.made ?? '']).filter((text) => day.test(text));
}

// Days on which a statement about the artifact, or about what it was made from, begins or ends.
function useDays(id: string, own: ClaimView[] | undefined, explanation: Explanation | undefined): string[] {
  const upstream = [...(explanation?.upstream ?? [])].sort((a, b) => (a.path?.length ?? 0) - (b.path?.length ?? 0)).slice(0, upstreamsAtMost).map((entry) => entry.artifact ?? '');
  const key = upstream.join('\n');
  const [days, setDays] = useState<{ id: string; days: string[] }>({ id: '', days: [] });
  useEffect(() => {
    if (!own) return undefined;
    const abort = new AbortController();
    void (async () => {
      const answers = await Promise.all(
        upstream.map((artifact) => ask<{ claims?: Claim[] }>('ClaimService/ListClaims', { artifact, pageSize: 200 }, abort.signal).catch(() => ({ claims: [] }))),
      );
      if (abort.signal.aborted) return;
      const all = daysOf([...own.map((view) => view.claim), ...answers.flatMap((answer) => answer.claims ?? [])]);
      setDays({ id, days: [...new Set(all)].sort().slice(-daysAtMost) });
    })();
    return () => abort.abort();
  }, [id, own === undefined, key]);
  return days.id === id ? days.days : [];
}

export function Timeline({ id, question, claims, explanation, today }: {
  id: string;
  question: Question;
  claims: ClaimView[] | undefined;
  explanation: Explanation | undefined;
  today: string;
}) {
  const known = useDays(id, claims, explanation).filter((text) => !today || text <= today);
  const end = today && !known.includes(today) ? [...known, today] : known;
  const checks = end.map((asOf) => ({ artifact: id, rights: question.rights.map(rightName), options: { ...optionsOf(question), asOf } }));
  const answers = useAnswer<BatchCheckResponse>('PermissionService/BatchCheck', end.length > 1 ? { checks } : undefined, 200);
  const text = t.value.question;
  const verdicts = end.map((_, at) => {
    const response = answers.data?.results?.[at]?.response;
    return response ? overall({ verdict: response.verdict, gate: response.gate, complete: response.complete }) : 'unknown';
  });
  const asked = question.asOf || today;
  // The last day at or before the one that is asked about.
  let at = end.length - 1;
  while (at > 0 && (end[at] ?? '') > asked) at -= 1;
  // Days on which the answer itself turned.
  const turns = verdicts.flatMap((verdict, index) => (verdict !== 'unknown' && verdicts[index - 1] !== verdict ? [{ day: end[index] ?? '', verdict }] : []));
  return (
    <div class="timeline">
      <label class="field">
        <span class="field-label">{text.day}</span>
        <input type="date" value={asked} min="2018-01-01" max="2100-12-31" onChange={(event) => {
          const value = event.currentTarget.value;
          update(question, { asOf: value === today ? '' : value });
        }} />
      </label>
      {end.length > 1 && (
        <>
          <input
            type="range"
            min={0}
            max={end.length - 1}
            step={1}
            value={at}
            aria-label={text.timeline}
            aria-valuetext={`${end[at]}: ${t.value.verdict[verdicts[at] ?? 'unknown']}`}
            onInput={(event) => {
              const value = end[Number(event.currentTarget.value)] ?? '';
              update(question, { asOf: value === today ? '' : value });
            }}
          />
          <svg class="timeline-line" viewBox={`0 0 ${end.length * 20} 18`} preserveAspectRatio="none" aria-hidden="true">
            {verdicts.map((verdict, index) => (
              <g key={index} class={verdict}>
                <rect x={index * 20} y={0} width={20} height={18} class={index === at ? 'now' : ''}><title>{`${end[index]}: ${t.value.verdict[verdict]}`}</title></rect>
              </g>
            ))}
          </svg>
          <p class="small muted timeline-ends tabular"><span>{end[0]}</span><span>{text.today}</span></p>
          <ol class="turns small" aria-label={text.turns}>
            {turns.slice(-4).map(({ day: from, verdict }) => (
              <li key={from} class={verdict}>
                <button type="button" class="link tabular" onClick={() => update(question, { asOf: from === today ? '' : from })}>{from}</button>
                <span class="tone"><VerdictIcon verdict={verdict} size={12} /> {t.value.verdict[verdict]}</span>
              </li>
            ))}
          </ol>
        </>
      )}
      {question.asOf && (
        <button type="button" class="button quiet" onClick={() => update(question, { asOf: '' })}>{text.backToToday}</button>
      )}
    </div>
  );
}
