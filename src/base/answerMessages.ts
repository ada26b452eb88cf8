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

/** What a worker does, and what it says where that fails. */
export interface Answering<Request, Reply> {
  answer(request: Request): Promise<Answer<Reply>>;
  refuse(error: unknown): Reply;
}

/** Answers every message that comes into `scope`. What `answer` throws is the scope's error. */
export function answerMessages<Request, Reply>(
  scope: AnsweringScope<Request>,
  answer: (request: Request) => Answer<Reply>,
): void {
  scope.addEventListener('message', ({ data }) => send(scope, answer(data)));
}

/** As {@link answerMessages}, but what fails, an answer that cannot be handed over included, is refused in a reply. */
export function answerOrRefuse<Request, Reply>(
  scope: AnsweringScope<Request>,
  { answer, refuse }: Answering<Request, Reply>,
): void {
  const answerOne = async (request: Request) => {
    try {
      send(scope, await answer(request));
    } catch (error) {
      send(scope, { reply: refuse(error) });
    }
  };
  scope.addEventListener('message', ({ data }) => void answerOne(data));
}

function send<Request, Reply>(scope: AnsweringScope<Request>, { reply, transfer = [] }: Answer<Reply>): void {
  scope.postMessage(reply, { transfer });
}
