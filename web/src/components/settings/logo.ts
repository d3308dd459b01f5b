/** A logo in a form: kept, removed, or a new one that is uploaded when the form is saved. */

import { api, unwrap } from "~/api/client";
import type { Organization } from "~/api/types";
import { postFile } from "../upload";

export type LogoDraft = { kind: "kept" } | { kind: "removed" } | { kind: "new"; file: File; picture: string };

/** What the API accepts (decision 62). */
export const LOGO_TYPES = ["image/png", "image/jpeg", "image/webp"];
const MOST_BYTES = 1_000_000;

/** Why a file cannot be a logo, found before it is sent; null for one that can. */
export function faultOf(file: Pick<File, "type" | "size">): "type" | "size" | null {
  if (!LOGO_TYPES.includes(file.type)) return "type";
  return file.size > MOST_BYTES ? "size" : null;
}

/** Read a file as a picture for the page, whose policy allows none but its own and `data:`. Rejects for no picture. */
export async function pictureOf(file: File): Promise<string> {
  const address = await new Promise<string>((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(file);
  });
  const picture = new Image();
  picture.src = address;
  await picture.decode();
  return address;
}

/** Save what the form says of the logo; null if it stays. */
export async function saveLogo(
  organization: string,
  logo: LogoDraft,
  idempotencyKey: string,
): Promise<Organization | null> {
  const path = { organization };
  if (logo.kind === "kept") return null;
  if (logo.kind === "removed") {
    return unwrap(api.DELETE("/v1/organizations/{organization}/logo", { params: { path } }));
  }
  const { id, upload } = await unwrap(
    api.POST("/v1/organizations/{organization}/logo", {
      params: { path, header: { "Idempotency-Key": idempotencyKey } },
    }),
  );
  await postFile(upload, logo.file);
  return unwrap(api.PUT("/v1/organizations/{organization}/logo", { params: { path }, body: { upload: id } }));
}
