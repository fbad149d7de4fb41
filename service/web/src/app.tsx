// The frame: header, the page that the address names, footer.
import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { session, token } from './api';
import { forget } from './query';
import { go, href, route } from './route';
import { theme } from './settings';
import { languages, speak, t } from './text';
import { SearchBox } from './ui/searchbox';
import { Failure, Select, Spinner } from './ui/parts';
import { ApiError } from './api';
import { HomePage } from './pages/home';
import { ArtifactPage } from './pages/artifact';

// The two pages that people arrive at are in the first load, the others come when they are asked for.
const later: Record<string, () => Promise<ComponentType>> = {
  'search': async () => (await import('./pages/search')).SearchPage,
  'graph': async () => (await import('./pages/graph')).GraphPage,
  'license': async () => (await import('./pages/license')).LicensePage,
  'licenses': async () => (await import('./pages/license')).LicensesPage,
  'compare-licenses': async () => (await import('./pages/compare-licenses')).CompareLicensesPage,
  'compare': async () => (await import('./pages/portfolio')).PortfolioPage,
  'what-if': async () => (await import('./pages/whatif')).WhatIfPage,
  'findings': async () => (await import('./pages/audit')).AuditPage,
  'changes': async () => (await import('./pages/changes')).ChangesPage,
  'sign-in': async () => (await import('./pages/signin')).SignInPage,
};
const loaded = new Map<string, ComponentType>([
  ['', HomePage],
  ['artifact', ArtifactPage],
]);

function Page() {
  const page = route.value.page;
  const [, setCount] = useState(0);
  const [failed, setFailed] = useState(false);
  const ready = loaded.get(page);
  useEffect(() => {
    setFailed(false);
    const load = later[page];
    if (ready || !load) return;
    load().then(
      (component) => {
        loaded.set(page, component);
        setCount((count) => count + 1);
      },
      () => setFailed(true),
    );
  }, [page]);
  if (ready) {
    const Ready = ready;
    return <Ready key={`${page}/${session.value}`} />;
  }
  if (failed) return <Failure error={new ApiError('unreachable', '')} again={() => location.reload()} />;
  if (later[page]) return <Spinner />;
  return (
    <div class="page-head">
      <h1>{t.value.state.notFoundPage}</h1>
      <p>
        <a href={href.home()}>{t.value.home.title}</a>
      </p>
    </div>
  );
}

function Header() {
  const [open, setOpen] = useState(false);
  const { page } = route.value;
  useEffect(() => setOpen(false), [route.value]);
  const text = t.value.nav;
  const pages: [string, string][] = [
    ['compare', text.compare],
    ['what-if', text.whatif],
    ['findings', text.audit],
    ['changes', text.changes],
    ['licenses', text.licenses],
  ];
  const signOut = () => {
    token.value = '';
    forget();
    session.value += 1;
    go(href.home());
  };
  return (
    <header class="header">
      <div class="header-inner">
        <a class="brand" href="/" aria-label={t.value.product}>
          <svg width="24" height="24" viewBox="0 0 32 32" aria-hidden="true">
            <rect width="32" height="32" rx="7" fill="var(--accent)" />
            <path d="M9 9v6a5 5 0 0 0 5 5h5" fill="none" stroke="var(--accent-ink)" stroke-width="2.4" stroke-linecap="round" />
            <circle cx="9" cy="8.5" r="3.2" fill="var(--accent-ink)" />
            <circle cx="22.5" cy="20" r="3.2" fill="var(--accent-ink)" />
          </svg>
          {t.value.product}
        </a>
        {page !== '' && <SearchBox />}
        <button type="button" class="button menu-button" aria-expanded={open} aria-controls="nav" onClick={() => setOpen(!open)}>
          {text.menu}
        </button>
        <nav id="nav" class={`nav${open ? ' open' : ''}`} aria-label={text.main}>
          {pages.map(([name, label]) => (
            <a key={name} href={href.page(name)} aria-current={page === name ? 'page' : undefined}>
              {label}
            </a>
          ))}
          {token.value ? (
            <a href={href.home()} onClick={(event) => { event.preventDefault(); signOut(); }}>{text.signOut}</a>
          ) : (
            <a href={href.page('sign-in')} aria-current={page === 'sign-in' ? 'page' : undefined}>{text.signIn}</a>
          )}
        </nav>
      </div>
    </header>
  );
}

function Footer() {
  const text = t.value.nav;
  return (
    <footer class="footer">
      <div class="footer-inner">
        <p>{t.value.disclaimer}</p>
        <div class="footer-tools">
          <Select label={text.language} value={t.value.code} options={languages.map(({ code, name }) => ({ value: code, label: name }))} onChange={(code) => void speak(code)} />
          <Select
            label={text.theme.label}
            value={theme.value}
            options={[
              { value: 'system', label: text.theme.system },
              { value: 'light', label: text.theme.light },
              { value: 'dark', label: text.theme.dark },
            ]}
            onChange={(value) => {
              theme.value = value;
            }}
          />
        </div>
      </div>
    </footer>
  );
}

export function App() {
  return (
    <>
      <a class="skip" href="#main">{t.value.skip}</a>
      <Header />
      <main id="main" class="main" tabIndex={-1}>
        <Page />
      </main>
      <Footer />
    </>
  );
}
