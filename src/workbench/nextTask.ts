/** Resolves in a task of its own, so that what comes before and what comes after do not hold the page up together. */
export function nextTask(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve);
  });
}
