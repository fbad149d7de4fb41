import { render } from 'preact';
import './settings';
import { App } from './app';
import { speak, spokenBefore } from './text';

// The words come first, so that no reader sees two languages.
void speak(spokenBefore()).finally(() => {
  const root = document.getElementById('page');
  if (root) render(<App />, root);
});
