/** What managers ask the operators for, as both sides show it. */

import type { Schema } from "~/api/types";
import type { Tone } from "~/components/StateBadge";

export type SeatRequest = Schema<"SeatRequest">;
export type SupportRequest = Schema<"SupportRequest">;
export type AnyRequest = SeatRequest | SupportRequest;

/** The two kinds of requests, each with a list of its own. */
export const KINDS = ["seats", "support"] as const;
export type Kind = (typeof KINDS)[number];

export const isForSeats = (request: AnyRequest): request is SeatRequest => "seats" in request;

/** What became of a request. */
export type Outcome = "open" | "granted" | "refused" | "answered" | "withdrawn";

export function outcomeOf(request: AnyRequest): Outcome {
  if (request.state === "approved") return "granted";
  if (request.state !== "answered") return request.state;
  const granted = request.reply?.granted ?? null;
  if (granted === null) return "answered";
  return granted ? "granted" : "refused";
}

export const TONES: Record<Outcome, Tone> = {
  open: "waiting",
  granted: "ok",
  refused: "attention",
  answered: "ok",
  withdrawn: "off",
};

/** The product's name, whether a request has it alone or within what it says of the product. */
export const nameOfProduct = (product: string | { name: string } | null): string =>
  (typeof product === "string" ? product : product?.name) ?? "";

/** What a request is about, for the text `request.<kind>`. */
export function titleOf(request: AnyRequest): { kind: string; count: number; about: string; email: string } {
  const product = nameOfProduct(request.product);
  if (isForSeats(request)) return { kind: "seats", count: request.seats, about: product, email: "" };
  return {
    kind: request.kind,
    count: 1,
    about: request.training ?? product,
    email: request.email ?? "",
  };
}
