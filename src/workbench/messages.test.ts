import { expect, it, vi } from 'vitest';
import { createAppStore } from '../state/store.ts';
import { Messages } from './messages.ts';

function setUp() {
  const store = createAppStore();
  return { store, messages: new Messages(store), texts: () => store.getState().view.messages.map(({ text }) => text) };
}

it('shows the newest three, and a repeated sentence once', () => {
  const { messages, texts } = setUp();
  for (const text of ['one', 'two', 'three', 'one', 'four']) messages.error(text);
  expect(texts()).toEqual(['three', 'one', 'four']);
});

it('runs a button’s action once, and the message goes', () => {
  const { store, messages, texts } = setUp();
  let ran = 0;
  messages.info('Removed.', { label: 'Undo', run: () => ran++ });
  const id = store.getState().view.messages[0]?.id ?? -1;
  messages.act(id, 0);
  messages.act(id, 0);
  expect(ran).toBe(1);
  expect(texts()).toEqual([]);
});

it('runs the action of the button that was pressed, of several, and no other', () => {
  const { store, messages, texts } = setUp();
  const ran: string[] = [];
  const action = (label: string) => ({ label, run: () => void ran.push(label) });
  messages.error('No memory.', action('Smaller picture'), action('Smaller network'), action('Without WebGPU'));
  const { id, actionLabels } = store.getState().view.messages[0] ?? { id: -1, actionLabels: [] };
  expect(actionLabels).toEqual(['Smaller picture', 'Smaller network', 'Without WebGPU']);
  messages.act(id, 1);
  messages.act(id, 2);
  expect(ran).toEqual(['Smaller network']);
  expect(texts()).toEqual([]);
});

it('forgets what the buttons of messages would have run that gave way to newer ones', () => {
  const { store, messages, texts } = setUp();
  const ran: string[] = [];
  const action = (label: string) => ({ label, run: () => void ran.push(label) });
  const ids = () => store.getState().view.messages.map(({ id }) => id);
  messages.info('The weights were cleared.', action('first'));
  messages.info('The weights were cleared.', action('second'));
  const [repeated = -1] = ids();
  for (const text of ['one', 'two', 'three']) messages.error(text, action(text));
  for (const id of [repeated - 1, repeated]) messages.act(id, 0);
  expect(ran).toEqual([]);
  expect(texts()).toEqual(['one', 'two', 'three']);
  messages.act(ids()[0] ?? -1, 0);
  expect(ran).toEqual(['one']);
});

it('takes offers back that no longer hold', () => {
  const { messages, texts } = setUp();
  const run = () => undefined;
  messages.info('A class went.', { label: 'Undo', run, until: 'edit' });
  messages.info('The weights went.', { label: 'Undo reset', run, until: 'classes' });
  messages.info('No WebGPU.', { label: 'What to do', run });
  messages.expire('edit');
  expect(texts()).toEqual(['The weights went.', 'No WebGPU.']);
  messages.expire('classes');
  expect(texts()).toEqual(['No WebGPU.']);
  messages.info('The weights went.', { label: 'Undo reset', run, until: 'classes' });
  messages.expire('picture');
  expect(texts()).toEqual(['No WebGPU.']);
  messages.info('A picture went.', { label: 'Undo', run, until: 'edit' }, { label: 'What to do', run });
  messages.expire('edit');
  expect(texts()).toEqual(['No WebGPU.']);
});

it('lets news go by itself, and keeps errors', () => {
  vi.useFakeTimers();
  try {
    const { messages, texts } = setUp();
    messages.info('Nothing is labeled yet.');
    messages.error('This file is empty.');
    vi.advanceTimersByTime(60_000);
    expect(texts()).toEqual(['This file is empty.']);
  } finally {
    vi.useRealTimers();
  }
});
