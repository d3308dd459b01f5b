import { Text, Textarea } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "~/api/client";
import type { License, Schema } from "~/api/types";
import { withoutAddresses } from "~/components/assigning/leaving";
import { NotLearners, notLearnersOf } from "~/components/assigning/NotLearners";
import { FormDialog } from "~/components/FormDialog";
import { ProblemAlert } from "~/components/ProblemAlert";
import { toastDone } from "~/components/toasts";
import { useOrganization } from "~/shell/organization";
import { AssignmentPreview } from "./AssignmentPreview";
import { LearnerField } from "./LearnerField";
import classes from "./People.module.css";
import { assignmentPreviewQuery, useLicensesChanged } from "./queries";

const PAUSE_MS = 400;

interface Props {
  license: License;
  opened: boolean;
  onClose: () => void;
  /** What became of each learner. */
  onResults: (results: readonly Schema<"Assigned">[]) => void;
}

/** Gives learners a seat by hand; before that it says who gets one, who has one, and how many seats are left. */
export function GiveSeatsDialog({ license, opened, onClose, onResults }: Props) {
  const { t } = useTranslation("licenses");
  const organization = useOrganization();
  const changed = useLicensesChanged(organization.id);
  const [emails, setEmails] = useState("");
  const [settled] = useDebouncedValue(emails.trim(), PAUSE_MS);
  const preview = useQuery(assignmentPreviewQuery(organization.id, license.id, settled));
  const isCurrent = settled === emails.trim() && !preview.isPlaceholderData && !preview.isFetching;
  const shown = settled && !preview.error ? preview.data : undefined;
  const strangers = notLearnersOf(preview.error);
  const product = license.product.name;
  return (
    <FormDialog
      opened={opened}
      onClose={onClose}
      title={t("give.title", { product })}
      submitLabel={t("give.submit", { count: shown?.needed ?? 0 })}
      disabled={!shown || !isCurrent || shown.missing > 0 || shown.needed === 0}
      fields={["emails"]}
      submit={async (key) => {
        try {
          return await unwrap(
            api.POST("/v1/organizations/{organization}/licenses/{license}/assign", {
              params: {
                path: { organization: organization.id, license: license.id },
                header: { "Idempotency-Key": key },
              },
              body: { emails: emails.trim() },
            }),
          );
        } catch (error) {
          void preview.refetch(); // somebody else was quicker: what is shown is as it is now
          throw error;
        }
      }}
      onDone={({ results }) => {
        const given = results.filter((one) => one.outcome === "assigned");
        toastDone(t("give.done", { count: given.length, product }));
        onResults(results);
        setEmails("");
        void changed();
      }}
    >
      {(reasonFor, forget) => {
        const change = (text: string) => {
          setEmails(text);
          forget();
        };
        return (
          <>
            <Text size="sm">
              {license.seats.available === 0
                ? t("give.none")
                : t("give.text", { count: license.seats.available })}
            </Text>
            <LearnerField
              onChosen={(email) => change(emails.trim() ? `${emails.trim()}\n${email}` : email)}
            />
            <Textarea
              label={t("give.addresses")}
              description={t("give.addressesHint")}
              autosize
              minRows={3}
              maxRows={8}
              required
              withAsterisk={false}
              spellCheck={false}
              value={emails}
              onChange={(event) => change(event.currentTarget.value)}
              error={reasonFor("emails")}
              data-autofocus
            />
            <div aria-live="polite" aria-busy={!isCurrent} className={classes.preview}>
              {shown && <AssignmentPreview preview={shown} />}
            </div>
            {settled && strangers.length > 0 && (
              <NotLearners
                named={strangers}
                text={t("give.notLearners")}
                onLeaveOut={() => change(withoutAddresses(emails, strangers))}
              />
            )}
            {settled && strangers.length === 0 && <ProblemAlert error={preview.error} />}
          </>
        );
      }}
    </FormDialog>
  );
}
