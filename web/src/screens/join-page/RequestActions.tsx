import { Button, Group } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "~/api/client";
import type { Schema } from "~/api/types";
import { ProblemBeside } from "~/components/ProblemBeside";
import { dismissRowProblem, useRowProblem } from "~/components/rowProblems";
import { toastDone, undoable } from "~/components/toasts";
import { useCommand } from "~/components/useCommand";
import { useOrganization } from "~/shell/organization";
import { useJoinPageChanged } from "./queries";

interface Props {
  request: Schema<"JoinRequest">;
  /** Called when it is refused, and when that is undone or fails. */
  onLeaving: (id: string, leaving: boolean) => void;
}

/** Lets a person in, or refuses them; a refusal is sent after ten seconds in which it can be undone. */
export function RequestActions({ request, onLeaving }: Props) {
  const { t } = useTranslation("join-page");
  const approve = useApprove(request);
  const refuse = useRefuse(request, onLeaving);
  const open = request.state === "pending" || request.state === "waiting";
  const mayApprove = request.state === "pending" || request.state === "refused";
  const failed = useRowProblem(request.id);
  return (
    <ProblemBeside
      error={approve.error ?? failed}
      onClose={() => {
        approve.reset();
        dismissRowProblem(request.id);
      }}
    >
      <Group gap="xs" wrap="nowrap" justify="flex-end">
        {mayApprove && (
          <Button
            size="xs"
            variant={request.state === "pending" ? "filled" : "default"}
            aria-label={t("approve.of", { email: request.email })}
            loading={approve.isPending}
            onClick={() => approve.mutate(undefined)}
          >
            {t("approve.action")}
          </Button>
        )}
        {open && (
          <Button
            size="xs"
            variant="default"
            aria-label={t("refuse.of", { email: request.email })}
            disabled={approve.isPending}
            onClick={refuse}
          >
            {t("refuse.action")}
          </Button>
        )}
      </Group>
    </ProblemBeside>
  );
}

function useApprove(request: Schema<"JoinRequest">) {
  const { t } = useTranslation("join-page");
  const organization = useOrganization();
  const changed = useJoinPageChanged(organization.id);
  return useCommand({
    run: (_: undefined, key) =>
      unwrap(
        api.POST("/v1/organizations/{organization}/join-requests/{request}/approve", {
          params: {
            path: { organization: organization.id, request: request.id },
            header: { "Idempotency-Key": key },
          },
        }),
      ),
    onDone: (answered) => {
      const { email } = request;
      toastDone(
        answered.state === "waiting" ? t("approve.waiting", { email }) : t("approve.done", { email }),
      );
    },
    onSettled: changed,
  });
}

function useRefuse(request: Schema<"JoinRequest">, onLeaving: Props["onLeaving"]): () => void {
  const { t } = useTranslation("join-page");
  const organization = useOrganization();
  const changed = useJoinPageChanged(organization.id);
  const stay = () => onLeaving(request.id, false);
  return () => {
    onLeaving(request.id, true);
    const key = crypto.randomUUID();
    undoable({
      message: t("refuse.done", { email: request.email }),
      run: async () => {
        await unwrap(
          api.POST("/v1/organizations/{organization}/join-requests/{request}/refuse", {
            params: {
              path: { organization: organization.id, request: request.id },
              header: { "Idempotency-Key": key },
            },
          }),
        );
        await changed();
        stay();
      },
      onUndone: stay,
      rows: [request.id],
      onFailed: () => {
        stay();
        void changed();
      },
    });
  };
}
