import { Checkbox, Skeleton } from "@mantine/core";
import { useQueries } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Schema } from "~/api/types";
import { FormDialog } from "~/components/FormDialog";
import { ProblemAlert } from "~/components/ProblemAlert";
import { toastDone } from "~/components/toasts";
import { useOrganization } from "~/shell/organization";
import { giveLicense } from "./giving";
import { LicensePicker } from "./LicensePicker";
import { licensePreviewQuery, useGroupsChanged } from "./queries";
import { Requirement } from "./Requirement";

interface Props {
  group: Schema<"Group">;
  opened: boolean;
  onClose: () => void;
}

/** Adds licenses to a group, and gives them to its present members if wanted, once it was shown what that needs. */
export function AddLicensesDialog({ group, opened, onClose }: Props) {
  const { t } = useTranslation("groups");
  const organization = useOrganization();
  const changed = useGroupsChanged(organization.id);
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const [toMembers, setToMembers] = useState(false);
  const previews = useQueries({
    queries: chosen.map((license) => ({
      ...licensePreviewQuery(organization.id, group.id, license),
      enabled: toMembers,
    })),
  });
  const known = previews.flatMap((preview) => preview.data ?? []);
  const short = known.some((seats) => seats.missing > 0);
  const waiting = toMembers && known.length < chosen.length;
  const close = () => {
    setChosen([]);
    setToMembers(false);
    onClose();
  };
  return (
    <FormDialog
      opened={opened}
      onClose={close}
      title={t("licenses.addTo", { group: group.name })}
      submitLabel={t("licenses.submit", { count: chosen.length })}
      disabled={chosen.length === 0 || waiting || (toMembers && short)}
      submit={async (key) => {
        const path = { organization: organization.id, group: group.id, toMembers };
        try {
          for (const license of chosen) {
            await giveLicense({ ...path, license }, key);
            // What was added is not asked for again where a later one is refused.
            setChosen((before) => before.filter((one) => one !== license));
          }
        } catch (error) {
          void changed();
          throw error;
        }
        return chosen.length;
      }}
      onDone={(count) => {
        toastDone(t("licenses.done", { count, group: group.name }));
        void changed();
      }}
    >
      {() => (
        <>
          <LicensePicker
            label={t("licenses.choose")}
            value={chosen}
            onChange={setChosen}
            focused
            without={group.licenses.map((license) => license.id)}
          />
          {group.members > 0 && (
            <Checkbox
              label={t("licenses.toMembers", { count: group.members })}
              checked={toMembers}
              onChange={(event) => setToMembers(event.currentTarget.checked)}
            />
          )}
          {toMembers &&
            previews.map((preview, index) => {
              const license = chosen[index];
              if (preview.data) return <Requirement key={license} seats={preview.data} />;
              if (preview.error) return <ProblemAlert key={license} error={preview.error} />;
              return <Skeleton key={license} height={64} radius={10} />;
            })}
        </>
      )}
    </FormDialog>
  );
}
