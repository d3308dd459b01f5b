import type { UseMutationResult } from "@tanstack/react-query";
import { useRef } from "react";

/** Return what sends a command unless it is under way: a double click does not wait for its button to be disabled. */
export function useOnce<Result, Argument>(
  command: UseMutationResult<Result, Error, Argument>,
): (argument: Argument) => void {
  const running = useRef(false);
  return (argument) => {
    if (running.current) return;
    running.current = true;
    command.mutate(argument, {
      onSettled: () => {
        running.current = false;
      },
    });
  };
}
