import { queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "~/api/client";
import type { Schema } from "~/api/types";
import { type CursorList, useCursorList } from "~/components/list/cursorList";
import { postFile } from "~/components/upload";
import { useListsChanged } from "~/components/useListsChanged";
import type { ImportsFilters } from "./routes";
import type { Verdict } from "./verdicts";

/** How often an import that is at work is read again. */
const PROGRESS_MS = 1500;

export type ImportState = Schema<"ImportState">;

export const isAtWork = (state: ImportState): boolean => state === "checking" || state === "running";

export function useImports(organization: string, { q, state }: ImportsFilters): CursorList<Schema<"Import">> {
  return useCursorList({
    queryKey: ["organizations", organization, "imports", "list", q, state],
    fetchPage: (cursor, signal) =>
      unwrap(
        api.GET("/v1/organizations/{organization}/imports", {
          params: { path: { organization }, query: { cursor, q, state: state && [state] } },
          signal,
        }),
      ),
  });
}

export const importQuery = (organization: string, id: string) =>
  queryOptions({
    queryKey: ["organizations", organization, "imports", "one", id],
    queryFn: ({ signal }) =>
      unwrap(
        api.GET("/v1/organizations/{organization}/imports/{import_id}", {
          params: { path: { organization, import_id: id } },
          signal,
        }),
      ),
    refetchInterval: ({ state }) => (state.data && isAtWork(state.data.state) ? PROGRESS_MS : false),
  });

const PAGE = 100;

/**
 * The rows of an import with one of these verdicts, all rows for none. Each page of the list has rows in it, though
 * one of the API's may have none and a next one.
 */
export function useRows(
  organization: string,
  one: Pick<Schema<"Import">, "id" | "state">,
  verdicts: readonly Verdict[],
): CursorList<Schema<"ImportRow">> {
  return useCursorList({
    queryKey: ["organizations", organization, "imports", "rows", one.id, one.state, ...verdicts],
    fetchPage: async (begin, signal) => {
      let cursor = begin;
      for (;;) {
        const page = await unwrap(
          api.GET("/v1/organizations/{organization}/imports/{import_id}/rows", {
            params: {
              path: { organization, import_id: one.id },
              query: { limit: PAGE, cursor, verdict: [...verdicts] },
            },
            signal,
          }),
        );
        if (page.items.length > 0 || !page.next) return page;
        cursor = page.next;
      }
    },
  });
}

/** Load anew what a command on an import changes. */
export const useImportsChanged = (organization: string) =>
  useListsChanged(organization, ["imports", "licenses", "overview", "invites"]);

interface NewImport {
  organization: string;
  file: File;
  terms: Omit<Schema<"NewImport">, "file_name">;
  idempotencyKey: string;
}

/** Create an import, post its file by the form, and have it checked. Sent again, it goes on where it stopped. */
export async function startImport({ organization, file, terms, idempotencyKey }: NewImport): Promise<string> {
  const created = await unwrap(
    api.POST("/v1/organizations/{organization}/imports", {
      params: { path: { organization }, header: { "Idempotency-Key": idempotencyKey } },
      body: { file_name: file.name, ...terms },
    }),
  );
  await postFile(created.upload, file);
  await checkImport(organization, created.id);
  return created.id;
}

export function checkImport(organization: string, id: string) {
  return unwrap(
    api.POST("/v1/organizations/{organization}/imports/{import_id}/check", {
      params: { path: { organization, import_id: id } },
    }),
  );
}
