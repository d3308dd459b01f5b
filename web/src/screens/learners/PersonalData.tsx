import { Button, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "~/api/client";
import type { Schema } from "~/api/types";
import { ConfirmTyped } from "~/components/ConfirmTyped";
import { saveFile } from "~/components/download";
import { ProblemAlert } from "~/components/ProblemAlert";
import { toastDone } from "~/components/toasts";
import { useCommand } from "~/components/useCommand";
import { useOrganization } from "~/shell/organization";
import { nameOf } from "./names";
import { useLearnersChanged } from "./queries";
import { learnerRoute } from "./routes";

/** What a person may ask for: a copy of their data, and that it is erased. */
export function PersonalData({ learner }: { learner: Schema<"LearnerDetail"> }) {
  const { t } = useTranslation("learners");
  const [erasing, setErasing] = useState(false);
  return (
    <Stack gap="sm" align="flex-start">
      <Text size="sm" c="dimmed">
        {t("data.text")}
      </Text>
      <Export learner={learner} />
      <Button variant="default" c="var(--mantine-color-error)" size="sm" onClick={() => setErasing(true)}>
        {t("erase.action")}
      </Button>
      <EraseDialog learner={learner} opened={erasing} onClose={() => setErasing(false)} />
    </Stack>
  );
}

function Export({ learner }: { learner: Schema<"LearnerDetail"> }) {
  const { t } = useTranslation("learners");
  const organization = useOrganization();
  const collect = useCommand({
    run: () =>
      unwrap(
        api.GET("/v1/organizations/{organization}/learners/{learner}/export", {
          params: { path: { organization: organization.id, learner: learner.id } },
        }),
      ),
    onDone: (data) =>
      saveFile(
        new Blob([JSON.stringify(data, null, 2)], { type: "application/json" }),
        `${learner.email}.json`,
      ),
  });
  return (
    <>
      <Button variant="default" size="sm" loading={collect.isPending} onClick={() => collect.mutate()}>
        {t("data.export")}
      </Button>
      <ProblemAlert error={collect.error} />
    </>
  );
}

interface EraseProps {
  learner: Schema<"LearnerDetail">;
  opened: boolean;
  onClose: () => void;
}

function EraseDialog({ learner, opened, onClose }: EraseProps) {
  const { t } = useTranslation("learners");
  const organization = useOrganization();
  const changed = useLearnersChanged(organization.id, learner.id);
  const navigate = learnerRoute.useNavigate();
  const name = nameOf(learner);
  return (
    <ConfirmTyped
      opened={opened}
      onClose={onClose}
      title={t("erase.title", { name })}
      word={learner.email}
      confirmLabel={t("erase.submit")}
      confirm={(key) =>
        unwrap(
          api.POST("/v1/organizations/{organization}/erasures", {
            params: { path: { organization: organization.id }, header: { "Idempotency-Key": key } },
            body: { email: learner.email },
          }),
        )
      }
      onDone={() => {
        toastDone(t("erase.done", { name }));
        void navigate({
          to: "/organizations/$organization/learners",
          params: { organization: organization.id },
        });
        void changed();
      }}
    >
      {t("erase.text", { name, organization: organization.name })}
    </ConfirmTyped>
  );
}
