/** Resolves in a new task, so that long work before and after does not block the page in one piece. */
export function nextTask(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve);
  });
}
