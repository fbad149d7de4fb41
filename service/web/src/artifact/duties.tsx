// What has to be done in return: due, not due, disputed. What one action fulfils is one line, whoever asks for it.
import { useState } from 'preact/hooks';
import type { DutyNotice, Notice, NoticeGroup } from '../wire';
import { optionsOf, type Question } from '../question';
import { useAnswer } from '../query';
import { named, t, word } from '../text';
import { ArtifactLink, CopyButton, download, Failure, Folded, licenseLabel, Name, Spinner } from '../ui/parts';
import { LicenseTitle } from './licence';
import { noticeText } from './notice-text';

export interface DutyLine {
  key: string;
  kind: string;
  value: string;
  term: string;
  due: boolean | undefined;
  contested: boolean;
  from: DutyNotice[];
}

// Duties of one kind with the same words are fulfilled at once.
export function dutyLines(duties: DutyNotice[]): DutyLine[] {
  const lines = new Map<string, DutyLine>();
  for (const duty of duties) {
    const key = [duty.duty, duty.value, duty.license, duty.section, duty.due, duty.contested].join('\n');
    const line = lines.get(key);
    if (line) line.from.push(duty);
    else lines.set(key, { key, kind: word('DUTY_KIND_', duty.duty), value: duty.value ?? '', term: duty.term ?? '', due: duty.due, contested: duty.contested ?? false, from: [duty] });
  }
  return [...lines.values()];
}

function Line({ line }: { line: DutyLine }) {
  const text = t.value.artifact;
  const first = line.from[0] as DutyNotice;
  const notes = [
    first.ifYouMadeIt && text.ifMade,
    first.ifSimilar && text.ifSimilar,
    first.beside && text.beside,
  ].filter((note): note is string => Boolean(note));
  return (
    <li class="duty">
      <div class="duty-head">
        <strong>{named(t.value.duty, '', line.kind)}</strong>
        {notes.map((note) => <span key={note} class="tag">{note}</span>)}
      </div>
      {line.value && (
        <div class="duty-value">
          <q><Name text={line.value} /></q>
          <CopyButton text={line.value} />
        </div>
      )}
      <p lang="en">{line.term}</p>
      <p class="small muted">
        {(first.on ?? []).map((trigger) => named(t.value.trigger, 'TRIGGER_', trigger)).join(', ')}
        {' · '}
        <LicenseTitle id={first.license} /> {first.section && t.value.why.clause(first.section)}
        {' · '}
        {line.from.map((duty, at) => (
          <span key={at}>
            {at > 0 && ', '}
            <ArtifactLink id={duty.artifact ?? ''} />
          </span>
        ))}
      </p>
    </li>
  );
}

export function Duties({ duties, question }: { duties: DutyNotice[]; question: Question }) {
  const text = t.value.artifact;
  const lines = dutyLines(duties);
  if (!lines.length) return <p class="muted">{text.dutiesNone}</p>;
  const settled = lines.filter((line) => !line.contested);
  const known = Boolean(question.use);
  const due = known ? settled.filter((line) => line.due) : settled;
  const notDue = known ? settled.filter((line) => !line.due) : [];
  const contested = lines.filter((line) => line.contested && (!known || line.due));
  const list = (some: DutyLine[]) => (
    <ul class="duties">
      <Folded items={some} first={8} more={t.value.graph.more}>
        {(line) => <Line key={line.key} line={line} />}
      </Folded>
    </ul>
  );
  return (
    <>
      {known ? <h3 class="group-title">{text.dutiesDue}</h3> : <p class="muted small">{text.dutiesAll}</p>}
      {due.length ? list(due) : <p class="muted">{text.dutiesNone}</p>}
      {contested.length > 0 && (
        <details class="sub">
          <summary>{text.dutiesContested} ({contested.length})</summary>
          {list(contested)}
        </details>
      )}
      {notDue.length > 0 && (
        <details class="sub">
          <summary>{text.dutiesOther} ({notDue.length})</summary>
          {list(notDue)}
        </details>
      )}
    </>
  );
}

// The draft of a NOTICE file, made from the server's duty bundle.
export function NoticePanel({ id, question }: { id: string; question: Question }) {
  const [open, setOpen] = useState(false);
  const answer = useAnswer<{ notice: Notice }>('PermissionService/GetNotice', open ? { artifact: id, options: optionsOf(question) } : undefined);
  const text = t.value.artifact;
  const content = answer.data ? noticeText(answer.data.notice) : '';
  return (
    <details class="sub" onToggle={(event) => setOpen((event.currentTarget as HTMLDetailsElement).open)}>
      <summary>{text.notice}</summary>
      <p class="muted small">{text.noticeSays}</p>
      {answer.error && <Failure error={answer.error} again={answer.again} />}
      {!answer.data && answer.loading && <Spinner />}
      {content && (
        <>
          <div class="button-row">
            <CopyButton text={content} />
            <button type="button" class="button quiet" onClick={() => download(`NOTICE-${id}.txt`, 'text/plain', content)}>{t.value.state.download}</button>
          </div>
          <pre class="notice-file" tabIndex={0} aria-label={text.notice}>{content}</pre>
        </>
      )}
    </details>
  );
}

export const noticeLicense = (group: NoticeGroup) => group.licenseName ?? licenseLabel(group.license);
