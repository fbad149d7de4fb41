// What would settle a conditional answer: questions that the reader can answer, each changing the result at once.
import { useState } from 'preact/hooks';
import type { Question } from '../question';
import type { Because, HeadroomResponse, Vocabulary } from '../wire';
import { number, t, word } from '../text';
import { Segmented, Select } from '../ui/parts';
import { VerdictMark, verdictWord } from '../ui/verdict';
import { AmountField, PurposeField, RegionField, update } from './question-panel';

const contextOrder = ['purpose', 'monthly-active-users', 'region', 'annual-revenue-usd', 'established-in', 'entity'];

// Keys and facts that the conditions in the way still need; what most of them need comes first.
export function openQuestions(because: Because[]): { keys: string[]; facts: string[] } {
  const keys = new Map<string, number>();
  const facts = new Map<string, number>();
  for (const entry of because) {
    if (verdictWord(entry.verdict) !== 'conditional') continue;
    for (const key of entry.missingContext ?? []) keys.set(word('CONTEXT_KEY_', key), (keys.get(word('CONTEXT_KEY_', key)) ?? 0) + 1);
    for (const fact of entry.missingFacts ?? []) facts.set(fact, (facts.get(fact) ?? 0) + 1);
  }
  return {
    keys: contextOrder.filter((key) => keys.has(key)),
    facts: [...facts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).map(([fact]) => fact),
  };
}

function KeyQuestion({ id, question, vocabulary }: { id: string; question: Question; vocabulary: Vocabulary | undefined }) {
  const label = t.value.settle.key[id] ?? id;
  if (id === 'monthly-active-users') return <AmountField label={label} value={question.users} onChange={(users) => update(question, { users })} />;
  if (id === 'annual-revenue-usd') return <AmountField label={label} value={question.revenue} onChange={(revenue) => update(question, { revenue })} />;
  if (id === 'region') return <RegionField label={label} value={question.regions} onChange={(regions) => update(question, { regions })} />;
  if (id === 'established-in') return <RegionField label={label} value={question.established} onChange={(established) => update(question, { established })} />;
  if (id === 'purpose') return <PurposeField value={question.purposes} vocabulary={vocabulary} onChange={(purposes) => update(question, { purposes })} />;
  const entities = t.value.question.entities;
  return (
    <Select
      label={label}
      value={question.entity}
      options={[{ value: '', label: t.value.question.any }, ...(vocabulary?.entities ?? []).map((entity) => ({ value: entity, label: entities[entity] ?? entity }))]}
      onChange={(entity) => update(question, { entity })}
    />
  );
}

export function Settle({ because, question, vocabulary }: { because: Because[]; question: Question; vocabulary: Vocabulary | undefined }) {
  const [all, setAll] = useState(false);
  const { keys, facts } = openQuestions(because);
  if (!keys.length && !facts.length) return null;
  const text = t.value.settle;
  const shownFacts = all ? facts : facts.slice(0, Math.max(1, 4 - keys.length));
  return (
    <div class="settle">
      <h3>{text.title}</h3>
      <p class="muted small">{text.says}</p>
      <div class="settle-grid">
        {keys.map((key) => <KeyQuestion key={key} id={key} question={question} vocabulary={vocabulary} />)}
      </div>
      <ul class="settle-facts">
        {shownFacts.map((fact) => (
          <li key={fact}>
            <span>{vocabulary?.facts?.find(({ id }) => id === fact)?.says ?? fact.replace(/-/g, ' ')}</span>
            <Segmented
              label={vocabulary?.facts?.find(({ id }) => id === fact)?.says ?? fact}
              hideLabel
              value=""
              options={[
                { value: 'yes', label: t.value.yesNo['yes'] ?? '' },
                { value: 'no', label: t.value.yesNo['no'] ?? '' },
              ]}
              onChange={(value) => update(question, { facts: { ...question.facts, [fact]: value === 'yes' } })}
            />
          </li>
        ))}
      </ul>
      {facts.length > shownFacts.length && (
        <button type="button" class="link small" onClick={() => setAll(true)}>{text.more(facts.length - shownFacts.length)}</button>
      )}
    </div>
  );
}

// Up to how many users, how much revenue, the answer holds.
export function Headroom({ answer }: { answer: HeadroomResponse | undefined }) {
  const rooms = (answer?.headrooms ?? []).filter((room) => (room.ranges?.length ?? 0) > 1);
  if (!rooms.length) return null;
  const names: Record<string, string> = { 'monthly-active-users': t.value.question.users, 'annual-revenue-usd': t.value.question.revenue };
  return (
    <div class="headroom">
      {rooms.map((room) => (
        <p key={room.key}>
          <strong>{names[word('CONTEXT_KEY_', room.key)] ?? word('CONTEXT_KEY_', room.key).replace(/-/g, ' ')}</strong>
          {room.ranges?.map((range, at) => (
            <span key={at} class="range">
              <span class="tabular">
                {range.to === undefined ? `> ${number(range.from)}` : `≤ ${number(range.to)}`}
              </span>
              <VerdictMark verdict={verdictWord(range.verdict)} />
            </span>
          ))}
        </p>
      ))}
    </div>
  );
}
