import { expect, it, vi } from 'vitest';
import { createAppStore } from './store.ts';

it('begins with the facts that it is given, and with the first ones elsewhere', () => {
  const state = createAppStore({ training: { step: 3 }, view: { isFramed: true } }).getState();
  expect(state.training).toMatchObject({ step: 3, phase: 'loading' });
  expect(state.view).toMatchObject({ isFramed: true, theme: 'system' });
  expect(createAppStore().getState()).toMatchObject({ training: { step: 0 }, view: { isFramed: false } });
});

it('tells once of facts of several slices, and leaves the others the same objects', () => {
  const store = createAppStore();
  const former = store.getState();
  const told = vi.fn();
  store.subscribe(told);
  store.setFacts({ training: { step: 1, loss: 0.5 }, document: { canUndo: true }, view: { theme: 'system' } });
  expect(told.mock.calls).toEqual([[store.getState(), former]]);
  const { training, document, ...others } = store.getState();
  expect(training).toEqual({ ...former.training, step: 1, loss: 0.5 });
  expect(document).toEqual({ ...former.document, canUndo: true });
  for (const [subject, slice] of Object.entries(others)) expect(former).toHaveProperty(subject, slice);
  expect(others.view).toBe(former.view);
});

it('tells nobody of facts that are what they were', () => {
  const store = createAppStore({ training: { loss: Number.NaN } });
  const former = store.getState();
  const told = vi.fn();
  store.subscribe(told);
  store.setFacts({ training: { step: 0, loss: Number.NaN }, view: {} });
  store.setFacts({});
  expect(told).not.toHaveBeenCalled();
  expect(store.getState()).toBe(former);
});

it('lets a listener change facts in turn', () => {
  const store = createAppStore();
  store.subscribe(({ training }) => store.setFacts({ timeline: { pastStep: training.step } }));
  store.setFacts({ training: { step: 7 } });
  expect(store.getState().timeline.pastStep).toBe(7);
});
