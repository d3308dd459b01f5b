import { useQueryClient } from "@tanstack/react-query";

/**
 * Load anew what a command on something of an organization changes: what is shown of these kinds.
 *
 * A command that removes something tells the id of it: its own screen, which is being left, would only hear that it
 * is not there.
 */
export function useListsChanged(
  organization: string,
  kinds: string[],
  gone?: string,
): () => Promise<unknown> {
  const client = useQueryClient();
  return () =>
    Promise.all(
      kinds.map((kind) =>
        client.invalidateQueries({
          queryKey: ["organizations", organization, kind],
          predicate: ({ queryKey }) => gone === undefined || !queryKey.includes(gone),
        }),
      ),
    );
}
