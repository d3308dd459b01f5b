import { Button } from "@mantine/core";
import { IconClock } from "@tabler/icons-react";
import { Trans, useTranslation } from "react-i18next";
import { api, unwrap } from "~/api/client";
import type { Schema } from "~/api/types";
import { DateTime } from "~/components/DateTime";
import { ProblemBeside } from "~/components/ProblemBeside";
import { toastDone } from "~/components/toasts";
import { useCommand } from "~/components/useCommand";
import { useIdentity } from "~/shell/identity";
import { useOrganization } from "~/shell/organization";
import { useLicensesChanged } from "./queries";
import classes from "./SeatRequestNote.module.css";

/** An open request for more seats; whoever made it can take it back. */
export function SeatRequestNote({ request }: { request: Schema<"SeatRequest"> }) {
  const { t } = useTranslation("licenses");
  const organization = useOrganization();
  const { person } = useIdentity();
  const changed = useLicensesChanged(organization.id);
  const withdraw = useCommand({
    run: (_: undefined, key) =>
      unwrap(
        api.POST("/v1/organizations/{organization}/seat-requests/{request}/withdraw", {
          params: {
            path: { organization: organization.id, request: request.id },
            header: { "Idempotency-Key": key },
          },
        }),
      ),
    onDone: () => toastDone(t("request.withdrawn")),
    onSettled: changed,
  });
  return (
    <p className={classes.note}>
      <IconClock size={16} aria-hidden="true" />
      <span>
        <Trans
          t={t}
          i18nKey="request.open"
          count={request.seats}
          components={{ date: <DateTime value={request.created_at} /> }}
        />
      </span>
      {request.created_by === person.email && (
        <ProblemBeside error={withdraw.error} onClose={withdraw.reset}>
          <Button
            variant="subtle"
            size="compact-xs"
            loading={withdraw.isPending}
            onClick={() => withdraw.mutate(undefined)}
          >
            {t("request.withdraw")}
          </Button>
        </ProblemBeside>
      )}
    </p>
  );
}
