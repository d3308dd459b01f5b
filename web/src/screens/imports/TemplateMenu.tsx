import { Button, Menu } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "~/api/client";
import { saveFile } from "~/components/download";
import { ProblemBeside } from "~/components/ProblemBeside";
import { useCommand } from "~/components/useCommand";
import { useOrganization } from "~/shell/organization";

const FORMATS = ["xlsx", "csv"] as const;

/** Saves an empty spreadsheet with the columns that an import understands. */
export function TemplateMenu() {
  const { t } = useTranslation("imports");
  const organization = useOrganization();
  const download = useCommand({
    run: async (format: (typeof FORMATS)[number]) => {
      const template = await unwrap(
        api.GET("/v1/organizations/{organization}/imports/template", {
          params: { path: { organization: organization.id }, query: { format } },
          parseAs: "blob",
        }),
      );
      saveFile(template as unknown as Blob, `import-template.${format}`);
    },
  });
  return (
    <ProblemBeside error={download.error} onClose={download.reset}>
      <Menu position="bottom-end">
        <Menu.Target>
          <Button
            variant="default"
            leftSection={<IconDownload size={18} stroke={1.8} />}
            loading={download.isPending}
          >
            {t("template.action")}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {FORMATS.map((format) => (
            <Menu.Item key={format} onClick={() => download.mutate(format)}>
              {t(`template.${format}`)}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
    </ProblemBeside>
  );
}
