// Search as you type: a combobox, by the pattern that screen readers know.
import { useEffect, useRef, useState } from 'preact/hooks';
import { ApiError } from '../api';
import { findArtifacts, licenseNames, matching, nameIn, type LicenseName } from '../search';
import { go, href } from '../route';
import type { SearchHit } from '../wire';
import { named, t } from '../text';
import { licenseLabel, Name } from './parts';
import { VerdictMark, verdictWord } from './verdict';

interface Choice {
  key: string;
  hit?: SearchHit;
  license?: LicenseName;
}

let boxes = 0;

export function SearchBox({ big = false, onPick, label, licenses = true, initial = '', only }: {
  big?: boolean;
  // What to do with a choice; without it, go to its page.
  onPick?: (choice: { artifact?: string; license?: string }) => void;
  label?: string;
  licenses?: boolean;
  initial?: string;
  // Look for licences alone.
  only?: 'licenses';
}) {
  const id = useRef(`search-${(boxes += 1)}`).current;
  const [text, setText] = useState(initial);
  const [open, setOpen] = useState(false);
  const [at, setAt] = useState(-1);
  const [hits, setHits] = useState<SearchHit[] | undefined>();
  const [found, setFound] = useState<LicenseName[]>([]);
  const [error, setError] = useState('');
  const input = useRef<HTMLInputElement>(null);

  useEffect(() => {
    const typed = text.trim();
    if (!open || typed.length < 2) {
      setHits(undefined);
      setFound([]);
      return undefined;
    }
    const abort = new AbortController();
    // Between two keys of a fast typist nothing is asked.
    const timer = setTimeout(() => {
      if (only !== 'licenses') {
        findArtifacts(typed, abort.signal).then(
          (answer) => {
            setHits(answer.hits);
            setError('');
            setAt(-1);
          },
          (problem: unknown) => {
            if (!abort.signal.aborted) setError(problem instanceof ApiError ? problem.code : 'unknown');
          },
        );
      } else {
        setHits([]);
      }
      if (licenses) {
        licenseNames().then(
          (all) => {
            if (!abort.signal.aborted) setFound(matching(all, nameIn(typed), only ? 12 : 4));
          },
          () => undefined,
        );
      }
    }, 120);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [text, open]);

  const shown = (hits ?? []).slice(0, 9);
  const choices: Choice[] = [
    ...shown.map((hit) => ({ key: `a${hit.artifact}`, hit })),
    ...found.map((license) => ({ key: `l${license.id}`, license })),
  ];

  const pick = (choice: Choice) => {
    setOpen(false);
    if (onPick) {
      setText('');
      onPick(choice.hit ? { artifact: choice.hit.artifact } : { license: choice.license?.id });
      return;
    }
    setText('');
    input.current?.blur();
    go(choice.hit ? href.artifact(choice.hit.artifact) : href.license(choice.license?.id ?? ''));
  };

  const submit = () => {
    const typed = text.trim();
    if (!typed) return;
    const chosen = choices[at] ?? (choices.length === 1 ? choices[0] : undefined);
    if (chosen) pick(chosen);
    else if (onPick) {
      // A name that is typed in full needs no choosing.
      if (choices[0]) pick(choices[0]);
    } else {
      setOpen(false);
      go(href.page('search', { q: typed }));
    }
  };

  const onKey = (event: KeyboardEvent) => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      setOpen(true);
      if (choices.length) setAt((before) => (before + (event.key === 'ArrowDown' ? 1 : -1) + choices.length + (before < 0 && event.key === 'ArrowUp' ? 1 : 0)) % choices.length);
    } else if (event.key === 'Enter') {
      event.preventDefault();
      submit();
    } else if (event.key === 'Escape') {
      if (open) event.stopPropagation();
      setOpen(false);
      setAt(-1);
    }
  };

  useEffect(() => {
    document.getElementById(`${id}-${at}`)?.scrollIntoView({ block: 'nearest' });
  }, [at]);

  const words = t.value.search;
  const option = (choice: Choice, index: number) => (
    <li
      key={choice.key}
      id={`${id}-${index}`}
      role="option"
      aria-selected={index === at}
      class="search-option"
      onMouseDown={(event) => event.preventDefault()}
      onClick={() => pick(choice)}
    >
      {choice.hit ? (
        <>
          <span class="title"><bdi>{choice.hit.displayName || choice.hit.artifact}</bdi></span>
          <span class="sub">
            <bdi>{choice.hit.artifact}</bdi>
            {choice.hit.kind ? ` · ${named(t.value.kind, 'ARTIFACT_KIND_', choice.hit.kind)} · ${licenseLabel(choice.hit.license)}` : ''}
          </span>
          {choice.hit.verdicts?.[0] && <VerdictMark verdict={verdictWord(choice.hit.verdicts[0])} />}
        </>
      ) : (
        <>
          <span class="title"><Name text={choice.license?.name ?? ''} /></span>
          <span class="sub">{licenseLabel(choice.license?.id)} · {named(t.value.class, '', choice.license?.class)}</span>
        </>
      )}
    </li>
  );
  const listOpen = open && text.trim().length > 1 && (hits !== undefined || error !== '');
  return (
    <div class={`search${big ? ' big' : ''}`} role="search">
      <svg class="search-icon" width="18" height="18" viewBox="0 0 18 18" aria-hidden="true">
        <path d="M12 12l4 4M7.500 2.500a5 5 0 1 1 0 10a5 5 0 1 1 0-10z" fill="none" stroke="currentColor" stroke-width="1.800" stroke-linecap="round" />
      </svg>
      <input
        ref={input}
        type="text"
        role="combobox"
        autocomplete="off"
        spellcheck={false}
        enterkeyhint="search"
        maxLength={600}
        aria-label={label ?? words.label}
        placeholder={label ?? words.placeholder}
        aria-expanded={listOpen}
        aria-controls={`${id}-list`}
        aria-autocomplete="list"
        aria-activedescendant={at >= 0 ? `${id}-${at}` : undefined}
        value={text}
        onInput={(event) => {
          setText(event.currentTarget.value);
          setOpen(true);
        }}
        onFocus={() => setOpen(true)}
        onBlur={() => setOpen(false)}
        onKeyDown={onKey}
      />
      <div class="search-list" hidden={!listOpen}>
        {error ? (
          <p class="search-empty" role="alert">{t.value.state.error[error] ?? t.value.state.error['unknown']}</p>
        ) : choices.length === 0 && listOpen ? (
          <p class="search-empty">{words.none(text.trim().slice(0, 60))}</p>
        ) : null}
        <ul id={`${id}-list`} role="listbox" aria-label={label ?? words.label}>
          {shown.length > 0 && <li role="presentation" class="search-group">{words.artifacts}, {words.for}</li>}
          {choices.slice(0, shown.length).map(option)}
          {shown.length > 0 && found.length > 0 && <li role="presentation" class="search-group">{words.licenses}</li>}
          {choices.slice(shown.length).map((choice, index) => option(choice, index + shown.length))}
        </ul>
      </div>
    </div>
  );
}
