import { useRef } from "react";
import { ApiProblem } from "~/api/problems";

/**
 * The `Idempotency-Key` of one form, made when the form opens: a command whose answer was lost on the way is
 * repeated under the same key, so that nothing happens twice.
 */
export interface IdempotencyKey {
  value: string;
  /** Take another key: the next request is a new command. */
  renew: () => void;
  /** A refusal ends the command; what failed on the way does not. */
  after: (error: unknown) => void;
  /** The form was changed: after an attempt, the next one is another command. */
  changed: () => void;
}

export function newIdempotencyKey(create: () => string = () => crypto.randomUUID()): IdempotencyKey {
  let attempted = false;
  const key: IdempotencyKey = {
    value: create(),
    renew: () => {
      key.value = create();
      attempted = false;
    },
    after: (error) => {
      attempted = true;
      if (error instanceof ApiProblem && !error.isServerError) key.renew();
    },
    changed: () => {
      if (attempted) key.renew();
    },
  };
  return key;
}

export function useIdempotencyKey(): IdempotencyKey {
  const key = useRef<IdempotencyKey>(null);
  key.current ??= newIdempotencyKey();
  return key.current;
}
