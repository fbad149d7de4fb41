// Small parts that every page uses.
import type { ComponentChildren, JSX } from 'preact';
import { useRef, useState } from 'preact/hooks';
import type { ApiError } from '../api';
import { href, route } from '../route';
import { paramsOf, questionOf } from '../question';
import { t } from '../text';

// A name that somebody else wrote: its direction stays inside it, and it is text whatever it holds.
export function Name({ text, short = false }: { text: string; short?: boolean }) {
  return (
    <bdi class={short ? 'name short' : 'name'} title={short ? text : undefined}>
      {text}
    </bdi>
  );
}

// What exists in a question alone has no page.
export const isPlanned = (id: string) => id.startsWith('planned/');

// A link to an artifact that keeps the question that is being asked.
export function ArtifactLink({ id, children, short = false }: { id: string; children?: ComponentChildren; short?: boolean }) {
  if (isPlanned(id)) return <span>{t.value.whatif.planned}</span>;
  return (
    <a href={href.artifact(id, paramsOf(questionOf(route.value.params)))} class="artifact-link">
      {children ?? <Name text={id} short={short} />}
    </a>
  );
}

// A licence's short name: LicenseRef-llama-2 is an id of the SPDX world, and its first part tells a reader nothing.
export function licenseLabel(license: string | undefined): string {
  if (!license || license === 'undeclared') return t.value.artifact.undeclared;
  if (license === 'unresolved') return t.value.artifact.unresolved;
  return license.replace(/LicenseRef-/g, '');
}

// What the engine says in a line, without the prefix of licence ids and without options of the command line.
export function plain(text: string | undefined): string {
  return (text ?? '').replace(/LicenseRef-/g, '').replace(/ \(--[^)]*\)/g, '');
}

// Each licence of an expression is a link, the words between them are not.
export function LicenseLinks({ expression }: { expression: string | undefined }) {
  if (!expression || expression === 'undeclared' || expression === 'unresolved') return <span class="muted">{licenseLabel(expression)}</span>;
  if (expression.length > 200) return <Name text={licenseLabel(expression)} />;
  return (
    <span class="license">
      {expression.split(/(\s+(?:AND|OR|WITH)\s+|[()])/).map((part, at) =>
        at % 2 || !part ? (
          part
        ) : /^[\w.+-]+$/.test(part) ? (
          <a key={at} href={href.license(part)}>
            {licenseLabel(part)}
          </a>
        ) : (
          <Name key={at} text={part} />
        ),
      )}
    </span>
  );
}

export function Spinner({ label }: { label?: string }) {
  return (
    <p class="loading" role="status">
      <span class="spinner" aria-hidden="true" />
      {label ?? t.value.state.loading}
    </p>
  );
}

// What a page shows where an answer should be.
export function Failure({ error, again }: { error: ApiError; again?: () => void }) {
  const text = t.value.state;
  const plain = text.error[error.code] ?? text.error['unknown'];
  const names = /did you mean (.*)\?/.exec(error.message)?.[1]?.split(/,? or |, /) ?? [];
  return (
    <div class={`notice ${error.code === 'not_found' ? 'info' : 'error'}`} role="alert">
      <p class="notice-title">{plain}</p>
      {names.length > 0 && (
        <p>
          {text.didYouMean}{' '}
          {names.map((name, at) => (
            <span key={name}>
              {at > 0 && ', '}
              <ArtifactLink id={name} />
            </span>
          ))}
          ?
        </p>
      )}
      {error.message && names.length === 0 && error.code !== 'unauthenticated' && error.code !== 'not_found' && (
        <p class="muted small" lang="en">
          <Name text={error.message} />
        </p>
      )}
      {error.code === 'unauthenticated' ? (
        <p>
          <a class="button primary" href={href.page('sign-in', { then: location.pathname + location.search })}>
            {t.value.nav.signIn}
          </a>
        </p>
      ) : (
        again &&
        error.code !== 'not_found' && (
          <button type="button" class="button" onClick={again}>
            {text.retry}
          </button>
        )
      )}
    </div>
  );
}

export function Empty({ children }: { children: ComponentChildren }) {
  return <p class="empty">{children}</p>;
}

