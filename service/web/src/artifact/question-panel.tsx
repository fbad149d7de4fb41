// The controls: what is asked, for whom, on which day, under which reading of the law. Each change asks anew at once.
import { useEffect, useState } from 'preact/hooks';
import { allParams, allRights, amount, paramsOf, stances, switches, uses, type Question } from '../question';
import { setParams } from '../route';
import { useAnswer } from '../query';
import type { StanceVerdict, TheoryChoice, Vocabulary } from '../wire';
import { t, word } from '../text';
import { Check, Select } from '../ui/parts';
import { VerdictIcon, verdictWord } from '../ui/verdict';

export function update(question: Question, changes: Partial<Question>) {
  const params = paramsOf({ ...question, ...changes });
  setParams(Object.fromEntries(allParams.map((name) => [name, params.get(name) ?? undefined])));
}

const toggle = (list: string[], item: string) => (list.includes(item) ? list.filter((other) => other !== item) : [...list, item]);

// A number as people write it; asked about when it is one, and marked when it is not.
export function AmountField({ label, value, onChange }: { label: string; value: string; onChange: (value: string) => void }) {
  const shown = (text: string) => (text ? Number(text).toLocaleString('en') : '');
  const [text, setText] = useState(shown(value));
  useEffect(() => {
    if (String(amount(text) ?? '') !== value) setText(shown(value));
  }, [value]);
  const bad = text.trim() !== '' && amount(text) === undefined;
  return (
    <label class="field">
      <span class="field-label">{label}</span>
      <input
        type="text"
        inputMode="text"
        value={text}
        placeholder={t.value.question.amountHint}
        aria-invalid={bad}
        onInput={(event) => {
          const typed = event.currentTarget.value;
          setText(typed);
          const number = amount(typed);
          if (typed.trim() === '') onChange('');
          else if (number !== undefined) onChange(String(number));
        }}
      />
      {bad && <span class="field-error" role="alert">{t.value.question.amountBad}</span>}
    </label>
  );
}

export function RightsField({ question }: { question: Question }) {
  const text = t.value;
  return (
    <fieldset class="plain">
      <legend class="group-label">{text.question.rights}</legend>
      <div class="chips">
        {allRights.map((right) => {
          const on = question.rights.includes(right);
          return (
            <label key={right} class={`chip${on ? ' on' : ''}`}>
              <input
                type="checkbox"
                checked={on}
                onChange={() => {
                  const rights = toggle(question.rights, right);
                  // One right at least is asked about.
                  if (rights.length) update(question, { rights: allRights.filter((other) => rights.includes(other)) });
                }}
              />
              {on && <span aria-hidden="true">✓</span>}
              {text.right[right]}
            </label>
          );
        })}
      </div>
    </fieldset>
  );
}

export function StanceField({ question, byStance }: { question: Question; byStance?: StanceVerdict[] | undefined }) {
  const text = t.value;
  return (
    <fieldset class="plain">
      <legend class="group-label">{text.question.stance}</legend>
      <div class="stances">
        {stances.map((stance) => {
          const answer = byStance?.find((entry) => word('STANCE_', entry.stance) === stance)?.verdict;
          const verdict = answer ? verdictWord(answer) : undefined;
          return (
            <label key={stance} class={`stance${question.stance === stance ? ' on' : ''}`}>
              <input type="radio" name="stance" checked={question.stance === stance} onChange={() => update(question, { stance })} />
              <span class="stance-name">{text.stance[stance]}</span>
              {verdict && (
                <span class={`stance-verdict ${verdict}`}>
                  <VerdictIcon verdict={verdict} size={13} /> {text.verdict[verdict]}
                </span>
              )}
              <span class="stance-says">{text.stanceSays[stance]}</span>
            </label>
          );
        })}
      </div>
    </fieldset>
  );
}

export function RegionField({ label, value, onChange }: { label: string; value: string[]; onChange: (value: string[]) => void }) {
  const text = t.value.question;
  const known = Object.keys(text.regions);
  const options = [{ value: '', label: text.any }, ...[...new Set([...known, ...value])].map((code) => ({ value: code, label: text.regions[code] ?? code }))];
  return <Select label={label} value={value[0] ?? ''} options={options} onChange={(code) => onChange(code ? [code] : [])} />;
}

export function PurposeField({ value, onChange, vocabulary }: { value: string[]; onChange: (value: string[]) => void; vocabulary: Vocabulary | undefined }) {
  const text = t.value.question;
  const says = (id: string) => vocabulary?.purposes?.find((purpose) => purpose.id === id)?.says ?? id.replace(/-/g, ' ');
  const open = (vocabulary?.purposes ?? []).filter((purpose) => !value.includes(purpose.id));
  return (
    <div class="field">
      <label class="field">
        <span class="field-label">{text.purpose}</span>
        <select
          value=""
          onChange={(event) => {
            const id = event.currentTarget.value;
            if (id) onChange([...value, id]);
            event.currentTarget.value = '';
          }}
        >
          <option value="">{value.length ? text.addPurpose : text.any}</option>
          <optgroup label={text.usual}>
            {open.filter((purpose) => !purpose.harmful).map((purpose) => <option key={purpose.id} value={purpose.id}>{purpose.says}</option>)}
          </optgroup>
          <optgroup label={text.harmful}>
            {open.filter((purpose) => purpose.harmful).map((purpose) => <option key={purpose.id} value={purpose.id}>{purpose.says}</option>)}
          </optgroup>
        </select>
      </label>
      {value.map((id) => (
        <span key={id} class="given">
          <span>{says(id)}</span>
          <button type="button" class="button quiet" aria-label={`${t.value.whatif.remove}: ${says(id)}`} onClick={() => onChange(value.filter((other) => other !== id))}>×</button>
        </span>
      ))}
    </div>
  );
}

