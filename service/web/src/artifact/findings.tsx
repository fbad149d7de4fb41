// What is wrong or doubtful, gravest first, each with what to do.
import type { Finding } from '../wire';
import { named, t, word } from '../text';
import { Folded, Name, plain } from '../ui/parts';
import { Path } from './path';

const gravity: Record<string, number> = { error: 0, warning: 1, note: 2 };
export const byGravity = (a: Finding, b: Finding) =>
  (gravity[word('SEVERITY_', a.severity)] ?? 3) - (gravity[word('SEVERITY_', b.severity)] ?? 3);

export function SeverityMark({ severity }: { severity: string | undefined }) {
  const key = word('SEVERITY_', severity);
  const symbol = { error: '✕', warning: '!', note: 'i' }[key] ?? 'i';
  return (
    <span class={`severity ${key}`}>
      <span class="severity-symbol" aria-hidden="true">{symbol}</span>
      {named(t.value.severity, '', key)}
    </span>
  );
}

export function Findings({ findings }: { findings: Finding[] }) {
  const text = t.value.artifact;
  if (!findings.length) return <p class="muted">{text.findingsNone}</p>;
  return (
    <ul class="findings">
      <Folded items={[...findings].sort(byGravity)} first={5} more={t.value.graph.more}>
        {(finding, at) => (
          <li key={at} class="finding">
            <SeverityMark severity={finding.severity} />
            <div>
              <p lang="en"><Name text={plain(finding.message)} /></p>
              {finding.remedy && <p class="small" lang="en"><span class="muted">{text.remedy}: </span><Name text={plain(finding.remedy)} /></p>}
              {(finding.path?.length ?? 0) > 0 && <p class="small"><Path from={finding.artifact ?? ''} hops={finding.path ?? []} /></p>}
            </div>
          </li>
        )}
      </Folded>
    </ul>
  );
}
