import { expect, it } from 'vitest';
import { Emitter } from './emitter.ts';

interface Events {
  came: number;
  went: string;
}

it('tells those who listen for an event’s name, until they leave', () => {
  const emitter = new Emitter<Events>();
  const heard: unknown[] = [];
  emitter.on('came', (n) => heard.push(n));
  const leave = emitter.on('came', (n) => heard.push(-n));
  emitter.on('went', (text) => heard.push(text));
  emitter.emit('came', 1);
  leave();
  emitter.emit('came', 2);
  emitter.emit('went', 'away');
  expect(heard).toEqual([1, -1, 2, 'away']);
});

it('says nothing where nobody listens, and lets a listener leave while it hears', () => {
  const emitter = new Emitter<Events>();
  emitter.emit('went', 'unheard');
  let count = 0;
  const leave = emitter.on('came', () => {
    count++;
    leave();
  });
  emitter.emit('came', 1);
  emitter.emit('came', 2);
  expect(count).toBe(1);
});

it('is heard by all where one of them throws, and throws that then', () => {
  const emitter = new Emitter<Events>();
  const heard: number[] = [];
  emitter.on('came', () => {
    throw new Error('Not I.');
  });
  emitter.on('came', (n) => heard.push(n));
  expect(() => emitter.emit('came', 4)).toThrow('Not I.');
  expect(heard).toEqual([4]);
});
