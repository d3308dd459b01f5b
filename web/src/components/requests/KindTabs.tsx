import { useTranslation } from "react-i18next";
import { TabLink, Tabs, whereCurrent } from "~/components/Tabs";
import { KINDS, type Kind } from "./requests";

interface Props {
  kind: Kind;
  /** How many of each have no answer yet, in words; undefined for none. */
  open: Record<Kind, string | undefined>;
}

/** The two lists of requests, on the screen of whoever asks or answers. */
export function KindTabs({ kind, open }: Props) {
  const { t } = useTranslation("requests");
  return (
    <Tabs label={t("tabs.label")} shape="pills">
      {KINDS.map((of) => (
        <TabLink
          key={of}
          to="."
          search={of === "support" ? { kind: of } : {}}
          count={open[of]}
          asks
          {...whereCurrent(of === kind)}
        >
          {t(`tabs.${of}`)}
        </TabLink>
      ))}
    </Tabs>
  );
}
