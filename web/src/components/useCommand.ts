import { useMutation } from "@tanstack/react-query";
import { useIdempotencyKey } from "./idempotencyKey";
import { toastFailed } from "./toasts";

interface Options<Argument, Result> {
  /** Send the command under this `Idempotency-Key`. */
  run: (argument: Argument, idempotencyKey: string) => Promise<Result>;
  onDone?: (result: Result, argument: Argument) => void;
  /** Called after success and failure, to load anew what may have changed. */
  onSettled?: () => unknown;
}

/** A command of a button that has no form: under one key until it is answered; what fails is said at the bottom. */
export function useCommand<Argument = void, Result = unknown>(options: Options<Argument, Result>) {
  const key = useIdempotencyKey();
  return useMutation({
    mutationFn: (argument: Argument) => options.run(argument, key.value),
    onSuccess: (result, argument) => {
      key.renew();
      options.onDone?.(result, argument);
    },
    onError: (error) => {
      key.after(error);
      toastFailed(error);
    },
    onSettled: () => options.onSettled?.(),
  });
}
