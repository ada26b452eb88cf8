import { expect, it } from 'vitest';
import { NewestQuestion } from './newestQuestion.ts';

/** Asks for the newest of what was wanted; every answer is given by hand. */
function asking() {
  const asked: number[] = [];
  const answers: { resolve: () => void; reject: (error: Error) => void }[] = [];
  let wanted = 0;
  const question = new NewestQuestion(() => {
    asked.push(wanted);
    return new Promise((resolve, reject) => answers.push({ resolve, reject }));
  });
  const want = (value: number) => {
    wanted = value;
    return question.due();
  };
  return { asked, answers, want };
}

it('asks one thing at a time, and of all that came meanwhile the newest alone', async () => {
  const { asked, answers, want } = asking();
  const all = want(1);
  await Promise.all([want(2), want(3)]);
  expect(asked).toEqual([1]);
  answers[0]?.resolve();
  await Promise.resolve();
  expect(asked).toEqual([1, 3]);
  answers[1]?.resolve();
  await all;
  expect(asked).toEqual([1, 3]);
});

it('asks again after an answer that did not come', async () => {
  const { asked, answers, want } = asking();
  const first = want(1);
  answers[0]?.reject(new Error('Nobody answers.'));
  await expect(first).rejects.toThrow('Nobody answers.');
  const second = want(2);
  answers[1]?.resolve();
  await second;
  expect(asked).toEqual([1, 2]);
});
