import { QueryClient } from "@tanstack/react-query";
import { isWorthRetrying } from "~/api/problems";

const FRESH_MS = 20_000;

/** The cache of what the API answered. */
export const queries = new QueryClient({
  defaultOptions: {
    queries: { retry: isWorthRetrying, staleTime: FRESH_MS },
    // Offline, a command fails at once and can be tried again; it does not wait unseen.
    mutations: { retry: false, networkMode: "always" },
  },
});
