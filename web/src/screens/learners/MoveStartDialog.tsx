import { Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "~/api/client";
import type { License, Schema } from "~/api/types";
import { dayIn, lastMomentBefore, now } from "~/components/dates";
import { FormDialog } from "~/components/FormDialog";
import { toastDone } from "~/components/toasts";
import { useOrganization } from "~/shell/organization";
import { useLearnersChanged } from "./queries";

interface Props {
  access: Schema<"Access">;
  license: License;
  opened: boolean;
  onClose: () => void;
}

/** Moves a start that is still to come, to any day on which the license is valid. */
export function MoveStartDialog({ access, license, opened, onClose }: Props) {
  const { t } = useTranslation("learners");
  const organization = useOrganization();
  const changed = useLearnersChanged(organization.id);
  const zone = organization.time_zone;
  const current = access.starts_at ? dayIn(new Date(access.starts_at), zone) : "";
  const [day, setDay] = useState(current);
  const today = dayIn(now(), zone);
  const from = dayIn(new Date(license.valid_from), zone);
  return (
    <FormDialog
      opened={opened}
      onClose={onClose}
      title={t("move.title", { product: access.product.name })}
      submitLabel={t("move.submit")}
      fields={["access_start"]}
      disabled={day === "" || day === current}
      submit={() => move(organization.id, access, day)}
      onDone={() => {
        toastDone(t("move.done", { email: access.email }));
        void changed();
      }}
    >
      {(reasonFor) => (
        <>
          <TextInput
            type="date"
            label={t("move.day")}
            description={t("move.zone", { zone })}
            min={[from, today].sort().at(-1)}
            max={dayIn(lastMomentBefore(new Date(license.valid_until)), zone)}
            required
            withAsterisk={false}
            value={day}
            onChange={(event) => setDay(event.currentTarget.value)}
            error={reasonFor("access_start")}
            data-autofocus
          />
          <Text size="sm" c="dimmed">
            {access.invite ? t("move.ofInvite") : t("move.told")}
          </Text>
        </>
      )}
    </FormDialog>
  );
}

/** What an invite gave is moved with the invite; what came otherwise by itself. */
async function move(organization: string, access: Schema<"Access">, day: string): Promise<unknown> {
  const body = { access_start: day };
  if (access.invite) {
    const path = { organization, invite: access.invite };
    return unwrap(api.PATCH("/v1/organizations/{organization}/invites/{invite}", { params: { path }, body }));
  }
  const path = { organization, learner: access.person, license: access.license };
  return unwrap(
    api.PATCH("/v1/organizations/{organization}/learners/{learner}/accesses/{license}", {
      params: { path },
      body,
    }),
  );
}
