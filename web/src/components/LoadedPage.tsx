import { Button, Skeleton, Stack } from "@mantine/core";
import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { ApiProblem } from "~/api/problems";
import { NotFoundScreen } from "~/shell/ErrorScreens";
import { Page } from "./Page";
import { ProblemAlert } from "./ProblemAlert";

interface Props<Data> {
  query: UseQueryResult<Data>;
  /** The heading and buttons until it is loaded. */
  title: string;
  actions?: ReactNode;
  /** The screen, once it is loaded. */
  children: (data: Data) => ReactNode;
}

/** The screen of one thing: while it is loaded, where it could not be, and where there is none of that id. */
export function LoadedPage<Data>({ query, title, actions, children }: Props<Data>) {
  const { t } = useTranslation("components");
  if (query.error instanceof ApiProblem && query.error.status === 404) return <NotFoundScreen />;
  if (query.data !== undefined) return children(query.data);
  return (
    <Page title={title} actions={actions}>
      {query.isPending ? (
        <Skeleton height={240} radius={14} />
      ) : (
        <Stack align="flex-start">
          <ProblemAlert error={query.error} />
          <Button variant="default" onClick={() => void query.refetch()}>
            {t("list.retry")}
          </Button>
        </Stack>
      )}
    </Page>
  );
}
