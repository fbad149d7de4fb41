// The NOTICE file as plain text: what credits, texts and restrictions go with the product. English, as licences are.
import type { DutyNotice, Notice, NoticeGroup } from '../wire';
import { word } from '../text';

const kinds: [string, string][] = [
  ['attribution', 'Credit'],
  ['display-notice', 'Notices to display'],
  ['name-prefix', 'Name'],
  ['include-license', 'Licence texts to include'],
  ['state-changes', 'Changes to state'],
  ['share-alike', 'Licence to use'],
  ['disclose-source', 'Source to provide'],
  ['pass-on-restrictions', 'Restrictions to pass on'],
  ['notify-licensor', 'Licensors to notify'],
  ['pay-royalty', 'Royalties'],
  ['no-endorsement', 'Names and marks not to use'],
];

function wrap(text: string, indent: string): string {
  const lines: string[] = [];
  let line = '';
  for (const part of text.split(/\s+/)) {
    if (line && line.length + part.length + 1 > 92) {
      lines.push(line);
      line = '';
    }
    line += line ? ` ${part}` : part;
  }
  if (line) lines.push(line);
  return lines.join(`\n${indent}`);
}

interface Line {
  text: string;
  from: string[];
}

export function noticeText(notice: Notice): string {
  const out: string[] = [];
  const name = notice.displayName && notice.displayName !== notice.artifact ? `${notice.displayName} (${notice.artifact})` : notice.artifact;
  out.push(`NOTICES FOR ${name}`, '');
  out.push(`Licence: ${notice.license || 'none stated'}. As of ${notice.asOf}. A draft; not legal advice.`, '');
  if (!notice.complete) out.push('INCOMPLETE: the derivation was cut short, there may be more.', '');
  const all: { group: NoticeGroup; duty: DutyNotice }[] = (notice.groups ?? []).flatMap((group) => (group.duties ?? []).map((duty) => ({ group, duty })));
  const due = all.filter(({ duty }) => duty.due !== false);
  for (const [kind, title] of kinds) {
    const lines = new Map<string, Line>();
    for (const { group, duty } of due) {
      if (word('DUTY_KIND_', duty.duty) !== kind) continue;
      let text = duty.value ? `${duty.value}\n  ${duty.term ?? ''}` : (duty.term ?? '');
      if (kind === 'include-license') text = `${group.licenseName || group.license}${group.licenseUrl ? `\n  ${group.licenseUrl}` : ''}\n  ${duty.term ?? ''}`;
      if (kind === 'pass-on-restrictions' && group.usePolicy?.length) text += `\n  In short: ${group.usePolicy.map((use) => use.replace(/-/g, ' ')).join(', ')}. Take the licence's own words.`;
      if (duty.contested) text += '\n  (disputed: do it to be safe)';
      const from = `${group.artifact} (${group.license}${duty.section ? ` ${duty.section}` : ''})`;
      const line = lines.get(text);
      if (line) line.from.push(from);
      else lines.set(text, { text, from: [from] });
    }
    if (!lines.size) continue;
    out.push(title.toUpperCase(), '');
    for (const line of lines.values()) {
      const [first, ...rest] = line.text.split('\n');
      out.push(`- ${wrap(first as string, '  ')}`);
      for (const more of rest) out.push(`  ${wrap(more.trim(), '  ')}`);
      out.push(`  [${wrap(line.from.join('; '), '   ')}]`);
    }
    out.push('');
  }
  if (notice.unknown?.length) {
    out.push('NOT KNOWN, SO NOT COMPLIED WITH', '', ...notice.unknown.map((line) => `- ${wrap(line, '  ')}`), '');
  }
  return `${out.join('\n').trim()}\n`;
}
