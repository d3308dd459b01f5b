import { useTranslation } from "react-i18next";
import type { Schema } from "~/api/types";

interface Refused {
  reason?: string | null;
  reason_code?: Schema<"AddressFault"> | null;
}

/** Why a text is no address, in the person's language; the API's own words for what the console has none for. */
export function useAddressFault(): (refused: Refused) => string {
  const { t, i18n } = useTranslation("components");
  return ({ reason, reason_code }) =>
    reason_code && i18n.exists(`components:addressFault.${reason_code}`)
      ? t(`addressFault.${reason_code}`)
      : (reason ?? "");
}