// Facts that somebody gave, so that they can be taken back.
function GivenFacts({ question, vocabulary }: { question: Question; vocabulary: Vocabulary | undefined }) {
  const given = Object.entries(question.facts);
  if (!given.length) return null;
  return (
    <div class="field">
      <span class="group-label">{t.value.question.facts}</span>
      {given.map(([fact, value]) => (
        <span key={fact} class="given">
          <span>
            <strong>{value ? t.value.yesNo['yes'] : t.value.yesNo['no']}</strong>: {vocabulary?.facts?.find(({ id }) => id === fact)?.says ?? fact}
          </span>
          <button
            type="button"
            class="button quiet"
            aria-label={`${t.value.whatif.remove}: ${fact}`}
            onClick={() => {
              const { [fact]: _, ...facts } = question.facts;
              update(question, { facts });
            }}
          >
            ×
          </button>
        </span>
      ))}
    </div>
  );
}

export function UseFields({ question, vocabulary }: { question: Question; vocabulary: Vocabulary | undefined }) {
  const text = t.value.question;
  return (
    <>
      <Select label={text.use} value={question.use} options={['', ...uses].map((use) => ({ value: use, label: t.value.use[use] ?? use }))} onChange={(use) => update(question, { use })} />
      <PurposeField value={question.purposes} vocabulary={vocabulary} onChange={(purposes) => update(question, { purposes })} />
      <RegionField label={text.region} value={question.regions} onChange={(regions) => update(question, { regions })} />
      <AmountField label={text.users} value={question.users} onChange={(users) => update(question, { users })} />
      <Check label={text.modified} checked={question.modified} onChange={(modified) => update(question, { modified })} />
      <details class="more" open={Boolean(question.revenue || question.entity || question.established.length || question.madeIt)}>
        <summary>{text.more}</summary>
        <div class="stack">
          <AmountField label={text.revenue} value={question.revenue} onChange={(revenue) => update(question, { revenue })} />
          <RegionField label={text.seat} value={question.established} onChange={(established) => update(question, { established })} />
          <Select
            label={text.entity}
            value={question.entity}
            options={[{ value: '', label: text.any }, ...(vocabulary?.entities ?? []).map((id) => ({ value: id, label: text.entities[id] ?? id }))]}
            onChange={(entity) => update(question, { entity })}
          />
          <Check label={text.madeIt} checked={question.madeIt} onChange={(madeIt) => update(question, { madeIt })} />
        </div>
      </details>
      <GivenFacts question={question} vocabulary={vocabulary} />
    </>
  );
}

export function LawFields({ question, theory }: { question: Question; theory?: TheoryChoice[] | undefined }) {
  const text = t.value;
  return (
    <details class="more" open={Object.keys(question.theory).length > 0 || Boolean(question.claims || question.undeclared)}>
      <summary>{text.question.law}</summary>
      <div class="stack">
        {switches.map((name) => {
          const inForce = word('THEORY_SETTING_', theory?.find((choice) => word('THEORY_SWITCH_', choice.theorySwitch) === name)?.setting);
          const asStance = `${text.question.asStance}${inForce && !question.theory[name] ? ` (${text.setting[inForce] ?? inForce})` : ''}`;
          return (
            <Select
              key={name}
              label={text.theory[name] ?? name}
              value={question.theory[name] ?? ''}
              options={[{ value: '', label: asStance }, ...['yes', 'open', 'no'].map((setting) => ({ value: setting, label: text.setting[setting] ?? setting }))]}
              onChange={(setting) => {
                const { [name]: _, ...others } = question.theory;
                update(question, { theory: setting ? { ...others, [name]: setting } : others });
              }}
            />
          );
        })}
        <Check label={text.question.strictest} checked={question.claims === 'strictest'} onChange={(on) => update(question, { claims: on ? 'strictest' : '' })} />
        <Check label={text.question.alone} checked={question.adapter === 'alone'} onChange={(on) => update(question, { adapter: on ? 'alone' : '' })} />
      </div>
    </details>
  );
}

export function useVocabulary(): Vocabulary | undefined {
  return useAnswer<Vocabulary>('LineageService/GetVocabulary', {}).data;
}

export function QuestionPanel({ question, byStance, theory, children }: {
  question: Question;
  byStance?: StanceVerdict[] | undefined;
  theory?: TheoryChoice[] | undefined;
  children?: preact.ComponentChildren;
}) {
  const vocabulary = useVocabulary();
  const text = t.value.question;
  const asked = paramsOf(question);
  asked.delete('rev');
  return (
    <aside class="question" aria-label={text.title}>
      <details open={matchMedia('(min-width: 62.01rem)').matches}>
        <summary>
          <h2>{text.title}</h2>
          <span class="muted small question-short">
            {question.rights.map((right) => t.value.right[right]).join(', ')} · {t.value.stance[question.stance]} · {question.asOf || text.today}
          </span>
        </summary>
        <div class="stack">
          <RightsField question={question} />
          <UseFields question={question} vocabulary={vocabulary} />
          {children}
          <StanceField question={question} byStance={byStance} />
          <LawFields question={question} theory={theory} />
          {[...asked].length > 0 && (
            <button type="button" class="button" onClick={() => setParams(Object.fromEntries(allParams.map((name) => [name, undefined])))}>
              {text.reset}
            </button>
          )}
        </div>
      </details>
    </aside>
  );
}
