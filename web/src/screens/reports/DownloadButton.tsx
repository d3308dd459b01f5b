import { Button } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useDownload } from "~/components/download";
import { ProblemBeside } from "~/components/ProblemBeside";
import { type ActivityQuery, asFilters } from "./queries";

/** Downloads who was invited or came, with what the report is narrowed to. */
export function DownloadButton({ query }: { query: ActivityQuery }) {
  const { t } = useTranslation("reports");
  const download = useDownload();
  return (
    <ProblemBeside error={download.error} onClose={download.onClose}>
      <Button
        variant="default"
        leftSection={<IconDownload size={18} stroke={1.8} />}
        loading={download.isPending}
        onClick={() => download.start({ what: "activity", ...asFilters(query) })}
      >
        {t("download")}
      </Button>
    </ProblemBeside>
  );
}
