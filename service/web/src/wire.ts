// What the server answers, in protobuf's JSON mapping: camelCase, enums by name, 64-bit numbers as strings, and a field
// that holds its default left out. Only what the page reads is listed.

export type Verdict = 'VERDICT_UNSPECIFIED' | 'VERDICT_PROHIBITED' | 'VERDICT_UNDETERMINED' | 'VERDICT_CONDITIONAL' | 'VERDICT_PERMITTED';
export type Stance = 'STANCE_CAUTIOUS' | 'STANCE_STANDARD' | 'STANCE_PERMISSIVE';

export interface Artifact {
  id: string;
  kind?: string;
  displayName?: string;
  aliases?: string[];
  releaseDate?: string;
  purl?: string;
}

export interface Source {
  kind?: string;
  by?: string;
  said?: string;
  document?: string;
  where?: string;
  quote?: string;
}

export interface Claim {
  subject: string;
  license?: { expression?: string; asFound?: boolean; component?: string };
  edge?: { relation?: string; parent?: string; made?: string; denies?: boolean };
  licensor?: string;
  releases?: { components?: string[] };
  alias?: string;
  remark?: string;
  contents?: string;
  publishedPart?: { part?: string; license?: string; withheld?: boolean };
  fact?: { fact?: string; value?: string };
  source?: Source;
  validFrom?: string;
  validUntil?: string;
  inferred?: boolean;
  revision?: string;
  number?: string;
  supposed?: boolean;
}

export interface ClaimView {
  claim: Claim;
  status?: string;
  conclusion?: string;
}

export interface Hop {
  relation?: string;
  artifact?: string;
  supposed?: boolean;
}

export interface Because {
  right?: string;
  verdict?: Verdict;
  license?: string;
  section?: string;
  term?: string;
  answer?: string;
  when?: string;
  scope?: string;
  contested?: boolean;
  missingContext?: string[];
  missingFacts?: string[];
  artifact?: string;
  path?: Hop[];
  claim?: Claim;
}

export interface DutyNotice {
  duty?: string;
  on?: string[];
  value?: string;
  satisfiedBy?: string[];
  license?: string;
  section?: string;
  term?: string;
  artifact?: string;
  path?: Hop[];
  due?: boolean;
  contested?: boolean;
  ifYouMadeIt?: boolean;
  ifSimilar?: boolean;
  beside?: boolean;
}

export interface StanceVerdict {
  stance?: Stance;
  verdict?: Verdict;
}

export interface RightVerdict {
  right?: string;
  verdict?: Verdict;
  byStance?: StanceVerdict[];
  missingContext?: string[];
  missingFacts?: string[];
  because?: Because[];
  choice?: string;
}

export interface Finding {
  id?: string;
  severity?: string;
  artifact?: string;
  message?: string;
  remedy?: string;
  license?: string;
  section?: string;
  path?: Hop[];
}

export interface Gate {
  verdict?: Verdict;
  as?: string[];
  findings?: number[];
  under?: string;
}

export interface TheoryChoice {
  theorySwitch?: string;
  setting?: string;
}

export interface Explanation {
  artifact: Artifact;
  component?: string;
  asOf?: string;
  revision?: string;
  stance?: Stance;
  complete?: boolean;
  license?: string;
  licenseOf?: string;
  licenseClass?: string;
  openness?: string;
  releases?: string[];
  releasesKnown?: boolean;
  licensor?: string;
  licensorClaimed?: boolean;
  sameLicensor?: string[];
  jointRights?: string[];
  jointVerdict?: Verdict;
  jointBecause?: Because[];
  jointChoice?: string;
  jointByStance?: StanceVerdict[];
  verdicts?: RightVerdict[];
  duties?: DutyNotice[];
  claims?: ClaimView[];
  disputed?: ClaimView[];
  upstream?: { artifact?: string; license?: string; path?: Hop[] }[];
  findings?: Finding[];
  remedies?: string[];
  otherAdapter?: { adapter?: string; jointVerdict?: Verdict };
  gate?: Gate;
  theory?: TheoryChoice[];
}

export interface ExplainResponse {
  explanation: Explanation;
  revisionToken?: string;
}

export interface Permissions {
  artifact: string;
  license?: string;
  licenseClass?: string;
  permissions?: { right?: string; verdict?: Verdict; byStance?: StanceVerdict[] }[];
  complete?: boolean;
}

export interface CheckError {
  code?: number;
  message?: string;
  reason?: string;
}

export interface CheckResponse {
  verdict?: Verdict;
  because?: Because[];
  missingContext?: string[];
  missingFacts?: string[];
  duties?: DutyNotice[];
  choice?: string;
  complete?: boolean;
  gate?: Gate;
  findings?: Finding[];
}

export interface BatchCheckResponse {
  results?: { response?: CheckResponse; error?: CheckError }[];
}

export interface BatchPermissionsResponse {
  results?: { response?: Permissions; error?: CheckError }[];
}

export interface SearchHit {
  artifact: string;
  kind?: string;
  displayName?: string;
  license?: string;
  licenseClass?: string;
  openness?: string;
  verdicts?: Verdict[];
}

export interface SearchResponse {
  hits?: SearchHit[];
  nextPageToken?: string;
  complete?: boolean;
}

export interface NoticeGroup {
  artifact?: string;
  license?: string;
  licenseName?: string;
  licenseUrl?: string;
  path?: Hop[];
  duties?: DutyNotice[];
  usePolicy?: string[];
  usePolicySection?: string;
}

