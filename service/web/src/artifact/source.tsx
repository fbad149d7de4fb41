// Who said it, where, and when. A document's address is shown as text: it is never fetched and never made a link.
import type { Source } from '../wire';
import { named, t } from '../text';
import { Name } from '../ui/parts';

export function SourceLine({ source, inferred = false }: { source: Source | undefined; inferred?: boolean | undefined }) {
  if (!source) return null;
  return (
    <div class="source">
      <span>
        <Name text={source.by ?? ''} /> ({named(t.value.source, 'SOURCE_KIND_', source.kind)}, {source.said}
        {inferred ? `, ${t.value.artifact.inferred}` : ''})
      </span>
      {source.document && (
        <span class="source-document">
          <Name text={source.document} />
          {source.where ? `, ${source.where}` : ''}
        </span>
      )}
      {source.quote && (
        <blockquote class="quote" lang="en">
          <Name text={source.quote} />
        </blockquote>
      )}
    </div>
  );
}
