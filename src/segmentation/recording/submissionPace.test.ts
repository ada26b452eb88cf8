import { expect, it } from 'vitest';
import { SubmissionPace } from './submissionPace.ts';

it('begins by the counted work: a step of 2.8 TFLOP is not one submission, a small one is', () => {
  expect(new SubmissionPace(2.8e12).submissions).toBe(112);
  expect(new SubmissionPace(1e9).submissions).toBe(1);
  expect(new SubmissionPace(0).submissions).toBe(1);
});

it('goes on by the measured time of a step, without what steps before it took', () => {
  const pace = new SubmissionPace(2.8e12);
  pace.measured(4, 1000, 1800);
  expect(pace.submissions).toBe(4);
  // Handed over while the former ones were under way.
  pace.measured(2, 1100, 1900);
  expect(pace.submissions).toBe(1);
  pace.measured(1, 5000, 5051);
  expect(pace.submissions).toBe(2);
});
