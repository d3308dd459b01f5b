import { Skeleton, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { License, Schema } from "~/api/types";
import { FormDialog } from "~/components/FormDialog";
import { ProblemAlert } from "~/components/ProblemAlert";
import { toastDone } from "~/components/toasts";
import { useOrganization } from "~/shell/organization";
import { giveLicense } from "./giving";
import { licensePreviewQuery, useGroupsChanged } from "./queries";
import { Requirement } from "./Requirement";

interface Props {
  group: Schema<"Group">;
  license: License;
  opened: boolean;
  onClose: () => void;
}

/** Gives a license of the group to those members who lack it. */
export function ApplyLicenseDialog({ group, license, opened, onClose }: Props) {
  const { t } = useTranslation("groups");
  const organization = useOrganization();
  const changed = useGroupsChanged(organization.id);
  const preview = useQuery({
    ...licensePreviewQuery(organization.id, group.id, license.id),
    enabled: opened,
  });
  const { data } = preview;
  return (
    <FormDialog
      opened={opened}
      onClose={onClose}
      title={t("apply.title", { product: license.product.name, group: group.name })}
      submitLabel={t("apply.submit", { count: data?.needed ?? 0 })}
      disabled={!data || data.needed === 0 || data.missing > 0}
      submit={(key) =>
        giveLicense(
          { organization: organization.id, group: group.id, license: license.id, toMembers: true },
          key,
        )
      }
      onDone={(count) => {
        toastDone(t("apply.done", { count, product: license.product.name }));
        void changed();
      }}
    >
      {() => (
        <>
          <Text size="sm">{t("apply.text")}</Text>
          {data && <Requirement seats={data} />}
          {preview.isPending && <Skeleton height={64} radius={10} />}
          <ProblemAlert error={preview.error} />
        </>
      )}
    </FormDialog>
  );
}
