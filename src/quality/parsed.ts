import * as v from 'valibot';

/** Reads a JSON file of an evaluation folder, which sentences call `what`. Throws an `Error` with one where it is none. */
export function parsed<Schema extends v.GenericSchema>(
  text: string,
  what: string,
  schema: Schema,
): v.InferOutput<Schema> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new Error(`The ${what} is no JSON.`, { cause });
  }
  const result = v.safeParse(schema, json);
  if (!result.success) throw new Error(`The ${what} is not one of evaluation data: ${result.issues[0].message}.`);
  return result.output;
}
