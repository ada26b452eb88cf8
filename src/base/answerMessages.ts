/** What a worker's global scope is to whoever answers in it. */
export interface AnsweringScope<Request> {
  addEventListener(type: 'message', listener: (event: { readonly data: Request }) => void): void;
  postMessage(message: unknown, options: { readonly transfer: object[] }): void;
}

/** A worker's answer to one message; `transfer` is handed over rather than copied. */
export interface Answer<Reply> {
  readonly reply: Reply;
  readonly transfer?: object[];
}

/** Answers every message that comes into `scope`. What `answer` throws is the scope's error. */
export function answerMessages<Request, Reply>(
  scope: AnsweringScope<Request>,
  answer: (request: Request) => Answer<Reply> | Promise<Answer<Reply>>,
): void {
  scope.addEventListener('message', ({ data }) => {
    const send = ({ reply, transfer = [] }: Answer<Reply>) => scope.postMessage(reply, { transfer });
    const answered = answer(data);
    if (answered instanceof Promise) void answered.then(send);
    else send(answered);
  });
}
