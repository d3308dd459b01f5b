import { type QueryKey, useInfiniteQuery } from "@tanstack/react-query";
import { useMemo } from "react";

/** A page of a list as the API answers it. */
export interface CursorPage<Row> {
  items: Row[];
  next: string | null;
}

/** The rows that were loaded so far, and how to get on. */
export interface CursorList<Row> {
  rows: readonly Row[];
  isPending: boolean;
  error: unknown;
  retry: () => void;
  hasMore: boolean;
  isLoadingMore: boolean;
  loadMore: () => void;
}

interface Options<Row> {
  /** With all filters in it, so that each combination is a list of its own. */
  queryKey: QueryKey;
  fetchPage: (cursor: string | undefined, signal: AbortSignal) => Promise<CursorPage<Row>>;
  /** After how many milliseconds what is loaded is read again, such as while a row changes by itself. */
  refetchInterval?: (rows: readonly Row[]) => number | false;
}

/** Read a page that has rows; with a filter the API may find none in one, and have a next one. */
export async function filledPage<Row>(
  fetchPage: Options<Row>["fetchPage"],
  cursor: string | undefined,
  signal: AbortSignal,
): Promise<CursorPage<Row>> {
  let page = await fetchPage(cursor, signal);
  while (page.items.length === 0 && page.next !== null) page = await fetchPage(page.next, signal);
  return page;
}

/** A list that is loaded page by page, as far as somebody looks. */
export function useCursorList<Row>({ queryKey, fetchPage, refetchInterval }: Options<Row>): CursorList<Row> {
  const query = useInfiniteQuery({
    queryKey,
    queryFn: ({ pageParam, signal }) => filledPage(fetchPage, pageParam, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
    refetchInterval: ({ state }) =>
      refetchInterval?.(state.data?.pages.flatMap((page) => page.items) ?? []) ?? false,
  });
  const rows = useMemo(() => query.data?.pages.flatMap((page) => page.items) ?? [], [query.data]);
  return {
    rows,
    isPending: query.isPending,
    error: query.error,
    retry: () => void (query.data ? query.fetchNextPage() : query.refetch()),
    hasMore: query.hasNextPage,
    isLoadingMore: query.isFetchingNextPage,
    loadMore: () => {
      if (query.hasNextPage && !query.isFetching) void query.fetchNextPage();
    },
  };
}

interface WholeList<Row> {
  data: CursorPage<Row> | undefined;
  isPending: boolean;
  error: unknown;
  refetch: () => unknown;
}

/** A list that is one page: of licenses, of the team. */
export function wholeList<Row>(query: WholeList<Row>): CursorList<Row> {
  return {
    rows: query.data?.items ?? [],
    isPending: query.isPending,
    error: query.data ? null : query.error,
    retry: () => void query.refetch(),
    hasMore: false,
    isLoadingMore: false,
    loadMore: () => undefined,
  };
}
