// The question: which rights, under which theory, on which day, for whom. It is read from the address and written to it.
import type { Route } from './route';

export interface Question {
  rights: string[];
  stance: string;
  asOf: string;
  // A pinned revision: only what was recorded up to it counts.
  revision: string;
  users: string;
  revenue: string;
  regions: string[];
  established: string[];
  purposes: string[];
  entity: string;
  use: string;
  modified: boolean;
  madeIt: boolean;
  facts: Record<string, boolean>;
  theory: Record<string, string>;
  adapter: string;
  claims: string;
  undeclared: string;
}

export const allRights = [
  'use',
  'commercial-use',
  'modify',
  'redistribute',
  'redistribute-derivatives',
  'sublicense',
  'provide-as-service',
  'use-outputs',
  'train-on-outputs',
  'patent-grant',
];

export const stances = ['cautious', 'standard', 'permissive'];
export const uses = ['internal', 'share', 'sell', 'service'];
export const switches = [
  'weights-derive-from-data',
  'training-excepted',
  'outputs-derive',
  'contract-runs-with-outputs',
  'database-right',
  'weights-protected',
];

const day = /^\d{4}-\d{2}-\d{2}$/;
const list = (text: string | null) => (text ? text.split(',').filter(Boolean) : []);

function pairs(text: string | null): [string, string][] {
  return list(text).flatMap((pair) => {
    const at = pair.indexOf(':');
    return at > 0 ? [[pair.slice(0, at), pair.slice(at + 1)] as [string, string]] : [];
  });
}

// What a link says that nobody could have meant is left out: a hostile or mistyped one asks a plain question.
export function questionOf(params: Route['params']): Question {
  const one = (name: string, allowed: string[], otherwise = '') => {
    const value = params.get(name) ?? '';
    return allowed.includes(value) ? value : otherwise;
  };
  const number = (name: string) => {
    const value = amount(params.get(name) ?? '');
    return value === undefined ? '' : String(value);
  };
  const rights = list(params.get('for')).filter((right) => allRights.includes(right));
  return {
    rights: rights.length ? allRights.filter((right) => rights.includes(right)) : ['commercial-use'],
    stance: one('stance', stances, 'standard'),
    asOf: day.test(params.get('as_of') ?? '') ? (params.get('as_of') as string) : '',
    revision: /^\d{1,19}$/.test(params.get('rev') ?? '') ? (params.get('rev') as string) : '',
    users: number('mau'),
    revenue: number('revenue'),
    regions: list(params.get('region')),
    established: list(params.get('established_in')),
    purposes: list(params.get('purpose')),
    entity: params.get('entity') ?? '',
    use: one('as', uses),
    modified: params.get('modified') === 'yes',
    madeIt: params.get('made_it') === 'yes',
    facts: Object.fromEntries(pairs(params.get('facts')).map(([fact, value]) => [fact, value === 'yes'])),
    theory: Object.fromEntries(pairs(params.get('theory')).filter(([name, value]) => switches.includes(name) && ['yes', 'open', 'no'].includes(value))),
    adapter: one('adapter', ['alone']),
    claims: one('claims_policy', ['strictest']),
    undeclared: one('undeclared', ['prohibited']),
  };
}

// The parameters of a link that asks the same; what is as usual is left out.
export function paramsOf(question: Question): URLSearchParams {
  const params = new URLSearchParams();
  const set = (name: string, value: string) => {
    if (value) params.set(name, value);
  };
  if (question.rights.join() !== 'commercial-use') set('for', question.rights.join(','));
  if (question.stance !== 'standard') set('stance', question.stance);
  set('as_of', question.asOf);
  set('rev', question.revision);
  set('as', question.use);
  set('modified', question.modified ? 'yes' : '');
  set('made_it', question.madeIt ? 'yes' : '');
  set('mau', question.users);
  set('revenue', question.revenue);
  set('region', question.regions.join(','));
  set('established_in', question.established.join(','));
  set('purpose', question.purposes.join(','));
  set('entity', question.entity);
  set('facts', Object.entries(question.facts).map(([fact, value]) => `${fact}:${value ? 'yes' : 'no'}`).join(','));
  set('theory', Object.entries(question.theory).map(([name, value]) => `${name}:${value}`).join(','));
  set('adapter', question.adapter);
  set('claims_policy', question.claims);
  set('undeclared', question.undeclared);
  return params;
}

export const allParams = ['for', 'stance', 'as_of', 'rev', 'as', 'modified', 'made_it', 'mau', 'revenue', 'region', 'established_in', 'purpose', 'entity', 'facts', 'theory', 'adapter', 'claims_policy', 'undeclared'];

// "50M", "1.5 k", "20,000" as people write them; undefined if it is no amount.
export function amount(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?(?:e\d{1,3})?)(k|m|b|bn)?$/i.exec(text.replace(/[\s,_$]/g, ''));
  if (!match) return undefined;
  const unit = { k: 1e3, m: 1e6, b: 1e9, bn: 1e9 }[(match[2] ?? '').toLowerCase()] ?? 1;
  const value = Number(match[1]) * unit;
  return Number.isFinite(value) ? value : undefined;
}

const constant = (prefix: string, word: string) => prefix + word.toUpperCase().replace(/-/g, '_');
export const rightName = (right: string) => constant('RIGHT_', right);

export function contextOf(question: Question): Record<string, unknown> {
  const context: Record<string, unknown> = {};
  if (question.users) context['monthlyActiveUsers'] = Number(question.users);
  if (question.revenue) context['annualRevenueUsd'] = Number(question.revenue);
  if (question.regions.length) context['regions'] = question.regions;
  // Where one sells says nothing of where one has its seat: it stays open until somebody says.
  if (question.established.length) context['establishedIn'] = question.established;
  if (question.purposes.length) context['purposes'] = question.purposes;
  if (question.entity) context['entity'] = question.entity;
  if (question.use) context['useMode'] = constant('USE_MODE_', question.use);
  if (question.modified) context['modified'] = true;
  if (question.madeIt) context['madeIt'] = true;
  if (Object.keys(question.facts).length) context['facts'] = question.facts;
  return context;
}

// QueryOptions of the question.
export function optionsOf(question: Question): Record<string, unknown> {
  const options: Record<string, unknown> = {};
  if (question.asOf) options['asOf'] = question.asOf;
  if (question.revision) options['atRevision'] = question.revision;
  if (question.stance !== 'standard') options['stance'] = constant('STANCE_', question.stance);
  if (question.adapter) options['adapter'] = 'ADAPTER_USE_ALONE';
  if (question.claims) options['claimsPolicy'] = 'CLAIMS_POLICY_STRICTEST';
  if (question.undeclared) options['undeclared'] = 'UNDECLARED_POLICY_PROHIBITED';
  const context = contextOf(question);
  if (Object.keys(context).length) options['context'] = context;
  const theory = Object.entries(question.theory);
  if (theory.length) {
    options['theory'] = theory.map(([name, value]) => ({
      theorySwitch: constant('THEORY_SWITCH_', name),
      setting: constant('THEORY_SETTING_', value),
    }));
  }
  return options;
}
