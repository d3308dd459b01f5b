import { Text, Textarea } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "~/api/client";
import type { Schema } from "~/api/types";
import { withoutAddresses } from "~/components/assigning/leaving";
import { NotLearners, notLearnersOf } from "~/components/assigning/NotLearners";
import { FormDialog } from "~/components/FormDialog";
import { ProblemAlert } from "~/components/ProblemAlert";
import { toastDone } from "~/components/toasts";
import { useOrganization } from "~/shell/organization";
import { membersPreviewQuery, useGroupsChanged } from "./queries";
import { Requirement } from "./Requirement";

const PAUSE_MS = 400;

interface Props {
  group: Schema<"Group">;
  opened: boolean;
  onClose: () => void;
  /** What became of each learner. */
  onResults: (results: readonly Schema<"Assigned">[]) => void;
}

/** Puts learners into a group by their addresses; while one types, it says what that needs. */
export function AddMembersDialog({ group, opened, onClose, onResults }: Props) {
  const { t } = useTranslation("groups");
  const organization = useOrganization();
  const changed = useGroupsChanged(organization.id);
  const [emails, setEmails] = useState("");
  const [settled] = useDebouncedValue(emails.trim(), PAUSE_MS);
  const preview = useQuery(membersPreviewQuery(organization.id, group.id, settled));
  const isCurrent = settled === emails.trim() && !preview.isPlaceholderData && !preview.isFetching;
  const shown = settled && !preview.error ? preview.data : undefined;
  const short = shown?.seats.some((seats) => seats.missing > 0) ?? false;
  const strangers = notLearnersOf(preview.error);
  const fresh = shown ? shown.learners - shown.members : 0;
  return (
    <FormDialog
      opened={opened}
      onClose={onClose}
      title={t("members.addTo", { group: group.name })}
      submitLabel={t("members.submit", { count: fresh })}
      disabled={!shown || !isCurrent || short}
      fields={["emails"]}
      submit={(key) =>
        unwrap(
          api.POST("/v1/organizations/{organization}/groups/{group}/members", {
            params: {
              path: { organization: organization.id, group: group.id },
              header: { "Idempotency-Key": key },
            },
            body: { emails: emails.trim() },
          }),
        )
      }
      onDone={({ results }) => {
        const done = results.filter((one) => one.outcome !== "no_seat" && one.outcome !== "not_a_learner");
        toastDone(t("members.done", { count: done.length, group: group.name }));
        onResults(results);
        setEmails("");
        void changed();
      }}
    >
      {(reasonFor) => (
        <>
          <Textarea
            label={t("members.addresses")}
            description={t("members.addressesHint")}
            autosize
            minRows={3}
            maxRows={10}
            required
            withAsterisk={false}
            spellCheck={false}
            value={emails}
            onChange={(event) => setEmails(event.currentTarget.value)}
            error={reasonFor("emails")}
            data-autofocus
          />
          <div aria-live="polite">
            {shown && (
              <>
                <Text size="sm" mb="xs">
                  {t("members.named", { count: shown.learners })}{" "}
                  {shown.members > 0 && t("members.already", { count: shown.members })}
                </Text>
                {shown.seats.map((seats) => (
                  <Requirement key={seats.license} seats={seats} />
                ))}
              </>
            )}
          </div>
          {settled && strangers.length > 0 && (
            <NotLearners
              named={strangers}
              text={t("members.notLearnersText")}
              onLeaveOut={() => setEmails(withoutAddresses(emails, strangers))}
            />
          )}
          {settled && strangers.length === 0 && <ProblemAlert error={preview.error} />}
          <Text size="sm" c="dimmed">
            {t("members.newPeople")}
          </Text>
        </>
      )}
    </FormDialog>
  );
}