export interface Notice {
  artifact: string;
  displayName?: string;
  license?: string;
  asOf?: string;
  stance?: Stance;
  complete?: boolean;
  groups?: NoticeGroup[];
  unknown?: string[];
  verdict?: Verdict;
}

export interface Edge {
  child: string;
  relation: string;
  parent: string;
  claim?: Claim;
}

export interface GetArtifactResponse {
  artifact: Artifact;
  licensor?: string;
  components?: { component?: string; license?: string; licenseClass?: string }[];
  upstream?: Edge[];
  downstream?: Edge[];
  claims?: ClaimView[];
}

export interface GraphNode {
  id: string;
  kind?: string;
  displayName?: string;
  license?: string;
  licenseClass?: string;
  verdict?: Verdict;
}

export interface Graph {
  focus: string;
  right?: string;
  stance?: Stance;
  asOf?: string;
  nodes?: GraphNode[];
  edges?: { child: string; parent: string; relation: string }[];
  omitted?: string;
}

export interface Grant {
  rights?: string[];
  answer?: string;
  when?: string;
  scopes?: string[];
  section?: string;
  says?: string;
}

export interface Duty {
  kind?: string;
  triggers?: string[];
  scopes?: string[];
  value?: string;
  satisfiedBy?: string[];
  section?: string;
  says?: string;
}

export interface License {
  id: string;
  displayName?: string;
  licenseClass?: string;
  steward?: string;
  hubTags?: string[];
  aliases?: string[];
  url?: string;
  osiApproved?: boolean;
  basis?: string;
  usePolicy?: string[];
  usePolicySection?: string;
  grants?: Grant[];
  duties?: Duty[];
  dated?: string;
  laterEditions?: string[];
  laterVersions?: string[];
  editionOf?: string;
  onlyLicensor?: string;
  revocable?: boolean;
  modelsFromOutputs?: { section?: string; says?: string };
  furtherRestrictions?: { section?: string; says?: string };
  formatsAreCopies?: { section?: string; says?: string };
  partsKeepLicense?: { section?: string; says?: string };
  notToImproveOthers?: { section?: string; says?: string };
  copiesKeepLicense?: { section?: string; says?: string };
  imposes?: { kind?: string; section?: string; says?: string }[];
  partBasis?: { part?: string; basis?: string }[];
  readTexts?: { parts?: string[]; document?: string; sha256?: string }[];
  clauses?: { kind?: string; section?: string; says?: string }[];
}

export interface Compatibility {
  answer?: string;
  license?: string;
  section?: string;
  says?: string;
  reason?: string;
}

export interface CompareLicensesResponse {
  a?: string;
  b?: string;
  aIntoB?: Compatibility;
  bIntoA?: Compatibility;
  step?: string;
}

export interface Vocabulary {
  purposes?: { id: string; says?: string; harmful?: boolean }[];
  entities?: string[];
  facts?: { id: string; says?: string }[];
}

export interface VerdictChange {
  artifact?: string;
  right?: string;
  before?: Verdict;
  after?: Verdict;
}

export interface AnswerSummary {
  license?: string;
  licenseClass?: string;
  openness?: string;
  jointVerdict?: Verdict;
  complete?: boolean;
}

export interface Difference {
  artifact: string;
  before?: AnswerSummary;
  after?: AnswerSummary;
  verdicts?: VerdictChange[];
  findingsGone?: Finding[];
  findingsNew?: Finding[];
  dutiesGone?: DutyNotice[];
  dutiesNew?: DutyNotice[];
  claims?: { claim: Claim; conclusion?: string; before?: string; after?: string }[];
}

export interface CompareResponse {
  differences?: Difference[];
  nextPageToken?: string;
}

export interface RepairsResponse {
  verdict?: Verdict;
  passes?: boolean;
  possible?: boolean;
  ownTerms?: Because[];
  sets?: { artifacts?: string[]; cost?: string; verdict?: Verdict }[];
  cheapest?: boolean;
  complete?: boolean;
  confirmations?: { kind?: string; artifact?: string; license?: string; relation?: string; parent?: string; by?: string }[];
}

export interface SuggestionsResponse {
  license?: string;
  suggestions?: { license?: string; licenseClass?: string; duties?: string[] }[];
  conflicts?: { artifacts?: string[] }[];
  standingFindings?: Finding[];
  complete?: boolean;
}

export interface HeadroomResponse {
  headrooms?: {
    key?: string;
    given?: number;
    ranges?: { from?: number; fromIncluded?: boolean; to?: number; toIncluded?: boolean; verdict?: Verdict; because?: Because }[];
  }[];
}

export interface OpennessResponse {
  artifact: string;
  kind?: string;
  license?: string;
  complete?: boolean;
  answers?: {
    definition?: string;
    answer?: string;
    value?: string;
    atMost?: string;
    needs?: { needs?: string; answer?: string; why?: string; license?: string; claim?: Claim; disputed?: boolean; settle?: string; mofClass?: string }[];
    limit?: { base?: string; value?: string; path?: Hop[] };
  }[];
}

export interface FindingsResponse {
  findings?: Finding[];
  nextPageToken?: string;
}

export interface ServerInfo {
  version?: string;
  licenses?: string;
  artifacts?: string;
  claims?: string;
  revision?: string;
  catalogEdition?: string;
  // Not part of the answer today; shown if a server tells it.
  role?: string;
  caller?: string;
}
