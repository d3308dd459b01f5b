import { Button, Stack, Text, Textarea, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "~/api/client";
import type { Schema } from "~/api/types";
import { FormDialog } from "~/components/FormDialog";
import { toastDone } from "~/components/toasts";
import { useOrganization } from "~/shell/organization";
import { useLearnersChanged } from "./queries";

const LONGEST_MESSAGE = 2000;
const LONGEST_TRAINING = 200;

interface DialogProps {
  learner: Schema<"LearnerDetail">;
  opened: boolean;
  onClose: () => void;
}

/** What the operators can be asked to do for a learner. */
export function SupportActions({ learner }: { learner: Schema<"LearnerDetail"> }) {
  const { t } = useTranslation("learners");
  const [opened, setOpened] = useState(false);
  return (
    <Stack gap="sm" align="flex-start">
      <Text size="sm" c="dimmed">
        {t("support.text")}
      </Text>
      <Button variant="default" size="sm" onClick={() => setOpened(true)}>
        {t("transfer.action")}
      </Button>
      <TransferDialog learner={learner} opened={opened} onClose={() => setOpened(false)} />
    </Stack>
  );
}

function useFile() {
  const organization = useOrganization();
  return (key: string, body: Schema<"NewSupportRequest">) =>
    unwrap(
      api.POST("/v1/organizations/{organization}/support-requests", {
        params: { path: { organization: organization.id }, header: { "Idempotency-Key": key } },
        body,
      }),
    );
}

/** Asks the operators to give a seat back that its learner has accepted. */
export function ReleaseDialog({
  access,
  learner,
  opened,
  onClose,
}: DialogProps & { access: Schema<"Access"> }) {
  const { t } = useTranslation("learners");
  const organization = useOrganization();
  const changed = useLearnersChanged(organization.id);
  const file = useFile();
  const [message, setMessage] = useState("");
  return (
    <FormDialog
      opened={opened}
      onClose={onClose}
      title={t("release.title", { product: access.product.name })}
      submitLabel={t("support.submit")}
      fields={["message"]}
      submit={(key) =>
        file(key, { kind: "release_seat", email: learner.email, license: access.license, message })
      }
      onDone={() => {
        toastDone(t("support.done"));
        setMessage("");
        void changed();
      }}
    >
      {(reasonFor) => (
        <>
          <Text size="sm">{t("release.text")}</Text>
          <Message value={message} onChange={setMessage} error={reasonFor("message")} />
        </>
      )}
    </FormDialog>
  );
}

function TransferDialog({ learner, opened, onClose }: DialogProps) {
  const { t } = useTranslation("learners");
  const organization = useOrganization();
  const changed = useLearnersChanged(organization.id);
  const file = useFile();
  const [training, setTraining] = useState("");
  const [message, setMessage] = useState("");
  return (
    <FormDialog
      opened={opened}
      onClose={onClose}
      title={t("transfer.title")}
      submitLabel={t("support.submit")}
      fields={["training", "message"]}
      submit={(key) => file(key, { kind: "transfer_progress", email: learner.email, training, message })}
      onDone={() => {
        toastDone(t("support.done"));
        setTraining("");
        setMessage("");
        void changed();
      }}
    >
      {(reasonFor) => (
        <>
          <Text size="sm">{t("transfer.text")}</Text>
          <TextInput
            label={t("transfer.training")}
            required
            withAsterisk={false}
            maxLength={LONGEST_TRAINING}
            value={training}
            onChange={(event) => setTraining(event.currentTarget.value)}
            error={reasonFor("training")}
            data-autofocus
          />
          <Message value={message} onChange={setMessage} error={reasonFor("message")} />
        </>
      )}
    </FormDialog>
  );
}

interface MessageProps {
  value: string;
  onChange: (value: string) => void;
  error: string | undefined;
}

function Message({ value, onChange, error }: MessageProps) {
  const { t } = useTranslation("learners");
  return (
    <Textarea
      label={t("support.message")}
      description={t("support.messageHint")}
      autosize
      minRows={3}
      required
      withAsterisk={false}
      maxLength={LONGEST_MESSAGE}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      error={error}
    />
  );
}
