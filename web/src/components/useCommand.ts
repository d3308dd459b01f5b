import { type UseMutationResult, useMutation } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { useIdempotencyKey } from "./idempotencyKey";
import { toastFailed } from "./toasts";

interface Options<Argument, Result> {
  /** Send the command under this `Idempotency-Key`. */
  run: (argument: Argument, idempotencyKey: string) => Promise<Result>;
  onDone?: (result: Result, argument: Argument) => void;
  /** Called after success and failure, to load anew what may have changed. */
  onSettled?: () => unknown;
  /** Commands of one scope run one after the other. */
  scope?: { id: string };
}

/** How long a refusal is said at the bottom instead, where its row leaves with the list that is loaded anew. */
const JUST_NOW_MS = 3_000;

/**
 * A command of a button that has no form: under one key until it is answered, and not sent again meanwhile with the same
 * argument, which a double click would do before its button is disabled. `error` is shown beside the button, by
 * `ProblemBeside` or `ProblemAlert`, and `reset` takes it away; at the bottom it is said only where the button is gone.
 */
export function useCommand<Argument = void, Result = unknown>(
  options: Options<Argument, Result>,
): UseMutationResult<Result, Error, Argument> {
  const key = useIdempotencyKey();
  const unread = useRef<{ error: Error; since: number } | null>(null);
  const isGone = useRef(false);
  const running = useRef(new Set<string>());
  useEffect(() => {
    isGone.current = false;
    return () => {
      isGone.current = true;
      const failed = unread.current;
      if (failed && Date.now() - failed.since < JUST_NOW_MS) toastFailed(failed.error);
    };
  }, []);
  const command = useMutation({
    scope: options.scope,
    mutationFn: (argument: Argument) =>
      options.run(argument, key.value).finally(() => running.current.delete(nameOf(argument))),
    onMutate: () => {
      unread.current = null;
    },
    onSuccess: (result, argument) => {
      key.renew();
      options.onDone?.(result, argument);
    },
    onError: (error) => {
      key.after(error);
      if (isGone.current) toastFailed(error);
      else unread.current = { error, since: Date.now() };
    },
    onSettled: () => options.onSettled?.(),
  });
  return {
    ...command,
    mutate: (...given) => {
      const name = nameOf(given[0]);
      if (running.current.has(name)) return;
      running.current.add(name);
      command.mutate(...given);
    },
    reset: () => {
      unread.current = null;
      command.reset();
    },
  };
}

function nameOf(argument: unknown): string {
  return JSON.stringify(argument) ?? "";
}