export function CopyButton({ text, label }: { text: string | (() => string); label?: string }) {
  const [done, setDone] = useState(false);
  const timer = useRef(0);
  const copy = async () => {
    const value = typeof text === 'string' ? text : text();
    try {
      await navigator.clipboard.writeText(value);
    } catch {
      // Without a secure origin there is no clipboard: a selected field does it.
      const area = document.createElement('textarea');
      area.value = value;
      document.body.append(area);
      area.select();
      document.execCommand('copy');
      area.remove();
    }
    setDone(true);
    clearTimeout(timer.current);
    timer.current = window.setTimeout(() => setDone(false), 2000);
  };
  return (
    <button type="button" class="button quiet" onClick={() => void copy()}>
      <span aria-live="polite">{done ? `✓ ${t.value.state.copied}` : (label ?? t.value.state.copy)}</span>
    </button>
  );
}

// Hands a file to the reader; its bytes never leave the page.
export function download(name: string, type: string, content: string) {
  const address = URL.createObjectURL(new Blob([content], { type: `${type};charset=utf-8` }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name.replace(/[^\w.-]+/g, '-').slice(0, 120);
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

// A cell that begins like a formula is one for a spreadsheet: such a cell gets an apostrophe.
export function csv(rows: string[][]): string {
  const cell = (text: string) => {
    const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
    return /[",\n\r]/.test(safe) ? `"${safe.replace(/"/g, '""')}"` : safe;
  };
  return rows.map((row) => row.map(cell).join(',')).join('\r\n') + '\r\n';
}

// One of a few: radio buttons that look like a switch.
export function Segmented({ label, value, options, onChange, hideLabel = false }: {
  label: string;
  value: string;
  options: { value: string; label: string; title?: string }[];
  onChange: (value: string) => void;
  hideLabel?: boolean;
}) {
  const name = useRef(`s${Math.random().toString(36).slice(2)}`);
  return (
    <fieldset class="segmented">
      <legend class={hideLabel ? 'visually-hidden' : ''}>{label}</legend>
      <div class="segments">
        {options.map((option) => (
          <label key={option.value} class={option.value === value ? 'on' : ''} title={option.title}>
            <input type="radio" name={name.current} checked={option.value === value} onChange={() => onChange(option.value)} />
            <span>{option.label}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

export function Select({ label, value, options, onChange, hideLabel = false }: {
  label: string;
  value: string;
  options: { value: string; label: string }[];
  onChange: (value: string) => void;
  hideLabel?: boolean;
}) {
  return (
    <label class="field">
      <span class={hideLabel ? 'visually-hidden' : 'field-label'}>{label}</span>
      <select value={value} onChange={(event) => onChange(event.currentTarget.value)}>
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
    </label>
  );
}

export function Check({ label, checked, onChange }: { label: string; checked: boolean; onChange: (on: boolean) => void }) {
  return (
    <label class="check">
      <input type="checkbox" checked={checked} onChange={(event) => onChange(event.currentTarget.checked)} />
      <span>{label}</span>
    </label>
  );
}

export function Section({ id, title, says, children, aside, class: name = '' }: {
  id: string;
  title: string;
  says?: string;
  children: ComponentChildren;
  aside?: JSX.Element | false | undefined;
  class?: string;
}) {
  return (
    <section id={id} class={`section ${name}`} aria-labelledby={`${id}-title`}>
      <div class="section-head">
        <h2 id={`${id}-title`}>{title}</h2>
        {aside}
      </div>
      {says && <p class="muted section-says">{says}</p>}
      {children}
    </section>
  );
}

// A list that begins short; the rest is one click away.
export function Folded<Item>({ items, first, more, children }: {
  items: Item[];
  first: number;
  more: (count: number) => string;
  children: (item: Item, at: number) => ComponentChildren;
}) {
  const [open, setOpen] = useState(false);
  // One more than the limit is shown rather than a line that says so.
  const all = open || items.length <= first + 1;
  return (
    <>
      {(all ? items : items.slice(0, first)).map(children)}
      {items.length > first + 1 && (
        <li class="fold">
          <button type="button" class="link" aria-expanded={open} onClick={() => setOpen(!open)}>
            {open ? t.value.artifact.fewer : more(items.length - first)}
          </button>
        </li>
      )}
    </>
  );
}

// Chosen artifacts, each with a button that takes it out.
export function Chips({ ids, onChange }: { ids: string[]; onChange: (ids: string[]) => void }) {
  return (
    <div class="chips about">
      {ids.map((id) => (
        <span key={id} class="chip">
          <Name text={id} short />
          <button type="button" aria-label={t.value.portfolio.remove(id.slice(0, 80))} onClick={() => onChange(ids.filter((other) => other !== id))}>×</button>
        </span>
      ))}
    </div>
  );
}
