import { ConnectionFailed } from "~/api/problems";
import type { Schema } from "~/api/types";

/** Post a file by the form that the API answered. */
export async function postFile({ url, fields }: Schema<"Upload">, file: File): Promise<void> {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  form.append("file", file);
  const answer = await fetch(url, { method: "POST", body: form }).catch(() => null);
  if (!answer?.ok) throw new ConnectionFailed();
}
