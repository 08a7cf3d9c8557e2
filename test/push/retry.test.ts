import { describe, expect, it } from 'vitest';
import { RetryBudget, delayAfter } from '../../src/push/retry.js';

describe('the delay after an attempt', () => {
  it.each([
    [1, 0, 125],
    [1, 0.5, 250],
    [2, 0.5, 500],
    [3, 0.5, 1000],
    [3, 1, 1500],
  ])('after attempt %i with chance %d is %i ms', (attempt, random, expected) => {
    expect(delayAfter(attempt, random)).toBe(expected);
  });
});

describe('the budget of a run', () => {
  it.each([
    [0, 20],
    [60, 20],
    [1000, 100],
  ])('of %i changes is %i', (changes, expected) => {
    const budget = new RetryBudget(changes);
    for (let taken = 0; taken < expected; taken += 1) expect(budget.take()).toBe(true);
    expect(budget.take()).toBe(false);
    expect(budget.take()).toBe(false);
  });
});
