// The first page: a search box, and the questions that people bring.
import { useEffect } from 'preact/hooks';
import { href } from '../route';
import { useAnswer } from '../query';
import type { ServerInfo } from '../wire';
import { number, t } from '../text';
import { SearchBox } from '../ui/searchbox';
import { Failure } from '../ui/parts';

const examples = ['lmsys/vicuna-13b-v1.5', 'mosaicml/mpt-7b-instruct', 'meta-llama/Llama-2-7b-hf', 'datasets/databricks/databricks-dolly-15k'];

export function HomePage() {
  const info = useAnswer<ServerInfo>('LineageService/GetServerInfo', {});
  const text = t.value.home;
  useEffect(() => {
    document.title = t.value.product;
  });
  const tasks: [string, string, string][] = [
    [href.page('compare'), text.taskCompare, text.taskCompareSays],
    [href.page('what-if'), text.taskWhatif, text.taskWhatifSays],
    [href.page('findings'), text.taskAudit, text.taskAuditSays],
    [href.page('changes'), text.taskChanges, text.taskChangesSays],
  ];
  return (
    <div class="home">
      <h1>{text.title}</h1>
      <p class="home-says">{text.says}</p>
      <SearchBox big />
      <p class="home-examples">
        <span class="muted">{text.examples}</span>{' '}
        {examples.map((id) => (
          <a key={id} class="chip" href={href.artifact(id)}>{id.slice(id.lastIndexOf('/') + 1)}</a>
        ))}
      </p>
      {info.error && <Failure error={info.error} again={info.again} />}
      <h2 class="visually-hidden">{text.tasks}</h2>
      <ul class="tasks">
        {tasks.map(([address, title, says]) => (
          <li key={address}>
            <a class="task" href={address}>
              <strong>{title}</strong>
              <span>{says}</span>
            </a>
          </li>
        ))}
      </ul>
      {info.data && (
        <p class="muted small home-known">
          {text.known(number(info.data.artifacts), number(info.data.licenses), number(info.data.claims))}{' '}
          {info.data.catalogEdition && <span>{text.edition(info.data.catalogEdition)}</span>}
        </p>
      )}
    </div>
  );
}
